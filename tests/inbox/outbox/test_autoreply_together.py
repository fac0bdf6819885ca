"""A webhook and a poll with the same night's messages, and workers beside them: each customer is told once."""

from __future__ import annotations

import pytest

from channels.types import Visibility
from inbox.ingest.receive import receive
from inbox.models import Conversation, Message
from inbox.outbox import autoreply, deliver
from inbox.triage import estimates
from tests.factories import author, incoming, make_inbound
from tests.support.fake_platform import FakeConnector
from tests.support.opening_hours import automatic_ones, shut, talking_account
from tests.support.threads import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fake_platform", "estimated")]


def test_f3_of_two_that_bring_in_the_same_night_one_tells() -> None:
    shut()
    account = talking_account()
    people = [author(f"Klant {n}") for n in range(6)]
    events = [
        incoming(author=person, visibility=Visibility.PRIVATE, kind="dm") for person in people for _twice in range(2)
    ]

    def bring_in() -> None:
        for event in events:
            receive(account, [event])
            estimates.estimate_due()
            for pk in autoreply.due():
                autoreply.queue_if_due(pk)

    def work() -> None:
        for _round in range(6):
            for pk in deliver.sweep():
                deliver.deliver(pk)

    results = at_once(bring_in, bring_in, bring_in, work)
    assert [result for result in results if isinstance(result, Exception)] == []
    work()
    autoreplies = automatic_ones()
    assert sorted(row.conversation_id or 0 for row in autoreplies) == sorted(
        Conversation.objects.values_list("pk", flat=True)
    )
    assert len(FakeConnector.sent) == len(people)
    assert {row.state for row in autoreplies} == {"sent"}
    assert Message.objects.count() == len(events) + len(people)


def test_two_workers_that_decide_at_once_queue_one() -> None:
    shut()
    asked = make_inbound(talking_account(), visibility=Visibility.PRIVATE, kind="dm")
    at_once(*[lambda: autoreply.queue_if_due(asked.conversation_id or 0)] * 4)
    assert len(automatic_ones()) == 1


def test_pages_that_were_away_ask_for_it_again() -> None:
    shut()
    asked = make_inbound(talking_account(), visibility=Visibility.PRIVATE, kind="dm")
    before = Conversation.objects.get(messages=asked.pk).version
    autoreply.queue_if_due(asked.conversation_id or 0)
    assert Conversation.objects.get(messages=asked.pk).version > before
