"""The clock that is put forward and back."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.moments import NoSuchTime, moment_in

HERE = ZoneInfo("Europe/Amsterdam")
clock = datetime.fromisoformat


def test_the_same_time_is_another_moment_in_summer() -> None:
    assert moment_in(clock("2027-01-15T09:00"), HERE) == datetime(2027, 1, 15, 8, tzinfo=UTC)
    assert moment_in(clock("2027-07-15T09:00"), HERE) == datetime(2027, 7, 15, 7, tzinfo=UTC)


def test_a_time_the_clock_leaps_over_is_refused() -> None:
    with pytest.raises(NoSuchTime):
        moment_in(clock("2027-03-28T02:30"), HERE)


def test_a_time_that_comes_twice_is_its_first() -> None:
    assert moment_in(clock("2027-10-31T02:30"), HERE) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@given(shown=st.datetimes(clock("1990-01-01"), clock("2060-01-01")), zone=st.timezones())
def test_a_moment_shows_the_time_it_was_made_of(shown: datetime, zone: ZoneInfo) -> None:
    try:
        moment = moment_in(shown, zone)
    except NoSuchTime:
        return
    assert moment.astimezone(zone).replace(tzinfo=None) == shown
