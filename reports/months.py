"""Months that are summed up, each by its first day."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from itertools import groupby

# A month is summed up when it is over for so long: before, its conversations change all the time.
SETTLED = timedelta(days=7)


def month_of(day: date) -> date:
    """Return a day's month."""
    return day.replace(day=1)


def end_of(month: date) -> date:
    """Return a month's last day."""
    return month_of(month + timedelta(days=31)) - timedelta(days=1)


def is_kept(month: date, last: date) -> bool:
    """Whether there is a sum of a month, where days are summed up to the last one."""
    return end_of(month) + SETTLED <= last


def months_between(first: date, last: date) -> Iterator[date]:
    """Yield the months from that of the first day to that of the last one."""
    month = month_of(first)
    while month <= last:
        yield month
        month = end_of(month) + timedelta(days=1)


def whole_months(days: Collection[date], last: date) -> list[date]:
    """Return the months of which all days are among these, in order, and of which there is a sum."""
    found = ((month, len(list(of))) for month, of in groupby(days, key=month_of))
    return [month for month, n in found if n == end_of(month).day and is_kept(month, last)]
