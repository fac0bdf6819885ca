"""What is usual, and what is not: by hand, and whatever the weeks were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.spikes.baseline import SENSES, Hour, judge_mood, judge_volume, windows

NORMAL = SENSES["normal"]
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_hours = st.lists(st.builds(Hour, st.integers(0, 200), st.just(0)), min_size=3, max_size=8)


def test_a_usual_hour_is_calm_and_three_times_as_many_is_high() -> None:
    weeks = [Hour(n) for n in (18, 22, 20, 21, 19, 20, 17, 23)]
    usual = judge_volume(Hour(20), weeks, NORMAL)
    busy = judge_volume(Hour(60), weeks, NORMAL)
    assert usual is not None
    assert busy is not None
    assert (usual.usual, usual.is_high, usual.is_calm) == (20, False, True)
    assert (busy.limit, busy.is_high, busy.is_calm) == (38, True, False)  # 20 and four spreads of √20


def test_one_odd_week_teaches_nothing() -> None:
    weeks = [Hour(n) for n in (20, 400, 20, 20, 20, 20, 20, 20)]
    verdict = judge_volume(Hour(60), weeks, NORMAL)
    assert verdict is not None
    assert verdict.is_high


def test_few_messages_and_few_weeks_say_nothing() -> None:
    quiet = judge_volume(Hour(5), [Hour(0)] * 8, NORMAL)
    assert quiet is not None
    assert not quiet.is_high
    assert judge_volume(Hour(500), [Hour(2)] * 2, NORMAL) is None


def test_angrier_than_usual_is_high_though_no_busier() -> None:
    weeks = [Hour(30, 6)] * 8
    verdict = judge_mood(Hour(30, 20), weeks, NORMAL)
    assert verdict is not None
    assert (verdict.value, verdict.usual, verdict.is_high) == (67, 20, True)
    fine = judge_mood(Hour(30, 8), weeks, NORMAL)
    assert fine is not None
    assert not fine.is_high
    few = judge_mood(Hour(4, 4), weeks, NORMAL)
    assert few is not None
    assert not few.is_high  # four people are no share


@given(weeks=_hours, now=st.integers(0, 2000))
def test_more_sensitive_is_sooner_and_never_high_and_calm(weeks: list[Hour], now: int) -> None:
    verdicts = [judge_volume(Hour(now), weeks, SENSES[name]) for name in ("low", "normal", "high")]
    found = [verdict for verdict in verdicts if verdict is not None]
    assert len(found) == 3
    assert not any(verdict.is_high and verdict.is_calm for verdict in found)
    assert [verdict.is_high for verdict in found] == sorted(verdict.is_high for verdict in found)


@pytest.mark.parametrize("day", [datetime(2027, 3, 28, tzinfo=AMSTERDAM), datetime(2026, 10, 25, tzinfo=AMSTERDAM)])
def test_an_hour_lasts_one_while_the_clock_changes(day: datetime) -> None:
    for minutes in range(0, 6 * 60, 20):
        now = (day.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(AMSTERDAM)
        assert windows(now)[0][1].astimezone(UTC) == now.astimezone(UTC)
        for moment in (now, now + timedelta(weeks=1)):  # a week later, that hour is looked back at
            for start, end in windows(moment):
                assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=1), (moment, end)


def test_past_weeks_are_the_same_hour_by_the_clock() -> None:
    after_the_change = datetime(2026, 10, 27, 9, 30, tzinfo=AMSTERDAM)  # the clock went back on the 25th
    starts = [start for start, _end in windows(after_the_change)]
    assert {(start.hour, start.minute, start.weekday()) for start in starts} == {(8, 30, 1)}
    assert len({start.utcoffset() for start in starts}) == 2
