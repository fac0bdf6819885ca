"""Several at once: two pollers with the same messages, two agents with the same question, a worker beside them."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from channels.types import Direction, Incoming, Route
from inbox.ingest.receive import receive
from inbox.models import Contact, Conversation, Identity, Message
from inbox.outbox import deliver, queue
from inbox.triage import assignment
from inbox.undo import record, reversal
from tests.factories import author, incoming, make_account, make_inbound, make_user, minutes_ago, outgoing
from tests.support.fake_platform import FakeConnector
from tests.support.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def story() -> list[Incoming]:
    """Some people, each with questions, answers and context."""
    events: list[Incoming] = []
    for n in range(12):
        person = author(f"Klant {n % 5}")
        question = incoming(f"Vraag {n}", author=person, sent_at=minutes_ago(60 - n))
        root = incoming("Eerder", author=author("Piet"), direction=Direction.CONTEXT, sent_at=minutes_ago(90 - n))
        answer = outgoing(f"Antwoord {n}", parent_id=question.external_id, sent_at=minutes_ago(30 - n))
        events += [question, root, answer]
    return events


def test_four_pollers_with_the_same_messages_store_each_once() -> None:
    account, events = make_account(), story()

    def poll(seed: int) -> Callable[[], Any]:
        shuffled = random.Random(seed).sample(events, len(events))
        batches: Sequence[Sequence[Incoming]] = [shuffled[n : n + 5] for n in range(0, len(shuffled), 5)]
        return lambda: [receive(account, batch) for batch in batches]

    results = at_once(*(poll(seed) for seed in range(4)))
    assert [result for result in results if isinstance(result, Exception)] == []
    assert Message.objects.count() == len(events)
    assert Conversation.objects.count() == 5
    assert Identity.objects.count() == Contact.objects.count() == 6


def test_two_accounts_that_meet_the_same_people_do_not_deadlock() -> None:
    accounts = [make_account(), make_account()]
    people = [author(f"Klant {n}") for n in range(30)]

    def meet(account: Any, order: Sequence[Any]) -> Callable[[], Any]:
        return lambda: [receive(account, [incoming(author=person) for person in order]) for _round in range(4)]

    results = at_once(*(meet(accounts[n % 2], people[:: 1 if n % 2 else -1]) for n in range(4)))
    assert [result for result in results if isinstance(result, Exception)] == []
    assert Identity.objects.count() == Contact.objects.count() == 30
    assert Conversation.objects.count() == 60


@pytest.mark.usefixtures("fake_platform")
def test_of_two_agents_who_press_send_at_once_one_answers() -> None:
    question = make_inbound(make_account("fake"))
    agents = [make_user(undo_seconds=0), make_user(undo_seconds=0)]

    def press(agent: Any) -> Callable[[], Any]:
        return lambda: queue.queue_reply(
            Conversation.objects.get(), agent, text=f"Van {agent.pk}", route=Route.PUBLIC_REPLY, reply_to=question,
            seen_message_id=question.pk,
        )  # fmt: skip

    results = at_once(*(press(agent) for agent in agents))
    assert sorted(type(result).__name__ for result in results) == ["Message", "Overtaken"]
    rows = deliver.sweep()
    at_once(*(lambda pk=pk: deliver.deliver(pk) for pk in [*rows, *rows, *rows]))
    assert len(FakeConnector.sent) == 1


@pytest.mark.usefixtures("fake_platform")
def test_agents_work_while_messages_come_in() -> None:
    account, agent = make_account("fake"), make_user(undo_seconds=0)
    person = author()
    receive(account, [incoming(author=person)])
    conversation = Conversation.objects.get()

    def pour() -> None:
        for n in range(15):
            receive(account, [incoming(f"Nog {n}", author=person), incoming(author=author(f"Ander {n}"))])

    def work() -> None:
        for n in range(15):
            message = queue.queue_reply(
                conversation, agent, text=f"Antwoord {n}", route=Route.PUBLIC_REPLY, reply_to=None, seen_message_id=None
            )
            deliver.deliver(message.pk)

    def sort() -> None:
        for _n in range(15):
            assignment.close(conversation, by=agent)
            assignment.write_note(conversation, agent, "Druk vandaag")

    results = at_once(pour, work, sort, pour)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert len(FakeConnector.sent) == 15
    assert Message.objects.filter(direction="inbound").count() == 61
    current = Conversation.objects.filter(identity=conversation.identity).exclude(status="closed").count()
    assert current <= 1


@pytest.mark.usefixtures("fake_platform")
def test_of_two_overlapping_undos_none_says_what_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    question, agent = make_inbound(make_account("fake")), make_user(undo_seconds=60)
    message = queue.queue_reply(
        Conversation.objects.get(), agent, text="Morgen", route=Route.PUBLIC_REPLY, reply_to=question,
        seen_message_id=question.pk,
    )  # fmt: skip
    act = record.record_sent(message, agent, on=question.code)
    assert act is not None
    first_is_in, second_is_done = threading.Event(), threading.Event()

    def leaves_meanwhile(*_args: Any) -> bool:
        first_is_in.set()
        second_is_done.wait(1)  # reached only where the second does not wait for the first
        return False

    def second() -> str:
        assert first_is_in.wait(10)
        outcome = reversal.undo(act.code, agent).outcome
        second_is_done.set()
        return outcome

    monkeypatch.setattr(queue, "cancel", leaves_meanwhile)
    assert at_once(lambda: reversal.undo(act.code, agent).outcome, second) == ["late", "late"]
