"""Having a message translated, from the thread; without scripts one comes back to the conversation."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assist import reasons
from assist.port import AssistError
from assist.server.models import Help
from assist.server.servers import server_for
from assist.translating.offer import is_foreign, shown
from assist.translating.translate import translated
from inbox.access import message_for, right_required
from inbox.http import AgentRequest
from inbox.lists.navigation import nav_of
from inbox.models import Conversation
from inbox.models.rights import Right
from inbox.text.masking import masked
from webcare.lib.text import is_uuid


@require_POST
@right_required(Right.ANSWER)
def translate(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Translate a customer's message into the reader's language; what goes wrong is said in its place."""
    message = message_for(request, code, write=True)
    conversation = message.conversation
    if conversation is None or not is_foreign(message, conversation, request.user.language):
        raise Http404
    server = server_for(Help.TRANSLATION, conversation, request.user)
    if server is None:
        raise Http404
    row, problem = None, ""
    try:
        row = translated(server, message, request.user, nav_of(request).people)
    except AssistError as error:
        problem = _("Not translated: %(why)s.") % {"why": reasons.words(error.reason)}
    if not request.htmx:
        if problem:
            messages.error(request, problem)
        return redirect(f"{_page_of(request, conversation)}#message-{message.code}")
    made = shown(message, row)
    made = made._replace(text=masked(made.text, message.code))
    context = {
        "message": message, "translation": made, "problem": problem, "conversation": conversation, "is_asked": True
    }  # fmt: skip
    return render(request, "inbox/thread/_translation.html", context)


def _page_of(request: AgentRequest, conversation: Conversation) -> str:
    """Return the page the reader was on: a private message may be read on the public side's."""
    on = request.POST.get("on", "")
    found = Conversation.objects.visible_to(request.user).filter(code=on).first() if is_uuid(on) else None
    return (found or conversation).get_absolute_url()
