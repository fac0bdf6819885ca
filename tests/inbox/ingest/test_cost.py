"""What storing messages costs: few statements, and no more of them for many messages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels.types import Author, Removal
from inbox.ingest.receive import receive
from inbox.models import Conversation, Message
from inbox.sla import targets
from inbox.triage.summary import refresh
from tests.factories import author, incoming, make_account, make_conversation

pytestmark = pytest.mark.django_db

MOST = 24  # statements for a message of somebody new; one asks whether anybody was ever erased
MOST_OF_MANY = 27  # three tables' rows are copied then, which takes one more each


def people(count: int) -> list[Author]:
    """Return so many customers."""
    return [author(f"Klant {number}") for number in range(count)]


@pytest.mark.parametrize(("count", "most"), [(1, MOST), (40, MOST_OF_MANY)])
def test_new_messages_take_few_statements(count: int, most: int) -> None:
    account = make_account()
    targets.current()  # a process reads them once

    with CaptureQueriesContext(connection) as asked:
        receive(account, [incoming(author=who) for who in people(count)])

    assert Message.objects.count() == count
    assert len(asked) <= most, [query["sql"][:80] for query in asked]


def test_messages_told_again_cost_two_statements() -> None:
    account = make_account()
    events = [incoming(author=who, raw={"likes": 1}) for who in people(40)]
    receive(account, events)

    with CaptureQueriesContext(connection) as asked:
        received = receive(account, [replace(event, raw={"likes": 2}) for event in events])

    assert (received.new_messages, received.conversations) == (0, [])
    assert len(asked) == 2  # our other accounts, and what is known


def test_withdrawn_message_leaves_no_trace_of_its_words() -> None:
    account, event = make_account(), incoming()
    receive(account, [event])

    receive(account, [Removal(event.external_id, timezone.now())])
    receive(account, [event])

    message = Message.objects.get()
    assert (message.text, message.told) == ("", None)


def test_long_conversations_are_summarised_in_one_pass() -> None:
    conversation = make_conversation(messages=60)

    with CaptureQueriesContext(connection) as asked:
        refresh([conversation.pk])
    (statement,) = (query["sql"] for query in asked if "UPDATE inbox_conversation" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN (ANALYZE, FORMAT JSON) " + statement,
            {"ids": [conversation.pk], "platforms": ["x"], "seconds": [1.0]},
        )
        ((plan,),) = cursor.fetchall()

    messages_read = [node["Actual Loops"] for node in nodes(plan[0]["Plan"]) if node.get("CTE Name") == "line"]
    assert messages_read and max(messages_read) == 1


def test_conversations_of_a_person_are_found_by_index() -> None:
    conversation = make_conversation()
    account = conversation.account
    event = incoming(author=Author(external_id=conversation.identity.external_id))

    with CaptureQueriesContext(connection) as asked:
        receive(account, [event])

    locking = [query["sql"] for query in asked if "newest_closed" in query["sql"]]
    assert len(locking) == 1
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        asked_for: dict[str, Any] = {
            "ids": [conversation.pk],
            "account": account.pk,
            "people": [conversation.identity_id],
        }
        cursor.execute("EXPLAIN " + locking[0], asked_for)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan" not in plan
    assert Conversation.objects.count() == 1


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a plan's nodes, the outermost first."""
    return [plan, *(node for child in plan.get("Plans", []) for node in nodes(child))]
