"""What can be done to a message that is already there: like, hide, delete, and load what came before it."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from channels.types import Action
from inbox import sessions
from inbox.access import agent_required, message_for
from inbox.actions.perform import perform
from inbox.http import AgentRequest
from inbox.models import Message
from inbox.outbox import checks
from inbox.privacy import reads
from inbox.views import page
from webcare.lib import masks
from webcare.lib.enqueue import enqueue


@require_POST
@agent_required
def act(request: AgentRequest, code: uuid.UUID, action: str) -> HttpResponse:
    """Like, hide or delete on the platform itself, then here."""
    message = message_for(request, code, write=True)
    if action not in list(Action) or message.conversation is None:
        raise Http404
    try:
        perform(message, Action(action), request.user)
    except checks.Refused as refused:
        return page.updated_thread(request, page.page_of(request, message), say=refused.message)
    return page.updated_thread(request, page.page_of(request, message))


@require_POST
@agent_required
def reveal(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Show the masked data of one message for ten minutes, in this browser. Who did so is written down."""
    message = message_for(request, code)
    if message.conversation is None:
        raise Http404
    if request.user.sees_masks:
        reads.revealed(request.user, message.conversation)
        masks.begin(masks=True, revealed=sessions.note_revealed(request.session, str(message.code)))
    return page.updated_thread(request, page.page_of(request, message))


@require_POST
@agent_required
def load_context(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Ask once more for the posts before this one."""
    message = message_for(request, code, write=True)
    if message.conversation is None:
        raise Http404
    Message.objects.filter(pk=message.pk).update(context_state="wanted")
    enqueue("channels.tasks.load_contexts", [message.pk])  # without a broker the sweep finds it
    return page.updated_thread(request, page.page_of(request, message))
