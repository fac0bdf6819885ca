"""What an endpoint is told: ids, names of ours and states. Customers' words where its admin ticked that."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from api.webhooks.models import TEST, Kind, Telling, ToldSignal
from inbox.models import Conversation, ConversationLabel, Message
from inbox.thread.note_words import words_of


def body_of(row: Telling) -> dict[str, Any] | None:
    """Return what is told, as things stand now; None where what it is about is no longer there."""
    told: dict[str, Any] = {"type": row.kind, "timestamp": row.at.isoformat(), "data": {}}
    if row.kind == TEST or row.conversation_id is None:
        return told
    conversation = Conversation.objects.for_rows().select_related("team").filter(pk=row.conversation_id).first()
    if conversation is None or conversation.erased_at:
        return None
    told["data"]["conversation"] = _conversation(conversation, with_words=row.endpoint.with_words)
    if row.message_id is not None:
        message = Message.objects.select_related("author").filter(pk=row.message_id).first()
        if message is None:
            return None
        told["data"]["message"] = _message(message, with_words=row.endpoint.with_words)
    if row.kind == Kind.SIGNALLED:
        labelled = ConversationLabel.objects.select_related("label").filter(
            conversation=conversation, label__in=ToldSignal.objects.filter(telling=row).values("label")
        )
        link = labelled.first()
        if link is None:  # taken off again before it was told
            return None
        told["data"]["signal"] = _signal(link)
    return told


def _conversation(row: Conversation, *, with_words: bool) -> dict[str, Any]:
    account = row.account
    told: dict[str, Any] = {
        "id": str(row.code),
        "url": settings.PUBLIC_URL + row.get_absolute_url(),
        "account": {"id": str(account.code), "platform": account.platform, "name": account.name},
        "visibility": row.visibility,
        "status": row.status,
        "close_reason": row.close_reason,
        "mood": row.mood,
        "language": row.language,
        "priority": row.priority,
        "is_complaint": row.is_complaint,
        "team": row.team.name if row.team else None,
        "assignee": {"id": str(row.assignee.code), "name": row.assignee.name} if row.assignee else None,
        "labels": sorted(row.labels.values_list("name", flat=True)),
        "waiting_since": row.waiting_since.isoformat() if row.waiting_since else None,
        "due_at": row.due_at.isoformat() if row.due_at else None,
        "snoozed_until": row.snoozed_until.isoformat() if row.snoozed_until else None,
    }
    if with_words:
        told["customer"] = {"name": row.identity.name, "handle": row.identity.handle}
    return told


def _message(row: Message, *, with_words: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": str(row.code),
        "direction": row.direction,
        "visibility": row.visibility,
        "sent_at": row.sent_at.isoformat(),
        "state": row.state,
        "reason": row.error_reason,
        "author": str(row.author.code) if row.author else None,
    }
    if with_words:
        told["text"] = words_of(row)
    return told


def _signal(link: ConversationLabel) -> dict[str, Any]:
    label = link.label
    return {
        "id": str(label.code),
        "label": label.name,
        "labelled_at": link.at.isoformat(),
        "raised_on": label.raised_on.isoformat() if label.raised_on else None,
    }
