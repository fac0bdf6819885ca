"""Surprises: something small for a customer, kept so that nobody gets two and everybody knows what it cost."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.db import transaction

from inbox.live.announce import announce
from inbox.models import Conversation, Event, Surprise, User

_MOST = 10_000  # euros: more is a mistake


@transaction.atomic
def record(conversation: Conversation, by: User, what: str, cost: str = "") -> Surprise:
    """Keep that this customer was surprised. Raises ValueError for an empty text, or a cost that is no amount."""
    what = " ".join(what.replace("\x00", "").split())[:120]
    if not what:
        raise ValueError("A surprise needs a text.")
    made = Surprise.objects.create(conversation=conversation, what=what, cents=_cents(cost), by=by)
    Event.note("surprised", actor=by, conversation=conversation, surprise=made.pk)
    announce([conversation.pk])
    return made


@transaction.atomic
def remove(conversation: Conversation, by: User, surprise_id: int) -> bool:
    """Throw away what was written down by mistake; return whether there was such a surprise of this person's."""
    known = Surprise.objects.filter(pk=surprise_id, conversation__contact=conversation.contact_id)
    gone, _rows = known.filter(conversation__in=Conversation.objects.visible_to(by).values("pk")).delete()
    if gone:
        Event.note("surprise_removed", actor=by, conversation=conversation, surprise=surprise_id)
        announce([conversation.pk])
    return bool(gone)


def _cents(cost: str) -> int | None:
    """Return an amount in euros, as people write it, in cents; None where nothing is written."""
    plain = cost.replace("€", "").replace(",", ".").strip()
    if not plain:
        return None
    try:
        euros = Decimal(plain)
    except InvalidOperation:
        raise ValueError("This is no amount.") from None
    if not euros.is_finite() or not 0 <= euros <= _MOST:
        raise ValueError("This is no amount.")
    return round(euros * 100)
