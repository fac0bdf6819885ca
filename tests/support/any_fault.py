"""Whatever can go wrong between a sender and a platform, and a day of sending through it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta

import time_machine
from django.utils import timezone

from channels.errors import ChannelError, NeedsReauth, RateLimited
from channels.models import Account
from channels.types import DeliveryReport, OutgoingReply, SendResult
from inbox.ingest.receive import receive
from inbox.models import Message
from inbox.outbox import deliver
from tests.factories import outgoing
from tests.support.fake_platform import FakeConnector

Step = Exception | Callable[[OutgoingReply], SendResult]


class Killed(BaseException):
    """The worker's process is gone."""


def taken_then(error: BaseException) -> Callable[[OutgoingReply], SendResult]:
    """Put it on the platform, then break."""

    def step(reply: OutgoingReply) -> SendResult:
        FakeConnector.take(reply)
        raise error

    return step


def dead(_reply: OutgoingReply) -> SendResult:
    """Die before anything was sent."""
    raise Killed


def echoed(reply: OutgoingReply) -> SendResult:
    """The echo comes in before the platform's own answer does."""
    result = FakeConnector.take(reply)
    question = Message.objects.get(direction="inbound")
    echo = outgoing(reply.text, external_id=result.external_id, parent_id=question.external_id or "")
    receive(question.account, [echo, DeliveryReport("read", echo.sent_at, external_id=result.external_id)])
    return result


def limited(_reply: OutgoingReply) -> SendResult:
    """Too many calls, for a minute."""
    raise RateLimited("429", retry_at=timezone.now() + timedelta(minutes=1))


STEPS: dict[str, Step] = {
    "taken": FakeConnector.take,
    "echoed": echoed,
    "taken, then time-out": taken_then(ChannelError("time-out", unknown=True)),
    "taken, then killed": taken_then(Killed()),
    "taken, then a mistake of ours": taken_then(KeyError("id")),
    "time-out": ChannelError("time-out", unknown=True),
    "busy": ChannelError("503", reason="unreachable"),
    "limited": limited,
    "access lost": NeedsReauth("190"),
    "refused": ChannelError("no", permanent=True, reason="forbidden"),
    "killed": dead,
}

LOOKING = {"yes": None, "busy": ChannelError("503"), "access lost": NeedsReauth("190")}


def work_through_the_day() -> None:
    """Sweep often, with an admin who connects the account again after each loss."""
    now = timezone.now()
    for minutes in [n / 4 for n in range(40)] + list(range(11, 120, 3)):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            Account.objects.update(needs_reauth_at=None)
            for pk in deliver.sweep():
                with contextlib.suppress(Killed):
                    deliver.deliver(pk)
