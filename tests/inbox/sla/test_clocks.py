"""Clocks of promises, against a slow reference that looks at every minute."""

from __future__ import annotations

import uuid
from collections.abc import Container
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.models import OpeningHours, ResponseTarget
from inbox.models.opening_hours import Hours
from inbox.models.public_holidays import COUNTRIES, PublicHolidays
from inbox.sla.clocks import Clock, Light
from inbox.sla.targets import Targets
from tests.support.profiles import is_thorough

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
AROUND = 5  # days before and after the anchor that the reference knows
ZONES = sorted(zone for zone in available_timezones() if "/" in zone)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OFFICE = Hours(AMSTERDAM, dict.fromkeys(range(5), [(time(9), time(17))]))
HOUR = timedelta(hours=1)


class Minutes(NamedTuple):
    """Every minute around a day, and where each stands by the clock on the wall."""

    first: datetime
    walls: list[datetime]
    places: dict[datetime, list[int]]

    def starts_at(self, wall: datetime) -> int:
        """The first minute by that clock; where it was skipped, the first one after."""
        if wall in self.places:
            return self.places[wall][0]
        return next(n for n, there in enumerate(self.walls) if there > wall)

    def ends_at(self, wall: datetime) -> int:
        """The last minute by that clock; where it was skipped, the one after the last before it."""
        if wall in self.places:
            return self.places[wall][-1]
        return max(n for n, there in enumerate(self.walls) if there < wall) + 1


@lru_cache(maxsize=50)
def changes_of(zone: str) -> list[date]:
    """The days on which a zone changes its clock, and a plain one."""
    days = [date(2015, 1, 1) + n * _DAY for n in range(13 * 365)]
    offsets = [datetime.combine(day, time(12), tzinfo=ZoneInfo(zone)).utcoffset() for day in days]
    return [date(2026, 12, 24)] + [
        day for day, before, offset in zip(days[1:], offsets, offsets[1:], strict=False) if before != offset
    ]


@lru_cache(maxsize=50)
def minutes_around(zone: tzinfo, anchor: date) -> Minutes:
    """Look at every minute."""
    first = datetime.combine(anchor - AROUND * _DAY, time(), tzinfo=UTC)
    walls = [(first + n * _MINUTE).astimezone(zone).replace(tzinfo=None, fold=0) for n in range(2 * AROUND * 24 * 60)]
    places: dict[datetime, list[int]] = {}
    for n, wall in enumerate(walls):
        places.setdefault(wall, []).append(n)
    return Minutes(first, walls, places)


def open_minutes(hours: Hours, known: Minutes, anchor: date) -> bytearray:
    """Which minutes count: the slow way, from the words of the rules."""
    counts = bytearray(len(known.walls))
    for day in (anchor + n * _DAY for n in range(2 - AROUND, AROUND - 2)):
        spans = hours.week.get(day.weekday(), ())
        if day in hours.holidays:
            spans = ()
        if day in hours.days:
            spans = hours.days[day]
        for opens, closes in spans:
            end = datetime.combine(day + _DAY if closes <= opens else day, closes)
            for n in range(known.starts_at(datetime.combine(day, opens)), known.ends_at(end)):
                counts[n] = 1
    return counts


_times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 0, 15, 30, 59]))
_spans = st.lists(st.tuples(_times, _times), max_size=3)


class Case(NamedTuple):
    """Opening hours about a day on which something may happen, whose they are, a start and a target."""

    hours: Hours
    whose: str
    anchor: date
    start: datetime
    target: int  # minutes
    later: int  # minutes


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone = draw(st.sampled_from(ZONES))
    anchor = draw(st.sampled_from(changes_of(zone)))
    week = draw(st.dictionaries(st.integers(0, 6), _spans, min_size=1))
    days = {anchor + n * _DAY: spans for n, spans in draw(st.dictionaries(st.integers(-2, 2), _spans)).items()}
    holidays: Container[date] = PublicHolidays(draw(st.sampled_from(["", *COUNTRIES])))
    if draw(st.booleans()):
        holidays = {anchor + n * _DAY for n in draw(st.sets(st.integers(-2, 2)))}
    midday = datetime.combine(anchor, time(12), tzinfo=UTC)
    start = midday + draw(st.integers(-24 * 60, 24 * 60)) * _MINUTE
    hours = Hours(ZoneInfo(zone), week, days, holidays)
    whose = draw(st.sampled_from(["organisation", "team", "account"]))
    return Case(hours, whose, anchor, start, draw(st.integers(1, 1500)), draw(st.integers(0, 1500)))


