"""Sums by day: equal to the rows, whatever happened, and never behind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.models import Account
from inbox.models import Conversation, ConversationLabel, Label, Response, Team, User
from inbox.triage import labels
from reports import counts, rollups
from reports.bands import FINEST
from reports.bands import NAMES as SPEED
from reports.counts import Reading
from reports.drill_down import per_day
from reports.figures import FIGURES, Value, split_values, values_of
from reports.models import Sum, SumState
from reports.rows import SUMMED
from reports.scope import Scope, scope_of
from reports.split import COLUMNS
from reports.trends import NAMES
from tests import factories
from tests.reports.test_figures import _HISTORY, DAY, Day, _happen, whole
from tests.support.profiles import examples

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=9)
SETTLED = DAY + timedelta(days=40)  # by then its month is summed up as a whole


def settle(today: date = LATER) -> None:
    """Sum up, as if everything done here had been finished before."""
    rollups.roll(today, anew=True)
    move_horizon(1_000_000)


def move_horizon(by: int) -> None:
    """Let the horizons be later or earlier than they were."""
    SumState.objects.update(horizon=F("horizon") + by)


def figures(scope: Scope) -> Any:
    """Every figure, of all and of each part, the messages of each day, and the lines."""
    names = (
        *COLUMNS,
        "first_response_seconds_p90",
        "waiting_seconds_median",
        "reach",
        "sentiment_balance",
        "reach_negative_answered",
        "reach_negative_unanswered",
    )
    beside = [split_values(scope, split, names) for split in ("channel", "account", "team", "person", "label")]
    lines = [split_values(scope, split, (*NAMES, *SPEED), step=3) for split in ("step", "channel step")]
    whole = values_of(scope)
    # The page reads each source once, and adds up.
    read = Reading(scope, step=3, finest={FIGURES[name].source: "step" for name in NAMES} | FINEST)
    assert values_of(scope, reading=read) == whole
    assert [split_values(scope, split, (*NAMES, *SPEED), reading=read) for split in ("step", "channel step")] == lines
    return whole, beside, per_day("messages_in", scope), lines


@pytest.fixture
def people() -> tuple[Account, Account, User]:
    return factories.make_account("x"), factories.make_account("facebook"), factories.make_user()


@settings(max_examples=examples(50))
@given(
    histories=st.lists(_HISTORY, min_size=1, max_size=4), days=st.integers(0, 4),
    today=st.sampled_from([LATER, SETTLED]), few=st.sampled_from([0, 5, 2000]),
)  # fmt: skip
def test_sums_equal_the_rows(
    people: tuple[Account, Account, User], histories: Sequence[Any], days: int, today: date, few: int
) -> None:
    first, second, agent = people
    with transaction.atomic(), patch.object(counts, "_FEW", few):
        team = Team.objects.create(name="Nacht")
        for number, history in enumerate(histories):
            _happen(second if number == 3 else first, agent, number, history)
        Conversation.objects.filter(account=second).update(team=team)
        late, lost = (Label.objects.create(name=name) for name in ("Te laat", "Kwijt"))
        for number, row in enumerate(Conversation.objects.order_by("pk")):
            for label in (late, lost)[number % 2 :]:
                ConversationLabel.objects.create(
                    conversation=row, label=label, at=row.last_message_at, last_message_at=row.last_message_at
                )
        begin = DAY - timedelta(days=1)
        scopes = [
            scope_of(begin, begin + timedelta(days=days), [first.pk, second.pk], every=True),
            scope_of(begin, LATER, [second.pk]),
            scope_of(begin, LATER, [first.pk, second.pk], team=team.pk),
            scope_of(begin, LATER, [first.pk, second.pk], every=True, closed=[team.pk]),
            scope_of(begin, LATER, [first.pk, second.pk], every=True, person=agent.pk),
            scope_of(begin, LATER, [first.pk, second.pk], every=True, label=late.pk),
            scope_of(begin, LATER, [first.pk], label=lost.pk, person=agent.pk),
        ]
        scopes[1:4] = [scope.of_days(begin - timedelta(days=20), SETTLED) for scope in scopes[1:4]]
        with patch.object(counts, "_FEW", 2000):
            of_rows = [figures(scope) for scope in scopes]
        settle(today)
        assert [figures(scope) for scope in scopes] == of_rows
        transaction.set_rollback(True)


def test_days_in_sums_are_not_counted_again() -> None:
    Day()
    settle()
    with CaptureQueriesContext(connection) as found:
        values_of(whole(), ["messages_in", "response_seconds_p90"])
    assert not [query for query in found if "FROM inbox_response" in query["sql"] or "COUNT" in query["sql"]]
    assert Sum.objects.filter(source="arrived").exists()


def test_persons_in_sums_are_not_counted_again() -> None:
    day = Day()
    settle()
    with CaptureQueriesContext(connection) as found:
        beside = split_values(whole(), "person", ["messages_out", "response_seconds_p90"])
        alone = values_of(whole(person=day.bram.pk), ["messages_out", "response_seconds_p90"])
    assert beside[day.bram.pk] == alone
    assert alone["messages_out"] == Value(2, 2)
    assert not [query for query in found if "AS counted" in query["sql"]]


def test_labels_in_sums_are_not_counted_again() -> None:
    day = Day()
    urgent, late = (Label.objects.create(name=name) for name in ("Spoed", "Bezorging"))
    for conversation, label in ((day.a, urgent), (day.b, urgent), (day.b, late)):
        labels.add_label(conversation, label, day.anna)
    settle()
    names = ["messages_in", "response_seconds_p90"]
    with CaptureQueriesContext(connection) as found:
        beside = split_values(whole(), "label", names)
        alone = {label.pk: values_of(whole(label=label.pk), names) for label in (urgent, late)}
    assert beside == alone
    assert (alone[urgent.pk]["messages_in"], alone[late.pk]["messages_in"]) == (Value(3, 3), Value(2, 2))
    assert not [query for query in found if "AS counted" in query["sql"]]
    move_horizon(-1_000_000)
    labels.remove_label(Conversation.objects.get(pk=day.b.pk), urgent, day.anna)
    assert values_of(whole(label=urgent.pk), names)["messages_in"] == Value(1, 1), "at once"


def test_what_changes_later_counts_at_once() -> None:
    day = Day()
    rollups.roll(LATER)
    before = values_of(whole())["reopen_rate"]
    # What is done in this transaction is not finished: each of its days is counted from the rows.
    Response.objects.filter(seconds=1800).update(counted_seconds=60)
    found = values_of(whole())
    assert found["response_seconds_median"] == Value(600, 3)
    assert found["reopen_rate"] == before
    assert rollups.known().stale == (DAY,)
    Conversation.objects.filter(pk=day.a.pk).update(team=Team.objects.create(name="Nacht"))
    settle()
    assert rollups.known().stale == ()


def test_changed_days_are_summed_up_again() -> None:
    Day()
    settle()
    assert rollups.roll(LATER) == 0
    SumState.objects.update(horizon=0)
    Response.objects.filter(seconds=1800).update(counted_seconds=60)
    assert rollups.roll(LATER) == 1
    move_horizon(1_000_000)
    assert values_of(whole())["response_seconds_median"] == Value(600, 3)


def test_sums_of_another_definition_are_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    Day()
    names = ["messages_in", "messages_out", "response_seconds_p90"]
    of_rows = values_of(whole(), names)
    with monkeypatch.context() as before:
        before.setattr(rollups, "SUMMED", {**SUMMED, "sent": f"{SUMMED['sent']} AND false"})
        settle()
        assert rollups.known().last is not None
    assert rollups.known() == rollups.Known(None)
    assert values_of(whole(), names) == of_rows
    assert rollups.roll(LATER) > 1
    move_horizon(1_000_000)
    assert rollups.known().last is not None
    assert values_of(whole(), names) == of_rows


def test_whole_months_are_read_from_theirs() -> None:
    day = Day()
    settle(SETTLED)
    november = scope_of(date(2026, 11, 1), date(2026, 11, 30), whole().accounts)
    names = ["messages_in", "response_seconds_p90"]
    expected = values_of(november, names)
    Sum.objects.filter(source="arrived", is_month=False).update(n=99)
    assert values_of(november, names) == expected
    assert values_of(november.of_days(DAY, DAY), names) != expected
    Conversation.objects.filter(pk=day.a.pk).update(seen_at=day.a.last_message_at)  # its days are counted anew …
    move_horizon(-1_000_000)
    assert rollups.known().cover(november, months=True).months == []
    rollups.roll(SETTLED)
    move_horizon(1_000_000)  # … and the month with them
    assert Sum.objects.filter(source="arrived", is_month=True).aggregate(n=models.Sum("n")) == {"n": 5}


def test_a_month_is_summed_up_when_it_rests() -> None:
    Day()
    rested = date(2026, 12, 8)  # a week after it was over
    settle(rested - timedelta(days=1))
    assert not Sum.objects.filter(is_month=True).exists()
    rollups.roll(rested)
    assert set(Sum.objects.filter(is_month=True).values_list("day", flat=True)) == {date(2026, 11, 1)}
    kept = Sum.objects.filter(is_month=True).count()
    rollups.roll(rested + timedelta(days=40))
    assert Sum.objects.filter(is_month=True).count() == kept


def test_after_an_import_everything_is_counted_from_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    Day()
    rollups.roll(LATER)
    monkeypatch.setattr(rollups, "MOST_CHANGED", 1)
    assert rollups.known() == rollups.Known(None)
    assert values_of(whole())["messages_in"] == Value(5, 5)


def test_command_sums_up_anew() -> None:
    Day()
    call_command("rollups")
    Sum.objects.update(n=99)
    call_command("rollups")
    assert not Sum.objects.filter(n=99).exists()
