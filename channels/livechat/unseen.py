"""Which answers in a chat nobody saw, and go by mail."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from channels.models import ChatMessage
from channels.models.chat import AUTOMATIC, MAIL_ALONE

PATIENCE = timedelta(minutes=3)  # in which a visitor may come back to the page
CLAIM = timedelta(minutes=10)  # longer than handing in one visitor's mail takes
LATEST = timedelta(hours=24)  # what was not mailed by then is not news any more


def unseen_answers(account_id: int, now: datetime) -> QuerySet[ChatMessage]:
    """Return an account's answers that were not delivered, to visitors who left an address; no questions to tap.

    One that goes by mail alone waits for nobody to come back to the page, and is due until it was mailed or given up.
    While a visitor's mail is under way, or waits for another try, nothing more of theirs is due: the order holds.
    """
    rows = ChatMessage.objects.filter(
        account=account_id, is_ours=True, delivered_at=None, mailed_at=None, removed_at=None, choices=[]
    )
    rows = rows.filter(Q(at__lte=now - PATIENCE, at__gt=now - LATEST) | Q(told__has_key=MAIL_ALONE))
    waits = Q(is_ours=True, delivered_at=None, mailed_at=None, removed_at=None, mail_after__gt=now)
    before = ChatMessage.objects.filter(Q(mailing_at__isnull=False) | waits, visitor=OuterRef("visitor"))
    rows = rows.filter(~Exists(before))
    return rows.exclude(visitor__email="").exclude(told__has_key=AUTOMATIC)


def broken_off(account_id: int, now: datetime) -> QuerySet[ChatMessage]:
    """Return an account's answers whose mailing never came to an end: the mail left, or it did not."""
    return ChatMessage.objects.filter(account=account_id, mailing_at__lt=now - CLAIM)
