"""Opening hours for tests that are about them: closed now, or open now, whatever the real clock says."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django.utils import timezone

from channels.models import Account
from channels.types import Route, Visibility
from inbox.models import Conversation, Message, OpeningDay, Team, User
from inbox.outbox import autoreply, deliver, queue
from inbox.sla import opening_hours
from tests.factories import make_account, make_inbound, make_user

TEXTS = {"automatic_nl": "Wij zijn er weer {opens}.", "automatic_en": "We are back {opens}."}


def shut() -> None:
    """Be closed now, and for hours before and after it; open for an hour each day."""
    later = timezone.localtime() + timedelta(hours=8)
    _every_day([(time(later.hour), time((later.hour + 1) % 24))])


def open_up() -> None:
    """Be open day and night."""
    _every_day([(time(), time())])


def own(owner: Account | Team, spans: list[tuple[time, time]], *, zone: str = "", holidays: str = "") -> None:
    """Let an account or a team have these hours every day."""
    opening_hours.set_own(make_user("lead"), owner, dict.fromkeys(range(7), spans), zone=zone, holidays=holidays)


def talking_account(platform: str = "fake", **fields: Any) -> Account:
    """An account that says when an answer follows."""
    return make_account(platform, **({"automatic_on": True} | TEXTS | fields))


def write(account: Account, text: str = "Waar blijft mijn pakket?", **fields: Any) -> Message:
    """A customer writes in private, and what was woken by it does its work."""
    message = make_inbound(account, text, **({"visibility": Visibility.PRIVATE, "kind": "dm"} | fields))
    autoreply.queue_if_due(message.conversation_id or 0)
    message.refresh_from_db()
    return message


def automatic_ones() -> list[Message]:
    """Every automatic message there is, oldest first."""
    return list(Message.objects.filter(automatic=True).order_by("pk"))


def home(message: Message) -> Conversation:
    """A message's conversation as it is now."""
    return Conversation.objects.get(messages=message.pk)


def send_all() -> None:
    """Let the outbox do what there is to do."""
    for pk in deliver.sweep():
        deliver.deliver(pk)


def answer(conversation: Conversation, agent: User, seen: Message | None = None) -> Message:
    """Answer in private, having seen everything up to a message."""
    return queue.queue_reply(
        conversation, agent, text="Goedemorgen, hij komt vandaag.", route=Route.PRIVATE_MESSAGE, reply_to=None,
        seen_message_id=seen.pk if seen else None,
    )  # fmt: skip


def _every_day(spans: list[tuple[time, time]]) -> None:
    for weekday in range(7):
        OpeningDay.objects.update_or_create(weekday=weekday, defaults={"spans": spans})
