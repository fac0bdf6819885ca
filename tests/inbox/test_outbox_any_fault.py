"""Whatever goes wrong, and whenever: no answer is sent twice, and none is lost."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.errors import ChannelError, NeedsReauth, RateLimited
from channels.models import Account
from channels.types import DeliveryReport, OutgoingReply, Route, SendResult
from inbox.ingest.receive import receive
from inbox.models import Conversation, Message, User
from inbox.outbox import deliver
from inbox.outbox import queue as outbox_queue
from tests.factories import make_account, make_inbound, make_user, outgoing
from tests.inbox.fake_platform import FakeConnector
from tests.support.profiles import examples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_platform")]

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


@pytest.fixture
def question() -> Message:
    """What is answered."""
    return make_inbound(make_account("fake"))


@pytest.fixture
def agent() -> User:
    """Who answers."""
    return make_user(undo_seconds=0)


@settings(max_examples=examples(15))
@given(
    script=st.lists(st.sampled_from(sorted(STEPS)), max_size=7),
    looking=st.lists(st.sampled_from(sorted(LOOKING)), max_size=4),
    answers=st.integers(1, 2),
)
def test_every_answer_stands_there_once_or_says_why_not(
    script: list[str], looking: list[str], answers: int, question: Message, agent: User
) -> None:
    with transaction.atomic():
        FakeConnector.reset()
        FakeConnector.script[:] = [STEPS[name] for name in script]
        FakeConnector.looking[:] = [error for name in looking if (error := LOOKING[name])]
        rows = [queue(question, agent, f"Antwoord {n}") for n in range(answers)]
        work_through_the_day()
        check(rows)
        transaction.set_rollback(True)


def queue(question: Message, agent: User, text: str) -> Message:
    """Write an answer."""
    assert question.conversation is not None
    return outbox_queue.queue_reply(
        question.conversation,
        agent,
        text=text,
        route=Route.PUBLIC_REPLY,
        reply_to=question,
        seen_message_id=question.pk,
    )


def work_through_the_day() -> None:
    """Sweep often, with an admin who connects the account again after each loss."""
    now = timezone.now()
    for minutes in [n / 4 for n in range(40)] + list(range(11, 120, 3)):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            Account.objects.update(needs_reauth_at=None)
            for pk in deliver.sweep():
                with contextlib.suppress(Killed):
                    deliver.deliver(pk)


def check(rows: list[Message]) -> None:
    """Compare what stands on the platform with what the rows say."""
    on_platform = [reply.reference for _id, reply in FakeConnector.sent]
    assert len(on_platform) == len(set(on_platform)), "sent twice"
    for row in rows:
        row.refresh_from_db()
        assert row.state in ("sent", "failed"), "lost on the way"
        assert (row.state == "sent") == (str(row.code) in on_platform), f"says {row.state}"
    assert Message.objects.filter(direction="outbound").count() == len(rows)
    conversation = Conversation.objects.get()
    assert conversation.failed_count == sum(row.state == "failed" for row in rows)
    assert (conversation.waiting_since is None) == any(row.state == "sent" for row in rows)
