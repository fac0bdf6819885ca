"""Whether a customer was answered, or is about to be. Only asks; whoever decides by it imports this and no decider."""

from __future__ import annotations

from django.db.models import Q

from channels.types import Visibility
from inbox.models import Conversation, Message

_STATE = Message.State


def is_being_answered(conversation: Conversation) -> bool:
    """Whether an answer is on its way that has not arrived: who was quick to close did answer."""
    # One in doubt that can no longer be looked for may never have arrived: a person says so first.
    in_doubt = Q(state=_STATE.UNKNOWN, retry_at__isnull=False)
    on_its_way = in_doubt | Q(state__in=[_STATE.QUEUED, _STATE.SENDING, _STATE.RETRY, _STATE.APPROVAL])
    return Message.objects.answers().filter(on_its_way, conversation=conversation).exists()


def has_been_answered(conversation: Conversation) -> bool:
    """Whether the customer was told anything in this conversation."""
    answers = Message.objects.answers().filter(conversation=conversation)
    return answers.filter(state=_STATE.SENT, removed_at=None).exists()


def newest_in_public(conversation: Conversation) -> Message | None:
    """Return what the customer wrote last for everybody to read; None where nothing of it is left."""
    inbound = Message.objects.filter(
        conversation=conversation, direction=Message.Direction.INBOUND, visibility=Visibility.PUBLIC, removed_at=None
    )
    return inbound.select_related("account", "conversation").without_words().order_by("-sent_at", "-pk").first()
