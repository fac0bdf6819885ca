"""An answer's response, echo and receipts come in any order, and are one row."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from channels.types import DeliveryReport, Reaction, Removal, Route
from inbox.ingest.receive import Arrival, receive, settle_arrival
from inbox.models import Conversation, Event, Message
from inbox.outbox import queue
from tests.factories import author, make_account, make_inbound, make_user, next_id, outgoing
from tests.support.profiles import is_thorough

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_platform")]

Told = Callable[[], object]


@pytest.fixture
def sending() -> Message:
    """An answer a worker has just handed to the platform."""
    question = make_inbound(make_account("fake"))
    assert question.conversation is not None
    message = queue.queue_reply(
        question.conversation,
        make_user(),
        text="Hij is onderweg & komt morgen.",
        route=Route.PUBLIC_REPLY,
        reply_to=question,
        seen_message_id=None,
        close_after=True,
    )
    Message.objects.filter(pk=message.pk).update(state="sending", claimed_at=timezone.now(), attempts=1)
    message.refresh_from_db()
    return message


def tellings(message: Message, echo_text: str, reference: str) -> dict[str, Told]:
    """Everything that tells of the answer's arrival."""
    account, external_id, now = message.account, next_id(), timezone.now()
    parent = message.reply_to.external_id if message.reply_to else ""
    echo = outgoing(
        echo_text, external_id=external_id, parent_id=parent or "", customer=author(), reference=reference, sent_at=now
    )
    delivered = DeliveryReport("delivered", now + timedelta(seconds=1), external_id=external_id)
    read = DeliveryReport("read", now + timedelta(seconds=2), reference=str(message.code), external_id=external_id)
    more = outgoing("En nog dit.", parent_id=external_id, sent_at=now + timedelta(seconds=9))
    return {
        "answer": lambda: settle_arrival(account, Arrival(message.code, external_id, now)),
        "echo": lambda: receive(account, [echo]),
        "delivered": lambda: receive(account, [delivered]),
        "read": lambda: receive(account, [read]),
        "what we said after it": lambda: receive(account, [more]),
    }


@pytest.mark.thorough
@pytest.mark.parametrize("echo_text", ["@karin Hij is onderweg &amp; komt morgen.", "verkort door het platform"])
@pytest.mark.parametrize("with_reference", [True, False])
def test_whatever_comes_first_it_is_one_answer(sending: Message, echo_text: str, with_reference: bool) -> None:
    reports = tellings(sending, echo_text, str(sending.code) if with_reference else "")
    orders = list(itertools.permutations(reports))
    # All 120 hold; this choice keeps each first and each last telling.
    for order in orders if is_thorough() else orders[with_reference * 11 :: 22]:
        with transaction.atomic():
            for name in (*order, *order[:2]):
                reports[name]()
            check(sending, order)
            transaction.set_rollback(True)


def check(sending: Message, order: tuple[str, ...]) -> None:
    """One row, sent, read, with its words, its author and what follows it."""
    ours = Message.objects.get(pk=sending.pk)
    assert ours.state == "sent", order
    assert ours.text == "Hij is onderweg & komt morgen.", order
    assert ours.delivered_at and ours.read_at, order
    assert ours.author_id == sending.author_id
    assert Message.objects.filter(direction="outbound").count() == 2, order
    conversation = Conversation.objects.get()
    assert (conversation.message_count, conversation.waiting_since) == (3, None), order
    assert (conversation.status, conversation.responses.get().agent) == ("closed", sending.author), order
    assert Event.objects.filter(verb="sent").count() == 1


def test_nothing_is_fetched_before_an_answer_written_here(sending: Message) -> None:
    received = settle_arrival(sending.account, Arrival(sending.code, next_id(), timezone.now()))
    sending.refresh_from_db()
    assert (sending.state, sending.visibility, sending.context_state) == ("sent", "public", "")
    assert sending.parent_external_id and not received.missing_context


def test_an_answer_removed_before_we_knew_it_had_arrived(sending: Message) -> None:
    external_id = next_id()
    receive(sending.account, [Removal(external_id, timezone.now())])
    settle_arrival(sending.account, Arrival(sending.code, external_id, timezone.now()))
    sending.refresh_from_db()
    assert (sending.state, sending.text) == ("sent", "")


def test_reaction_that_came_before_we_knew_it_had_arrived(sending: Message) -> None:
    external_id, now = next_id(), timezone.now()
    receive(sending.account, [Reaction(external_id, author("Kees"), "❤️", now)])

    settle_arrival(sending.account, Arrival(sending.code, external_id, now))

    assert [reaction.emoji for reaction in sending.reactions.all()] == ["❤️"]


def test_somebody_elses_equal_words_elsewhere_are_not_our_answer(sending: Message) -> None:
    other = make_inbound(sending.account, author=author("Kees"))
    echo = outgoing(sending.text, parent_id=other.external_id, customer=author("Kees"))
    receive(sending.account, [echo])
    sending.refresh_from_db()
    assert sending.state == "sending"
