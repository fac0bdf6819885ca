"""A planned post leaves at its moment, once, or a person is told why not (G9)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from channels.errors import ChannelError, RateLimited
from channels.models import Account
from channels.types import Direction, IncomingMessage, OutgoingReply, Route, SendResult
from inbox.ingest.receive import receive
from inbox.models import Event, Incident, Message, User
from inbox.outbox import checks, deliver, posts, queue
from tests.factories import incoming, make_account, make_inbound, make_user
from tests.support.fake_platform import FakeConnector

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_platform")]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def account() -> Account:
    """An account that may publish."""
    return make_account("fake", mode="publish")


@pytest.fixture
def author() -> User:
    """Who plans."""
    return make_user("lead")


@pytest.fixture
def moment() -> datetime:
    """When it is to leave."""
    return timezone.now() + 3 * HOUR


def run_outbox(at: datetime) -> None:
    """Do what the sweep's tasks do at a moment."""
    with time_machine.travel(at, tick=False):
        for pk in deliver.sweep():
            deliver.deliver(pk)


def now_of(row: Message) -> tuple[str, str]:
    """How a post stands, and why."""
    row.refresh_from_db()
    return row.state, row.error_reason


def disturb(account: Account, at: datetime) -> Incident:
    """Let an incident run on an account."""
    return Incident.objects.create(
        name="Storing", text="Wij zijn er druk mee.", account_ids=[account.pk], since=at, started_at=at
    )


def test_a_post_leaves_at_its_moment_and_once(account: Account, author: User, moment: datetime) -> None:
    row = posts.queue(account, author, "Nieuwe collectie!", moment)
    run_outbox(moment - MINUTE)
    assert (now_of(row), FakeConnector.sent) == (("queued", ""), [])
    run_outbox(moment)
    run_outbox(moment + MINUTE)
    [(external_id, sent)] = FakeConnector.sent
    assert (sent.route, sent.text, sent.reply_to_id, sent.recipient_id) == ("post", "Nieuwe collectie!", "", "")
    assert (now_of(row), row.external_id, row.conversation_id) == (("sent", ""), external_id, None)
    assert list(Event.objects.order_by("pk").values_list("verb", "account")) == [
        ("post_queued", account.pk), ("post_sent", account.pk)
    ]  # fmt: skip


def test_two_workers_publish_it_once(account: Account, author: User, moment: datetime) -> None:
    row = posts.queue(account, author, "Nieuwe collectie!", moment)

    def second_worker(reply: OutgoingReply) -> SendResult:
        deliver.deliver(row.pk)
        return FakeConnector.take(reply)

    FakeConnector.script[:] = [second_worker]
    run_outbox(moment)
    assert (now_of(row)[0], len(FakeConnector.sent)) == ("sent", 1)


def test_killed_between_sending_and_commit_it_is_looked_up(account: Account, author: User, moment: datetime) -> None:
    row = posts.queue(account, author, "Nieuwe collectie!", moment)

    def killed(reply: OutgoingReply) -> SendResult:
        FakeConnector.take(reply)
        raise KeyboardInterrupt

    FakeConnector.script[:] = [killed]
    with pytest.raises(KeyboardInterrupt):
        run_outbox(moment)
    assert now_of(row)[0] == "sending"
    run_outbox(moment + 3 * MINUTE)
    assert (now_of(row)[0], len(FakeConnector.sent)) == ("sent", 1)
    [asked] = FakeConnector.look_ups
    assert (asked.route, asked.last_inbound_at) == ("post", moment)


def test_lost_answer_found_twice_not_there_is_sent_again(account: Account, author: User, moment: datetime) -> None:
    row = posts.queue(account, author, "Nieuwe collectie!", moment)
    FakeConnector.script[:] = [ChannelError("time-out", unknown=True)]
    for minutes in (0, 1, 2, 3):
        run_outbox(moment + minutes * MINUTE)
    assert (now_of(row)[0], len(FakeConnector.sent), len(FakeConnector.look_ups)) == ("sent", 1, 2)


def test_its_own_timeline_brings_no_second_row(account: Account, author: User, moment: datetime) -> None:
    row = posts.queue(account, author, "Nieuwe collectie!", moment)

    def polled_first(reply: OutgoingReply) -> SendResult:
        result = FakeConnector.take(reply)
        receive(account, [_told(result.external_id)])
        return result

    FakeConnector.script[:] = [polled_first]
    run_outbox(moment)
    assert now_of(row)[0] == "sent"
    receive(account, [_told(row.external_id or "")])
    assert list(Message.objects.all()) == [row]
    assert now_of(row)[0] == "sent"


def _told(external_id: str) -> IncomingMessage:
    return incoming(
        "Nieuwe collectie!", external_id=external_id, direction=Direction.CONTEXT, author=None, kind="post",
        thread_id=external_id,
    )  # fmt: skip


