"""The points of a line: days, or weeks where there would be too many to read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from reports.scope import Scope

MOST_DAYS = 92  # a quarter: of more than that, weeks are drawn
WEEK = 7


class Step(NamedTuple):
    """Days that are one point, both of them too."""

    first: date
    last: date


def step_of(scope: Scope) -> int:
    """Return how many days are one point. Weeks are counted from the first day: the period before has the same."""
    return 1 if (scope.last - scope.first).days < MOST_DAYS else WEEK


def steps_of(scope: Scope) -> Iterator[Step]:
    """Yield the points of a scope's period; the last may be shorter."""
    step = step_of(scope)
    for number in range(0, (scope.last - scope.first).days + 1, step):
        first = scope.first + timedelta(days=number)
        yield Step(first, min(first + timedelta(days=step - 1), scope.last))