def clock_of(case: Case) -> Clock:
    """The clock by which a conversation of account 1 and team 2 waits. All others' hours never open."""
    never = Hours(UTC, {0: []})
    hours = {
        "organisation": OpeningHours(case.hours, {9: never}, {9: never}),
        "team": OpeningHours(never, {9: never}, {2: case.hours}),
        "account": OpeningHours(never, {1: case.hours}, {2: never}),
    }[case.whose]
    target = ResponseTarget(minutes=case.target, in_opening_hours=True)
    return Targets(uuid.uuid4(), (target,), hours).target_of(1, 2, 0).clock


@given(cases())
@settings(max_examples=10_000 if is_thorough() else 100)
def test_clock_agrees_with_a_look_at_every_minute(case: Case) -> None:
    known = minutes_around(case.hours.zone, case.anchor)
    counts = open_minutes(case.hours, known, case.anchor)
    clock, target = clock_of(case), case.target * _MINUTE
    begin, sure = (case.start - known.first) // _MINUTE, (AROUND - 3) * 24 * 60
    passed, due = 0, None
    for n in range(begin, begin + sure // 2):
        if counts[n]:
            passed += 1
            if passed == case.target:
                due = known.first + (n + 1) * _MINUTE
                break
    found = clock.due(case.start, target)
    horizon = known.first + (begin + sure // 2) * _MINUTE
    assert found == due if due else found is None or found > horizon
    now = case.start + case.later * _MINUTE
    waited = sum(counts[begin : begin + case.later])
    assert clock.between(case.start, now) == waited * _MINUTE
    expected = Light.RED if waited >= case.target else Light.ORANGE if waited >= 0.8 * case.target else Light.GREEN
    assert clock.light(case.start, target, now) == expected
    assert clock.step(case.start, target, now) == max(n for n in (0, 1, 2, 4) if waited >= n * case.target)


def test_target_of_an_hour_ends_at_sixty_minutes_exactly() -> None:
    monday = datetime(2026, 11, 30, 9, 30, tzinfo=AMSTERDAM)
    clock = Clock(OFFICE)
    assert clock.due(monday, HOUR) == monday + HOUR
    assert clock.light(monday, HOUR, monday + HOUR - timedelta(seconds=1)) == Light.ORANGE
    assert clock.light(monday, HOUR, monday + HOUR) == Light.RED


def test_clock_stands_still_from_friday_evening_to_monday() -> None:
    friday = datetime(2026, 11, 27, 16, 50, tzinfo=AMSTERDAM)
    clock = Clock(OFFICE)
    assert clock.due(friday, HOUR) == datetime(2026, 11, 30, 9, 50, tzinfo=AMSTERDAM)
    assert clock.light(friday, HOUR, friday + 2 * _DAY) == Light.GREEN
    assert clock.step(friday, HOUR, datetime(2026, 11, 30, 10, 50, tzinfo=AMSTERDAM)) == 2


def test_round_the_clock_nothing_stands_still() -> None:
    friday = datetime(2026, 11, 27, 16, 50, tzinfo=AMSTERDAM)
    for clock in (Clock(), Clock(Hours(AMSTERDAM))):
        assert clock.due(friday, HOUR) == friday + HOUR
        assert clock.between(friday, friday + _DAY) == _DAY


@pytest.mark.parametrize("country", COUNTRIES)
def test_christmas_is_closed_in_each_country(country: str) -> None:
    hours = Hours(AMSTERDAM, OFFICE.week, holidays=PublicHolidays(country))
    christmas = datetime(2026, 12, 25, 12, tzinfo=AMSTERDAM)
    assert OFFICE.is_open(christmas)
    assert not hours.is_open(christmas)
    assert PublicHolidays(country).name_of(christmas.date())


def test_own_exception_goes_before_a_public_holiday() -> None:
    day = date(2026, 12, 25)
    hours = Hours(AMSTERDAM, OFFICE.week, {day: [(time(10), time(12))]}, PublicHolidays("NL"))
    assert hours.is_open(datetime(2026, 12, 25, 11, tzinfo=AMSTERDAM))
    assert not hours.is_open(datetime(2026, 12, 25, 13, tzinfo=AMSTERDAM))


def test_office_that_never_opens_is_never_late() -> None:
    clock = Clock(Hours(AMSTERDAM, {0: []}))
    start = datetime(2026, 11, 30, 9, 30, tzinfo=AMSTERDAM)
    assert clock.due(start, HOUR) is None
    assert clock.light(start, HOUR, start + 9 * _DAY) == Light.GREEN


def test_no_country_has_no_holidays() -> None:
    assert date(2026, 12, 25) not in PublicHolidays()
    assert PublicHolidays().of_year(2026) == []
