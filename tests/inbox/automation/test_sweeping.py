"""Rules that look when somebody waited for so long, or at a time of day: once each, and as the clock goes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from inbox.automation import applying, occasions, sweeping
from inbox.models import Conversation, Label, OpeningDay, RuleApplication, RuleOccasion, RuleStroke, User
from inbox.models.opening_hours import Hours
from inbox.routing.rules.conditions import Unreadable
from inbox.routing.rules.moments import Moment, read_moments, stored_moments
from inbox.sla.clocks import Clock
from inbox.triage import assignment, labels
from tests import factories
from tests.support.rules import condition, does, make_rule
from tests.support.threads import at_once

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONDAY = datetime(2026, 11, 30, 9, tzinfo=AMSTERDAM)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def label() -> Label:
    return Label.objects.create(name="Te lang")


def _waits(minutes: int, kind: str = "waits", *, round_the_clock: bool = True) -> dict[str, Any]:
    return {"kind": kind, "minutes": minutes, "round_the_clock": round_the_clock}


def _write(at: datetime, name: str = "Roos") -> Conversation:
    """A customer writes at a moment."""
    message = factories.make_inbound(author=factories.author(name), sent_at=at)
    assert message.conversation is not None
    return message.conversation


def _sweep(at: datetime) -> list[str]:
    """Let rules look at a moment; return who was labelled by then."""
    with time_machine.travel(at, tick=False):
        sweeping.note_due()
        occasions.apply_due()
    return sorted(Conversation.objects.filter(labels__isnull=False).values_list("identity__name", flat=True))


@pytest.mark.django_db
def test_who_waits_so_long_sets_a_rule_off_once(label: Label) -> None:
    with time_machine.travel(MONDAY, tick=False):
        _write(MONDAY, "Van voor de regel")
        make_rule(does("label", label.pk), when=_waits(60), on_since=MONDAY + 61 * MINUTE)
    with time_machine.travel(MONDAY + 62 * MINUTE, tick=False):
        late = _write(MONDAY + 62 * MINUTE, "Laat")
        _write(MONDAY + 90 * MINUTE, "Nog niet")
    assert _sweep(MONDAY + 121 * MINUTE) == []
    assert _sweep(MONDAY + 122 * MINUTE) == ["Laat"]
    labels.remove_label(late, label, None)
    for days in (0, 4, 8):  # what is seen to is remembered as long as they wait
        occasions.forget_old(MONDAY + timedelta(days=days))
        with time_machine.travel(MONDAY + 123 * MINUTE, tick=False):
            sweeping.note_due()
            occasions.apply_due()
    assert RuleApplication.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_that_sweep_at_once_note_a_wait_once(label: Label) -> None:
    make_rule(does("label", label.pk), when=_waits(5), on_since=datetime(2026, 1, 1, tzinfo=UTC))
    with time_machine.travel(MONDAY, tick=False):
        _write(MONDAY)
    found = at_once(*[lambda: sweeping.note_due(MONDAY + HOUR)] * 3)
    assert [result for result in found if isinstance(result, Exception)] == []
    assert RuleOccasion.objects.count() == 1


@pytest.mark.django_db
def test_who_is_answered_meanwhile_sets_nothing_off(label: Label) -> None:
    with time_machine.travel(MONDAY, tick=False):
        make_rule(does("label", label.pk), when=_waits(60))
        gone, woken = _write(MONDAY, "Beantwoord"), _write(MONDAY, "Gewekt")
        assignment.snooze(woken, MONDAY + 9 * HOUR, factories.make_user())
    with time_machine.travel(MONDAY + 61 * MINUTE, tick=False):
        assert sweeping.note_due() == 1
        factories.make_answer(gone, factories.make_user())
        occasions.apply_due()
    assert not RuleApplication.objects.exists()
    with time_machine.travel(MONDAY + 10 * HOUR, tick=False):
        assignment.wake_snoozed()
    assert _sweep(MONDAY + 10 * HOUR) == ["Gewekt"]


@pytest.mark.django_db
def test_minutes_pass_in_opening_hours(label: Label) -> None:
    for day in range(7):
        OpeningDay.objects.create(weekday=day, spans=[[time(9), time(17)]] if day < 5 else [])
    friday = datetime(2026, 11, 27, 16, 30, tzinfo=AMSTERDAM)
    with time_machine.travel(friday, tick=False):
        make_rule(does("label", label.pk), when=_waits(60, round_the_clock=False))
        _write(friday)
    assert _sweep(MONDAY + 29 * MINUTE) == []
    assert _sweep(MONDAY + 30 * MINUTE) == ["Roos"]


@pytest.mark.django_db
def test_who_was_given_it_and_does_nothing_sets_a_rule_off(label: Label) -> None:
    idle, busy = factories.make_user(), factories.make_user()
    with time_machine.travel(MONDAY, tick=False):
        make_rule(does("label", label.pk), does("release"), when=_waits(30, "untouched"))
        stuck, seen, free = _write(MONDAY, "Ligt stil"), _write(MONDAY, "Opgepakt"), _write(MONDAY, "Van niemand")
    with time_machine.travel(MONDAY + 10 * MINUTE, tick=False):
        _give(stuck, idle)
        _give(seen, busy)
    with time_machine.travel(MONDAY + 20 * MINUTE, tick=False):
        assignment.write_note(seen, busy, "Ik bel ze even.")
    assert _sweep(MONDAY + 39 * MINUTE) == []
    assert _sweep(MONDAY + 40 * MINUTE) == ["Ligt stil"]
    for row in (stuck, seen, free):
        row.refresh_from_db()
    assert (stuck.assignee, seen.assignee) == (None, busy)
    with time_machine.travel(MONDAY + 50 * MINUTE, tick=False):
        _give(stuck, idle)
    _sweep(MONDAY + 81 * MINUTE)
    assert RuleApplication.objects.count() == 2


@pytest.mark.django_db
def test_the_clock_strikes_once_over_what_is_open(label: Label, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "AT_ONCE", 2)
    with time_machine.travel(MONDAY - HOUR, tick=False):
        make_rule(
            does("label", label.pk), when={"kind": "clock", "at": "09:00", "days": "workdays"},
            asks=[condition("words", "any", "pakket")],
        )  # fmt: skip
        for n in range(5):
            _write(MONDAY - HOUR, f"Klant {n}")
        assignment.close(_write(MONDAY - HOUR, "Af"), None, "no_question")
    assert _sweep(MONDAY - MINUTE) == []
    for _round in range(5):
        found = _sweep(MONDAY + MINUTE)
    assert found == [f"Klant {n}" for n in range(5)]
    assert RuleStroke.objects.get().done_at is not None
    assert _sweep(MONDAY + 2 * MINUTE + timedelta(days=-2)) == found  # Saturday
    assert RuleApplication.objects.count() == 5
    assert not RuleOccasion.objects.exists()


@pytest.mark.django_db
def test_a_stroke_that_was_missed_for_hours_is_left(label: Label) -> None:
    with time_machine.travel(MONDAY - HOUR, tick=False):
        make_rule(does("label", label.pk), when={"kind": "clock", "at": "09:00"})
        _write(MONDAY - HOUR)
    assert _sweep(MONDAY + 2 * HOUR) == []


@pytest.mark.django_db
def test_many_that_wait_are_noted_some_at_a_time(label: Label, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "AT_ONCE", 3)
    with time_machine.travel(MONDAY, tick=False):
        make_rule(does("label", label.pk), when=_waits(5))
        for n in range(4):
            _write(MONDAY, f"Klant {n}")
    assert sweeping.note_due(MONDAY + HOUR) == 3
    assert sweeping.note_due(MONDAY + HOUR) == 0  # until those are seen to
    monkeypatch.setattr(applying, "AN_HOUR", HOUR)
    assert len(_sweep(MONDAY + HOUR)) == 3
    assert len(_sweep(MONDAY + HOUR)) == 4


@pytest.mark.parametrize(
    ("now", "at", "stroke"),
    [
        # the clock goes forward on 29 March 2026: 02:30 is skipped, and struck as it jumps
        ("2026-03-29T01:30+00:00", "02:30", "2026-03-29T01:00+00:00"),
        ("2026-03-29T00:59+00:00", "02:30", "2026-03-28T01:30+00:00"),
        # it goes back on 25 October: 02:30 comes twice, and is struck the first time
        ("2026-10-25T00:30+00:00", "02:30", "2026-10-25T00:30+00:00"),
        ("2026-10-25T01:31+00:00", "02:30", "2026-10-25T00:30+00:00"),
        ("2026-10-26T08:00+00:00", "09:00", "2026-10-26T08:00+00:00"),
        ("2026-10-24T07:00+00:00", "09:00", "2026-10-24T07:00+00:00"),
    ],
)
def test_the_clock_strikes_once_where_time_jumps(now: str, at: str, stroke: str) -> None:
    moment = Moment("clock", at=time.fromisoformat(at))
    assert moment.last_stroke(datetime.fromisoformat(now), AMSTERDAM) == datetime.fromisoformat(stroke)


def test_a_rule_may_go_by_the_clock_of_another_place() -> None:
    now = datetime.fromisoformat("2026-03-30T12:00+00:00")  # a Monday, after clocks went forward in Europe
    (moment,) = read_moments([{"kind": "clock", "at": "09:00", "zone": "America/New_York"}])
    assert moment.last_stroke(now, AMSTERDAM) == datetime.fromisoformat("2026-03-29T13:00+00:00")
    assert read_moments(stored_moments([moment])) == (moment,)
    with pytest.raises(Unreadable):
        read_moments([{"kind": "clock", "at": "09:00", "zone": "Mars/Olympus"}])


_TIMES = st.times(max_value=time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0))
_WEEKS = st.dictionaries(st.integers(0, 6), st.lists(st.tuples(_TIMES, _TIMES), max_size=2), max_size=7)
_AROUND = st.sampled_from([datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)])


@given(_WEEKS, _AROUND, st.integers(-5000, 5000), st.integers(1, 4000), st.integers(0, 9000))
def test_latest_start_is_where_a_wait_is_just_long_enough(
    week: dict[int, list[tuple[time, time]]], around: datetime, shift: int, minutes: int, back: int
) -> None:
    """Whoever began to wait by then has waited so long, and nobody who began later: both ways of the clock's jump."""
    clock, now, length = Clock(Hours(AMSTERDAM, week)), around + shift * MINUTE, minutes * MINUTE
    latest = clock.latest_start(now, length)
    start = now - back * MINUTE
    assert (latest is not None and start <= latest) == (clock.between(start, now) >= length)
    if latest is not None:
        assert clock.between(latest, now) == length


def _give(conversation: Conversation, person: User) -> None:
    assignment.assign(conversation, person, None)
