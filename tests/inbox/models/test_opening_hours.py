"""When the office is open, over midnight, on holidays and in the nights the clock is changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from inbox.models.opening_hours import (
    LONG_AGO,
    Hours,
    Span,
    Unreadable,
    parsed,
    written,
)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # the clock goes forward, and back
NINE_TO_FIVE = [(time(9), time(17))]
OFFICE = Hours(AMSTERDAM, dict.fromkeys(range(5), NINE_TO_FIVE))

_times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
_spans = st.lists(st.tuples(_times, _times), max_size=3)
_near = st.sampled_from([SPRING, AUTUMN, date(2026, 12, 31)])


@st.composite
def _hours(draw: st.DrawFn) -> Hours:
    week = draw(st.dictionaries(st.integers(0, 6), _spans, min_size=1))
    anchor = draw(_near)
    days = {anchor + timedelta(days=n): spans for n, spans in draw(st.dictionaries(st.integers(-2, 2), _spans)).items()}
    return Hours(AMSTERDAM, week, days)


@st.composite
def _moments(draw: st.DrawFn) -> datetime:
    begin = datetime.combine(draw(_near), time(), tzinfo=UTC)
    return begin + timedelta(minutes=draw(st.integers(-3 * 24 * 60, 3 * 24 * 60)))


def here(*parts: int, fold: int = 0) -> datetime:
    """A moment by Amsterdam's clock."""
    return datetime(*parts, tzinfo=AMSTERDAM, fold=fold)  # type: ignore[arg-type,misc]  # year, month, day …


def by_the_wall(hours: Hours, moment: datetime) -> bool:
    """Whether the clock on the wall says that it is open."""
    now = moment.astimezone(AMSTERDAM).replace(tzinfo=None)
    for day in (now.date() - timedelta(days=1), now.date()):
        for opens, closes in hours.days.get(day, hours.week.get(day.weekday(), ())):
            end = datetime.combine(day + timedelta(days=closes <= opens), closes)
            if datetime.combine(day, opens) <= now < end:
                return True
    return False


def strikes_twice(moment: datetime) -> bool:
    """Whether this is the hour that comes twice when the clock goes back."""
    local = moment.astimezone(AMSTERDAM)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


# Of a period; nearer to its end a moment is rounded to the end itself.
SHARES = [0, 0.001, 0.25, 0.5, 0.75, 0.999]


@given(_hours(), _moments())
def test_f3_it_is_open_when_the_clock_on_the_wall_says_so(hours: Hours, moment: datetime) -> None:
    assume(not strikes_twice(moment))
    assert hours.is_open(moment) == by_the_wall(hours, moment)


@given(_hours(), _moments(), st.sampled_from(SHARES))
def test_f3_it_opens_next_at_the_first_moment_it_is_open(hours: Hours, moment: datetime, share: float) -> None:
    opens = hours.opens_next(moment)
    if opens is None:
        assert not any(hours.is_open(moment + timedelta(minutes=15 * n)) for n in range(4 * 24 * 9))
        return
    opens = opens.astimezone(UTC)  # where a second earlier is one, also on the night the clock is changed
    assert opens >= moment
    assert hours.is_open(opens)
    if opens > moment:
        assert not hours.is_open(opens - timedelta(seconds=1))
        assert not hours.is_open(moment + (opens - moment) * share)


@given(_hours(), _moments(), st.sampled_from(SHARES))
def test_f3_closed_period_has_one_name_throughout(hours: Hours, moment: datetime, share: float) -> None:
    since, opens = hours.closed_since(moment), hours.opens_next(moment)
    assert (since is None) == hours.is_open(moment)
    if since is None:
        return
    assert since <= moment
    if since != LONG_AGO:
        assert hours.is_open(since - timedelta(seconds=1))
        assert not hours.is_open(since)
    if opens is not None:
        assert hours.closed_since(moment + (opens - moment) * share) == since


@given(_spans)
def test_hours_are_read_as_they_are_written(spans: list[Span]) -> None:
    try:
        known = parsed(written(spans))
    except Unreadable:
        return  # they overlap
    assert parsed(written(known)) == known
    assert set(known) == set(spans)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", []),
        ("gesloten", []),
        ("9-17", [(time(9), time(17))]),
        ("9:00 – 12:30; 13.30 tot 17.00", [(time(9), time(12, 30)), (time(13, 30), time(17))]),
        ("13-17, 9-12 en 18-24", [(time(9), time(12)), (time(13), time(17)), (time(18), time())]),
        ("22:00-2:00", [(time(22), time(2))]),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, spans: list[Span]) -> None:
    assert parsed(text) == spans


