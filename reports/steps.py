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
    """Return how many days are one point. Weeks end on the last day: the period before has as many."""
    return 1 if (scope.last - scope.first).days < MOST_DAYS else WEEK


def whole_steps(scope: Scope) -> Scope:
    """Return a scope without its first days that are no whole week: a point of fewer days would look like a dip."""
    left_out = ((scope.last - scope.first).days + 1) % step_of(scope)
    return scope.of_days(scope.first + timedelta(days=left_out), scope.last)


def steps_of(scope: Scope) -> Iterator[Step]:
    """Yield the points of a scope's period."""
    step, whole = step_of(scope), whole_steps(scope)
    for number in range(0, (whole.last - whole.first).days + 1, step):
        first = whole.first + timedelta(days=number)
        yield Step(first, first + timedelta(days=step - 1))