def test_a_limit_delays_it_and_uses_up_no_try(account: Account, author: User, moment: datetime) -> None:
    row = posts.queue(account, author, "Nieuwe collectie!", moment)
    FakeConnector.script[:] = [RateLimited("slow", retry_at=moment + 10 * MINUTE)]
    run_outbox(moment)
    assert (now_of(row)[0], row.attempts) == ("retry", 0)
    run_outbox(moment + 10 * MINUTE)
    assert now_of(row)[0] == "sent"


@pytest.mark.parametrize(
    ("mode", "reason"), [("listen", "listen_only"), ("react", "no_publishing"), ("engage", "no_publishing")]
)
def test_other_modes_refuse_posts(account: Account, author: User, moment: datetime, mode: str, reason: str) -> None:
    row = posts.queue(account, author, "Nieuwe collectie!", moment)
    Account.objects.filter(pk=account.pk).update(mode=mode)
    with pytest.raises(checks.Refused) as refused:
        posts.check(Account.objects.get(pk=account.pk), author, "Nieuwe collectie!", [])
    assert refused.value.reason == reason
    run_outbox(moment)
    assert (now_of(row), FakeConnector.sent) == (("failed", reason), [])
    with pytest.raises(checks.Refused):
        posts.release(row.pk, author)


def test_a_paused_account_publishes_when_it_is_resumed(account: Account, author: User, moment: datetime) -> None:
    row = posts.queue(account, author, "Nieuwe collectie!", moment)
    Account.objects.filter(pk=account.pk).update(paused_at=moment)
    run_outbox(moment)
    assert now_of(row) == ("retry", "paused")
    Account.objects.filter(pk=account.pk).update(paused_at=None)
    run_outbox(moment + MINUTE)
    assert now_of(row) == ("sent", "")


def test_what_is_too_late_waits_for_a_person(account: Account, author: User, moment: datetime) -> None:
    row = posts.queue(account, author, "Nieuwe collectie!", moment)
    late = moment + posts.LATEST + MINUTE
    run_outbox(late)
    assert (now_of(row), FakeConnector.sent) == (("held", "late"), [])
    with time_machine.travel(late + HOUR, tick=False):
        assert posts.release(row.pk, author)
    run_outbox(late + HOUR)
    assert now_of(row) == ("sent", "")


def test_an_incident_holds_posts_until_a_person_lets_go(account: Account, author: User, moment: datetime) -> None:
    row = posts.queue(account, author, "Nieuwe collectie!", moment)
    elsewhere = posts.queue(make_account("fake", mode="publish"), author, "Ook hier", moment)
    disturb(account, moment - HOUR)
    run_outbox(moment)
    assert (now_of(row), now_of(elsewhere)) == (("held", "incident"), ("sent", ""))
    run_outbox(moment + MINUTE)
    assert now_of(row) == ("held", "incident")
    with time_machine.travel(moment + 2 * MINUTE, tick=False):
        assert posts.release(row.pk, author)
        disturb(account, moment + 3 * MINUTE)
    run_outbox(moment + 4 * MINUTE)
    assert now_of(row) == ("held", "incident")  # a new one holds it anew
    with time_machine.travel(moment + 5 * MINUTE, tick=False):
        assert posts.release(row.pk, author)
    run_outbox(moment + 5 * MINUTE)
    assert now_of(row) == ("sent", "")


def test_what_has_left_is_neither_moved_nor_withdrawn(account: Account, author: User, moment: datetime) -> None:
    row = posts.queue(account, author, "Nieuwe collectie!", moment)
    assert posts.move(row.pk, moment + HOUR)
    run_outbox(moment)
    assert now_of(row)[0] == "queued"
    run_outbox(moment + HOUR)
    assert (posts.move(row.pk, moment), posts.withdraw(row.pk, author), now_of(row)[0]) == (False, False, "sent")


def test_a_withdrawn_post_never_leaves(account: Account, author: User, moment: datetime) -> None:
    row = posts.queue(account, author, "Nieuwe collectie!", moment)
    assert posts.withdraw(row.pk, author)
    run_outbox(moment)
    assert (now_of(row)[0], FakeConnector.sent, posts.release(row.pk, author)) == ("cancelled", [], False)


def test_a_planned_post_holds_no_answer_back(account: Account, author: User, moment: datetime) -> None:
    posts.queue(account, author, "Nieuwe collectie!", moment)
    question = make_inbound(account)
    assert question.conversation is not None
    row = queue.queue_reply(
        question.conversation, author, text="Hallo!", route=Route.PUBLIC_REPLY, reply_to=question,
        seen_message_id=question.pk, undo_seconds=0,
    )  # fmt: skip
    second = posts.queue(account, author, "Eerder", moment - HOUR)
    run_outbox(moment - HOUR)
    assert (now_of(row)[0], now_of(second)[0]) == ("sent", "sent")


def test_an_answer_cannot_leave_as_a_post(account: Account, author: User) -> None:
    """It would go round the approval of posts."""
    question = make_inbound(account)
    assert question.conversation is not None
    with pytest.raises(checks.Refused) as refused:
        queue.queue_reply(
            question.conversation, author, text="Hallo!", route=Route.POST, reply_to=None, seen_message_id=question.pk
        )
    assert refused.value.reason == "forbidden"