@pytest.mark.parametrize("text", ["9", "9-", "25-26", "9:60-10", "negen tot vijf", "9-12-17", "24-8"])
def test_what_is_no_time_is_named(text: str) -> None:
    with pytest.raises(Unreadable) as wrong:
        parsed(text)
    assert wrong.value.part == text


@pytest.mark.parametrize("text", ["9-17, 16-18", "9-24, 10-11", "22-2, 23-23:30"])
def test_spans_that_overlap_are_refused(text: str) -> None:
    with pytest.raises(Unreadable) as wrong:
        parsed(text)
    assert wrong.value.part == ""


def test_before_anybody_filled_in_hours_it_is_always_open() -> None:
    nothing = Hours(AMSTERDAM)
    assert not nothing.known
    assert nothing.is_open(here(2026, 1, 1, 3))
    assert nothing.closed_since(here(2026, 1, 1, 3)) is None


def test_who_is_never_open_promises_nothing() -> None:
    never = Hours(AMSTERDAM, dict.fromkeys(range(7), ()))
    assert never.known
    assert never.opens_next(here(2026, 1, 1, 12)) is None
    assert never.closed_since(here(2026, 1, 1, 12)) == LONG_AGO


def test_f3_after_friday_comes_monday() -> None:
    friday_night = here(2026, 11, 27, 23)
    assert OFFICE.opens_next(friday_night) == here(2026, 11, 30, 9)
    assert OFFICE.closed_since(here(2026, 11, 30, 8, 59)) == here(2026, 11, 27, 17)


def test_f3_holidays_close_and_special_days_have_their_hours() -> None:
    days = {date(2026, 12, 25): [], date(2026, 12, 24): [(time(9), time(12))], date(2026, 12, 26): NINE_TO_FIVE}
    office = Hours(AMSTERDAM, OFFICE.week, days)
    assert not office.is_open(here(2026, 12, 25, 10)), "a Friday, but Christmas"
    assert office.closed_since(here(2026, 12, 25, 10)) == here(2026, 12, 24, 12)
    assert office.opens_next(here(2026, 12, 24, 13)) == here(2026, 12, 26, 9), "a Saturday, open for once"


def test_f3_what_began_before_midnight_goes_on_into_a_holiday() -> None:
    office = Hours(AMSTERDAM, {3: [(time(22), time(2))]}, {date(2026, 12, 25): []})
    assert office.is_open(here(2026, 12, 25, 1, 59))
    assert not office.is_open(here(2026, 12, 25, 2))


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_f3_nine_is_nine_by_the_clock_on_the_days_it_is_changed(day: date) -> None:
    office = Hours(AMSTERDAM, dict.fromkeys(range(7), NINE_TO_FIVE))
    night = datetime.combine(day - timedelta(days=1), time(23), tzinfo=AMSTERDAM)
    opens = office.opens_next(night)
    assert opens is not None
    assert opens.astimezone(AMSTERDAM).time() == time(9)
    asleep = (opens - office.closed_since(night)).total_seconds() / 3600  # type: ignore[operator]  # it is closed
    assert asleep == (15 if day == SPRING else 17)


def test_f3_a_time_that_is_skipped_is_the_moment_the_clock_jumps() -> None:
    office = Hours(AMSTERDAM, {6: [(time(2, 30), time(4))]})
    assert office.opens_next(here(2026, 3, 29, 0)) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    inside = Hours(AMSTERDAM, {6: [(time(2, 15), time(2, 45))]})
    assert inside.opens_next(here(2026, 3, 29, 0)) == here(2026, 4, 5, 2, 15), "nothing of it is left that night"


def test_f3_doubled_hour_begins_first_and_ends_last() -> None:
    office = Hours(AMSTERDAM, {6: [(time(2, 15), time(2, 45))]})
    opens = office.opens_next(here(2026, 10, 25, 0))
    assert opens is not None
    assert opens.astimezone(UTC) == datetime(2026, 10, 25, 0, 15, tzinfo=UTC)
    assert office.is_open(here(2026, 10, 25, 2, 44, fold=1))
    assert not office.is_open(here(2026, 10, 25, 2, 45, fold=1))
