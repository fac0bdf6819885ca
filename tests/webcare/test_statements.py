"""Rows that are copied are the rows that Django would have saved."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox.models import Contact, Event, Identity, Message
from tests.factories import make_conversation
from webcare.lib import statements

pytestmark = pytest.mark.django_db


def a_message(**fields: object) -> Message:
    """Return a message that is not saved yet, with something in every kind of column."""
    conversation = make_conversation()
    values = {
        "account": conversation.account,
        "conversation": conversation,
        "identity": conversation.identity,
        "direction": Message.Direction.OUTBOUND,
        "state": Message.State.SENT,
        "external_id": "1",
        "earlier_ids": ["a,b", 'c"d'],
        "text": "Tab\there, \\N and\nmore €",
        "shown": [{"kind": "call"}],
        "template": {"name": "hallo", "n": None},
    }
    return Message(**(values | fields))


@pytest.mark.parametrize("few", [0, 4], ids=["copied", "inserted"])
def test_new_row_is_read_back_as_it_was(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "FEW", few)
    row = a_message()

    statements.insert([row])

    stored = Message.objects.get(pk=row.pk)
    names = [field.attname for field in Message._meta.concrete_fields if field.attname != "words"]
    assert [getattr(stored, name) for name in names] == [getattr(row, name) for name in names]
    row.text = "Changed"
    row.save()
    assert Message.objects.get(pk=row.pk).text == "Changed"


@pytest.mark.parametrize("moment", [datetime(2026, 7, 1, 12, 0, 0, 250_000, UTC), datetime(1969, 1, 1, tzinfo=UTC)])
def test_times_are_read_in_utc(moment: datetime) -> None:
    ((found,),) = statements.fetch("SELECT %s::timestamptz", [moment])
    assert (found, found.tzinfo) == (moment, UTC)


@pytest.mark.parametrize("few", [0, 4], ids=["copied", "inserted"])
def test_new_names_lose_their_turns(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "FEW", few)
    contact = Contact.objects.create()
    now = timezone.now()
    row = Identity(contact=contact, platform="x", external_id="7", name="a\u202eb", first_seen_at=now, last_seen_at=now)

    statements.insert([row])

    assert Identity.objects.get().name == "ab"


@pytest.mark.parametrize("few", [0, 4], ids=["copied", "inserted"])
def test_new_row_breaks_no_constraint(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "FEW", few)
    row = a_message()
    statements.insert([row])

    with pytest.raises(IntegrityError), transaction.atomic():
        statements.insert([a_message(account=row.account)])


def test_known_rows_are_left_out() -> None:
    contact, now = Contact.objects.create(), timezone.now()

    def person(external_id: str) -> Identity:
        fields = {"contact": contact, "first_seen_at": now, "last_seen_at": now}
        return Identity(platform="x", external_id=external_id, **fields)

    first = statements.insert_new([person("1")])
    second = statements.insert_new([person("1"), person("2")])

    assert [row.external_id for row in second] == ["2"]
    assert {row.pk for row in [*first, *second]} == set(Identity.objects.values_list("pk", flat=True))


def test_selected_rows_are_those_of_django() -> None:
    row = a_message()
    statements.insert([row])

    (found,) = statements.select(Event, "WHERE id = %s", [Event.note("seen", times=3).pk])
    (message,) = statements.select(Message, "WHERE id = %s", [row.pk])

    assert (found.verb, found.data) == ("seen", {"times": 3})
    assert (message.text, message.shown, message.earlier_ids) == (row.text, row.shown, row.earlier_ids)


def test_planned_statements_are_logged() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert statements.fetch("SELECT %s::int", [7]) == [(7,)]

    assert [query["sql"] for query in asked] == ["SELECT %s::int"]
