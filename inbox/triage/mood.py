"""A colleague's word on a customer's mood, in place of the estimate; and whether it is a complaint."""

from __future__ import annotations

from django.db import transaction

from inbox.live.announce import announce
from inbox.models import Conversation, Event, Message, User
from inbox.sla import due
from inbox.triage.summary import refresh_and_announce


@transaction.atomic
def correct_mood(conversation: Conversation, mood: str, by: User) -> bool:
    """Put a colleague's word in place of the estimate, on the newest customer message too; return whether it differs.

    What stood before is logged. Raises ValueError for a mood that does not exist.
    """
    if mood not in Conversation.Mood.values:
        raise ValueError(f"{mood!r} is no mood.")
    row = Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
    if row.mood == mood and row.mood_by_id is not None:
        return False
    newest = Message.objects.filter(conversation=row, direction=Message.Direction.INBOUND, removed_at=None)
    about = newest.order_by("-sent_at", "-pk").without_words().first()
    Event.note(
        "mood_corrected", actor=by, conversation=row, message=about, was=row.mood, now=mood,
        by_estimate=row.mood_by_id is None,
    )  # fmt: skip
    row.mood, row.mood_by = mood, by
    row.save(update_fields=["mood", "mood_by"])
    if about is not None:
        about.mood = mood
        about.save(update_fields=["mood"])
    refresh_and_announce([row.pk])
    return True


@transaction.atomic
def mark_complaint(conversation: Conversation, by: User, *, complaint: bool) -> bool:
    """Say that a conversation is a complaint, or is none after all; return whether that was news."""
    row = Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
    if row.is_complaint == complaint:
        return False
    row.is_complaint = complaint
    row.save(update_fields=["is_complaint"])
    due.renew([row.pk])
    Event.note("complaint_set" if complaint else "complaint_unset", actor=by, conversation=row)
    announce([row.pk])
    return True
