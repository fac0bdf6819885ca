"""Passing on the case that came next: back in the queue, with why."""

from __future__ import annotations

from django.db import transaction

from inbox.models import Conversation, Event, User
from inbox.triage import assignment


@transaction.atomic
def skip(conversation: Conversation, by: User, reason: str, words: str = "") -> None:
    """Give it back where it is theirs, and keep why. The words are a note: the log keeps nobody's words.

    Raises ValueError for a reason that is not one of Conversation.SkipReason.
    """
    if reason not in Conversation.SkipReason.values:
        raise ValueError(f"{reason!r} is no reason to pass.")
    words = " ".join(words.replace("\x00", "").split())[:500]
    note = assignment.write_note(conversation, by, words) if words else None
    if conversation.assignee_id == by.pk:
        assignment.assign(conversation, None, by)
    Event.note("skipped", actor=by, conversation=conversation, message=note, reason=reason)
