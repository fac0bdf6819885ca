"""Opening hours for tests that are about them: closed now, or open now, whatever the real clock says."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django.utils import timezone

from channels.models import Account
from channels.types import Visibility
from inbox import automatic
from inbox.models import Message, OpeningDay
from tests.factories import make_account, make_inbound

TEXTS = {"automatic_nl": "Wij zijn er weer {opens}.", "automatic_en": "We are back {opens}."}


def shut() -> None:
    """Be closed now, and for hours before and after it; open for an hour each day."""
    later = timezone.localtime() + timedelta(hours=8)
    _every_day([(time(later.hour), time((later.hour + 1) % 24))])


def open_up() -> None:
    """Be open day and night."""
    _every_day([(time(), time())])


def talking_account(platform: str = "fake", **fields: Any) -> Account:
    """An account that says when an answer follows."""
    return make_account(platform, **({"automatic_on": True} | TEXTS | fields))


def write(account: Account, text: str = "Waar blijft mijn pakket?", **fields: Any) -> Message:
    """A customer writes in private, and what was woken by it does its work."""
    message = make_inbound(account, text, **({"visibility": Visibility.PRIVATE, "kind": "dm"} | fields))
    automatic.tell(message.conversation_id or 0)
    message.refresh_from_db()
    return message


def automatic_ones() -> list[Message]:
    """Every automatic message there is, oldest first."""
    return list(Message.objects.filter(automatic=True).order_by("pk"))


def _every_day(spans: list[tuple[time, time]]) -> None:
    for weekday in range(7):
        OpeningDay.objects.update_or_create(weekday=weekday, defaults={"spans": spans})
