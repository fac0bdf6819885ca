"""Done, done without an answer, and done with somebody who goes too far."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from inbox import closing, liking
from inbox.access import agent_required, conversation_for
from inbox.forms import CloseForm
from inbox.http import AgentRequest
from inbox.models import Conversation
from inbox.views import showing


@require_POST
@agent_required
def close(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Close it; where that needs a reason, the customer was told nothing, or a like is refused, say so."""
    conversation = conversation_for(request, code, write=True)
    form = CloseForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        if reason == Conversation.CloseReason.LIKED:
            liking.close(conversation, request.user, offered=request.POST.get("offered", ""))
        else:
            closing.close(conversation, request.user, reason=reason, insist="insist" in request.POST)
    except closing.NotYet as not_yet:
        return showing.live(request, code, not_yet=not_yet, reason=reason)
    return showing.live(request, code)


@require_POST
@agent_required
def boundary(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """The customer went too far; or, with `undo`, not after all."""
    conversation = conversation_for(request, code, write=True)
    if "undo" in request.POST:
        closing.uncross_line(conversation, request.user)
        return showing.live(request, code)
    try:
        closing.cross_line(
            conversation, request.user, request.POST.get("line", ""), hand_over="hand_over" in request.POST
        )
    except ValueError:
        raise Http404 from None
    return showing.live(request, code)
