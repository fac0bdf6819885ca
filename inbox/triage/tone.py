"""How a conversation is written: chosen by whoever knows best, and seen by whoever answers next."""

from __future__ import annotations

from django.db import transaction

from inbox.live.announce import announce
from inbox.models import Conversation, Event, User


@transaction.atomic
def choose_tone(conversation: Conversation, by: User, tone: str) -> bool:
    """Set the tone of a conversation, or with "" leave it open again; return whether that was news.

    It stands on the conversation, and stays when the customer writes again. Raises ValueError for a tone that does not
    exist.
    """
    if tone and tone not in Conversation.Tone.values:
        raise ValueError(f"{tone!r} is no tone.")
    row = Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
    if row.tone == tone:
        return False
    was, row.tone = row.tone, tone
    row.save(update_fields=["tone"])
    Event.note("tone_chosen", actor=by, conversation=row, was=was, now=tone)
    announce([row.pk])
    return True
