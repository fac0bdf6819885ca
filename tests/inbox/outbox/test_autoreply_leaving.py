"""What became of an automatic message: taken back before it left, refused, or in doubt."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from channels.errors import ChannelError, RateLimited
from channels.models import Account
from channels.types import Author, OutgoingReply, Removal, SendResult, Visibility
from inbox.ingest.receive import receive
from inbox.lists.queues import QUEUES
from inbox.models import Conversation, Event, Message, Response, User
from inbox.outbox import queue
from inbox.outbox.deliver import deliver
from inbox.outbox.payload import outgoing as payload
from tests.factories import (
    author,
    make_user,
    minutes_ago,
    outgoing,
    pass_through,
)
from tests.support.fake_platform import FakeConnector
from tests.support.opening_hours import answer, automatic_ones, home, open_up, send_all, talking_account, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_platform", "estimated", "closed_office")]


@pytest.fixture
def account() -> Account:
    """The brand's account, which says when an answer follows."""
    return talking_account()


@pytest.fixture
def agent() -> User:
    """Somebody at work all the same."""
    return make_user(undo_seconds=0)


# ── cancelled before it left ──


def test_f3_it_does_not_leave_when_the_office_opened_meanwhile(account: Account) -> None:
    write(account)
    open_up()
    send_all()
    (row,) = automatic_ones()
    assert (row.state, FakeConnector.sent) == ("cancelled", [])
    assert Event.objects.get(verb="automatic_cancelled").data == {"reason": "open"}


def test_it_does_not_leave_when_somebody_answers_first(account: Account, agent: User) -> None:
    asked = write(account)
    row = answer(home(asked), agent)
    (autoreply,) = automatic_ones()
    deliver(autoreply.pk)
    deliver(row.pk)
    Message.objects.filter(pk=autoreply.pk, state="retry").update(retry_at=timezone.now())
    deliver(autoreply.pk)
    autoreply.refresh_from_db()
    assert autoreply.state == "cancelled"
    assert [sent.text for _id, sent in FakeConnector.sent] == ["Goedemorgen, hij komt vandaag."]
    write(account, "Dank!")
    assert len(automatic_ones()) == 1, "somebody is here"


def test_autoreply_is_dropped_when_answered_elsewhere(account: Account) -> None:
    asked = write(account)
    customer = Author(external_id=asked.identity.external_id)  # type: ignore[union-attr]  # it has one
    receive(account, [outgoing("Morgen!", visibility=Visibility.PRIVATE, kind="dm", customer=customer)])
    send_all()
    assert [row.state for row in automatic_ones()] == ["cancelled"]


def test_it_does_not_leave_when_the_message_was_withdrawn(account: Account) -> None:
    asked = write(account)
    receive(account, [Removal(asked.external_id or "", timezone.now())])
    send_all()
    assert [row.state for row in automatic_ones()] == ["cancelled"]


def test_it_does_not_leave_when_it_was_turned_off_or_is_too_late(account: Account) -> None:
    write(account)
    Account.objects.update(automatic_on=False)
    send_all()
    assert [row.state for row in automatic_ones()] == ["cancelled"]
    Account.objects.update(automatic_on=True)
    write(account, author=author("Piet"))
    Message.objects.filter(state="queued").update(received_at=minutes_ago(61))
    send_all()
    assert [row.state for row in automatic_ones()] == ["cancelled", "cancelled"]
    assert FakeConnector.sent == []


def test_what_it_says_is_true_when_it_leaves(account: Account) -> None:
    write(account)
    Message.objects.filter(automatic=True).update(text="Automatisch bericht: Wij zijn er weer gisteren om 9:00.")
    send_all()
    ((_id, sent),) = FakeConnector.sent
    assert "gisteren" not in sent.text
    assert automatic_ones()[0].text == sent.text


# ── when it does not arrive ──


def test_a_limit_is_waited_for_and_a_refusal_nags_nobody(account: Account) -> None:
    asked = write(account)
    FakeConnector.script += [
        RateLimited("slow down", retry_at=timezone.now()),
        ChannelError("no", permanent=True, reason="recipient_unavailable"),
    ]
    send_all()
    assert [row.state for row in automatic_ones()] == ["retry"]
    send_all()
    (row,) = automatic_ones()
    assert (row.state, row.error_reason) == ("failed", "recipient_unavailable")
    assert Event.objects.filter(verb="automatic_failed", message=row).exists()
    assert home(asked).failed_count == 0
    assert not QUEUES["failed"].selects(Conversation.objects.all(), make_user(), timezone.now()).exists()


def test_in_doubt_it_is_looked_for_and_never_sent_twice(account: Account) -> None:
    write(account)

    def take_and_hang(reply: OutgoingReply) -> SendResult:
        FakeConnector.take(reply)
        raise ChannelError("timeout", unknown=True)

    FakeConnector.script.append(take_and_hang)
    send_all()
    Message.objects.filter(state="unknown").update(retry_at=timezone.now())
    send_all()
    assert [row.state for row in automatic_ones()] == ["sent"]
    assert len(FakeConnector.sent) == 1


def test_missing_autoreply_stays_in_doubt_until_its_echo(account: Account) -> None:
    write(account)
    FakeConnector.script.append(ChannelError("timeout", unknown=True))
    for _look in range(6):
        send_all()
        Message.objects.filter(state="unknown", retry_at__isnull=False).update(retry_at=timezone.now())
    (row,) = automatic_ones()
    assert (row.state, row.retry_at, row.attempts) == ("unknown", None, 1)
    assert FakeConnector.sent == []
    receive(account, [outgoing(row.text, reference=str(row.code), visibility=Visibility.PRIVATE, kind="dm")])
    (row,) = automatic_ones()
    assert row.state == "sent"
    assert not Response.objects.exists()


def test_lookup_ignores_what_came_in_before_it_left(account: Account) -> None:
    asked = write(account)
    FakeConnector.script.append(ChannelError("timeout", unknown=True))
    send_all()
    later = write(account, "Nog iets.", author=author("Karin"))
    Message.objects.filter(pk=later.pk).update(
        conversation=asked.conversation_id, sent_at=timezone.now() + timedelta(minutes=5)
    )
    row = automatic_ones()[0]
    with payload(row) as looked_for:
        assert looked_for.last_inbound_at == asked.sent_at


def test_undone_answer_leaves_the_autoreply(account: Account, agent: User) -> None:
    asked = write(account)
    typed = answer(home(asked), agent)
    Message.objects.filter(pk=typed.pk).update(send_after=timezone.now() + timedelta(seconds=30))
    send_all()
    assert [row.state for row in automatic_ones()] == ["retry"]
    assert queue.cancel(typed, agent)
    Message.objects.filter(automatic=True).update(retry_at=timezone.now())
    send_all()
    assert [row.state for row in automatic_ones()] == ["sent"]


@pytest.mark.parametrize("state", ["failed", "unknown", "queued", "retry"])
def test_nobody_decides_about_what_nobody_wrote(account: Account, agent: User, state: str) -> None:
    write(account)
    pass_through(Message.objects.filter(automatic=True), *(["sending"] if state == "unknown" else []), state)
    Message.objects.update(retry_at=None)
    (row,) = automatic_ones()
    assert not queue.cancel(row, agent)
    assert not queue.discard(row, agent)
    assert queue.retry(row, agent).pk == row.pk
    row.refresh_from_db()
    assert row.state == state
