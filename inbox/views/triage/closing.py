"""Done, done without an answer, and done with somebody who goes too far."""

from __future__ import annotations

import uuid
from functools import partial

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from inbox.access import agent_required, conversation_for
from inbox.actions import likes
from inbox.http import AgentRequest
from inbox.models import Conversation
from inbox.triage import closing
from inbox.undo.record import Act, Kind, repeat_form_of
from inbox.views import page
from inbox.views.forms import CloseForm


@require_POST
@agent_required
def close(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Close it; where a reason is needed or a like is refused, say so."""
    conversation = conversation_for(request, code, write=True)
    refused = close_one(request, conversation)
    return refused or page.updated_thread(request, code)


def close_one(request: AgentRequest, conversation: Conversation) -> HttpResponse | None:
    """Close a conversation as a form asks, so that it can be undone. Returns what asks for the reason, else None."""
    form = CloseForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    act = Act(request.user, Kind.CLOSE, repeat=repeat_form_of(request, Kind.CLOSE))
    by_like = reason == Conversation.CloseReason.LIKED and conversation.status != Conversation.Status.CLOSED
    try:
        # The platform goes first: what it refuses is not closed.
        liked = likes.like(conversation, request.user, offered=request.POST.get("offered", "")) if by_like else None
        close = partial(closing.close, conversation, request.user, reason=reason, insist="insist" in request.POST)
        act.change(conversation, close)
    except closing.CannotClose as not_yet:
        return page.ask_reason(request, conversation, not_yet, reason)
    act.about |= {"reason": conversation.close_reason, "liked": str(liked.code) if liked else ""}
    act.keep()
    return None


@require_POST
@agent_required
def boundary(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """The customer went too far; or, with `undo`, not after all."""
    conversation = conversation_for(request, code, write=True)
    if "undo" in request.POST:
        closing.uncross_line(conversation, request.user)
        return page.updated_thread(request, code)
    try:
        closing.cross_line(
            conversation, request.user, request.POST.get("line", ""), hand_over="hand_over" in request.POST
        )
    except ValueError:
        raise Http404 from None
    return page.updated_thread(request, code)
