"""A private message that Webcare sends by itself: marked as such, signed by nobody, and no answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from channels.types import Route
from inbox.models import Conversation, Event, Message
from inbox.outbox.queue import enqueue_sending
from inbox.triage.summary import refresh_and_announce


def queue_automatic(conversation: Conversation, text: str, language: str, now: datetime, **told: Any) -> Message:
    """Queue it and log it with what is told besides. The caller decided, and holds account and conversation."""
    row = Message.objects.create(
        account=conversation.account,
        conversation=conversation,
        direction=Message.Direction.OUTBOUND,
        kind="dm",
        visibility=conversation.visibility,
        text=text,
        state=Message.State.QUEUED,
        route=Route.PRIVATE_MESSAGE.value,
        language=language,
        send_after=now,
        sent_at=now,
        sent_at_is_ours=True,
        received_at=now,
        automatic=True,
    )
    Event.note("automatic_queued", conversation=conversation, message=row, language=language, **told)
    refresh_and_announce([conversation.pk])  # nothing in it changes, but pages that were away shall ask for it
    enqueue_sending(row, 0)
    return row
