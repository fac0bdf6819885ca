"""Which help the composer offers. Known from the reference data's version: no statement of its own."""

from __future__ import annotations

import uuid

from django.urls import reverse

from assist.server.models import Help
from assist.server.servers import helps_at, may_help
from assist.summing.summing import LONG
from inbox.composer import helps
from inbox.models import Conversation, User


def offer(conversation: Conversation, reader: User, version: uuid.UUID) -> helps.Help | None:
    """Return what is offered to somebody who answers; None for nothing."""
    on = helps_at(version)
    if not on or not may_help(conversation, reader):
        return None
    return help_in(conversation, reader, on)


def help_in(conversation: Conversation, reader: User, on: frozenset[str]) -> helps.Help:
    """Return the addresses of each help that is on."""
    is_long = conversation.message_count >= LONG
    is_foreign = conversation.language not in ("", reader.language)
    return helps.Help(
        draft=reverse("assist_draft", args=[conversation.code]) if Help.DRAFT in on else "",
        translate=reverse("assist_own", args=[conversation.code]) if Help.ANSWER in on and is_foreign else "",
        summary=reverse("assist_summary", args=[conversation.code]) if Help.SUMMARY in on and is_long else "",
        take=reverse("assist_take", args=[conversation.code]),
    )
