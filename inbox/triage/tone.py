"""How a conversation is written: chosen by whoever knows best, and seen by whoever answers next."""

from __future__ import annotations

from collections.abc import Collection

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


def last_tone(conversation: Conversation, accounts: Collection[int]) -> str:
    """Return the tone used last with the same contact, as far as these accounts tell; "" for none."""
    others = Conversation.objects.filter(contact=conversation.contact_id, account__in=accounts).exclude(tone="")
    tones = others.exclude(pk=conversation.pk).order_by("-last_message_at", "-pk").values_list("tone", flat=True)
    return tones.first() or ""
