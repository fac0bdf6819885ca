"""What is usual for an account, learned from the same hour of past weeks, and what is not. Pure.

Median and median absolute deviation: one odd week, such as a spike before, moves neither. Few messages vary more than
their weeks tell, so chance has a share in the spread.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import sqrt
from statistics import median
from typing import NamedTuple

from inbox.models import SpikeWatch

HOUR = timedelta(hours=1)
WEEKS = 8
LEAST_WEEKS = 3  # below it nothing is learned yet
_LEAST_FOR_SHARE = 5  # messages in an hour: a share of fewer says nothing
_OF_NORMAL = 1.4826  # makes a deviation of the median comparable to a standard deviation
_NARROWEST_SHARE = 0.05


class Sense(NamedTuple):
    """How far above the usual is unusual, in spreads, and the fewest messages that can be."""

    spreads: float
    messages: int
    negative: int


SENSES: dict[str, Sense] = {
    SpikeWatch.Sensitivity.LOW: Sense(6, 25, 10),
    SpikeWatch.Sensitivity.NORMAL: Sense(4, 12, 6),
    SpikeWatch.Sensitivity.HIGH: Sense(3, 6, 4),
}


class Hour(NamedTuple):
    """What came in within one hour."""

    messages: int = 0
    negative: int = 0


class Verdict(NamedTuple):
    """How an hour compares with the usual one. Between high and calm nothing changes: it does not flutter."""

    value: int
    usual: int
    limit: int
    is_high: bool
    is_calm: bool


def windows(now: datetime, weeks: int = WEEKS) -> list[tuple[datetime, datetime]]:
    """Return the hour until now, and the same one by the clock in past weeks, newest first.

    `now` carries the time zone: when the clock changes, the hour of the week stays, and lasts an hour.
    """
    # By the wall clock, which forgets which of two equal hours it was: `now` itself is no sum.
    ends = [now, *(now - timedelta(weeks=week) for week in range(1, weeks + 1))]
    return [((end.astimezone(UTC) - HOUR).astimezone(end.tzinfo), end) for end in ends]


def judge_volume(now: Hour, before: Sequence[Hour], sense: Sense) -> Verdict | None:
    """Say whether more came in than usual; None while too little is known."""
    if len(before) < LEAST_WEEKS:
        return None
    counts = [hour.messages for hour in before]
    usual = median(counts)
    spread = max(_deviation(counts), sqrt(usual), 1)
    limit = max(usual + sense.spreads * spread, sense.messages - 1)
    value = now.messages
    return Verdict(value, round(usual), round(limit), value > limit, value <= usual + sense.spreads / 2 * spread)


def judge_mood(now: Hour, before: Sequence[Hour], sense: Sense) -> Verdict | None:
    """Say whether a larger share is negative than usual, in per cent; None while too little is known."""
    hours = [hour for hour in before if hour.messages >= _LEAST_FOR_SHARE]
    if len(hours) < LEAST_WEEKS:
        return None
    shares = [hour.negative / hour.messages for hour in hours]
    usual = median(shares)
    chance = sqrt(usual * (1 - usual) / now.messages) if now.messages else 0
    spread = max(_deviation(shares), chance, _NARROWEST_SHARE)
    limit = min(usual + sense.spreads * spread, 0.95)
    share = now.negative / now.messages if now.messages else 0
    is_high = share > limit and now.negative >= sense.negative
    return Verdict(
        _percent(share), _percent(usual), _percent(limit), is_high, share <= usual + sense.spreads / 2 * spread
    )


def _deviation(values: Sequence[float]) -> float:
    middle = median(values)
    return _OF_NORMAL * median(abs(value - middle) for value in values)


def _percent(share: float) -> int:
    return round(100 * share)
