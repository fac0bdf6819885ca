"""Who is where: a page says so every few seconds, and asks who else is."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from inbox.access import agent_required, conversation_for
from inbox.http import AgentRequest
from inbox.live import customers, presence
from inbox.models import Conversation
from inbox.notifications import unread
from webcare.lib.text import is_uuid


@require_POST
@agent_required
def at(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Somebody has the conversation in front of them, types in it, or leaves it; tells who else is there."""
    conversation = conversation_for(request, code)
    if "leave" in request.POST:
        presence.leave(conversation, request.user)
        return HttpResponse(status=204)
    typed = request.POST.get("typing", "")
    presence.arrive(conversation, request.user, typing=typed in ("1", "note"), noting=typed == "note")
    unread.settle(conversation, request.user, *unread.SEEN_BY_OPENING)
    others = presence.viewers_of([code], besides=request.user).get(str(code), [])
    customers.attach([conversation])
    return render(request, "inbox/thread/_looking.html", {"looking": others, "row": conversation})


@require_safe
@agent_required
def looking(request: AgentRequest) -> HttpResponse:
    """Who is at each of these conversations, as far as the reader may see."""
    asked = [code for code in request.GET.get("codes", "").split(",")[: presence.MOST] if is_uuid(code)]
    whom = [f"identity__{name}" for name in ("external_id", "name", "handle", "phone", "platform", "contact")]
    found = Conversation.objects.visible_to(request.user).filter(code__in=asked).select_related("account", "identity")
    rows = list(found.only("code", "visibility", "account__platform", *whom))
    presence.attach_viewers(rows, reader=request.user)
    customers.attach(rows)
    return render(request, "inbox/thread/_presence.html", {"rows": rows})
