"""Lines of figures by day, each beside the period before, with what they say in a sentence and the numbers behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from reports.figures import FIGURES, Figure, Unit, Value, split_values
from reports.goals.models import Goal
from reports.scope import Scope
from reports.shown import Shown, in_words

NAMES = ("messages_in", "within_target", "response_seconds_median", "sentiment_negative")
WIDE, HIGH = 1000, 120  # of the plot's own plane, which is stretched to its place


class Day(NamedTuple):
    """One day and the day so long before it; None where nothing was measured."""

    day: date
    day_before: date
    value: float | None
    before: float | None
    unit: Unit

    @property
    def words(self) -> str:
        """The value as people read it."""
        return in_words(self.unit, self.value)

    @property
    def words_before(self) -> str:
        """The value before as people read it."""
        return in_words(self.unit, self.before)


@dataclass(frozen=True, slots=True)
class Trend:
    """One figure by day."""

    shown: Shown
    days: Sequence[Day]

    @property
    def figure(self) -> Figure:
        """What it is of."""
        return self.shown.figure

    @property
    def finding(self) -> str:
        """What the line says, in a sentence."""
        return ", ".join(filter(None, (f"{self.figure.title}: {self.shown.words}", self.shown.change)))

    @property
    def most(self) -> float:
        """What the top of the plot stands for: all of a share, else the most there was."""
        if self.figure.unit == Unit.SHARE:
            return 1
        goal = self.goal.value if self.goal and self.goal.value else 0
        return max([goal, *(value for day in self.days for value in (day.value, day.before) if value), 1])

    @property
    def most_words(self) -> str:
        """The same as people read it."""
        return in_words(self.figure.unit, self.most)

    @property
    def goal(self) -> Goal | None:
        """What it should be, where there is a goal."""
        return self.shown.goal

    @property
    def goal_top(self) -> float:
        """Where the line of the goal is drawn."""
        return self._top(self.goal.value if self.goal and self.goal.value else 0)

    @property
    def line(self) -> str:
        """The line of this period, as a path."""
        return self._path([day.value for day in self.days])

    @property
    def line_before(self) -> str:
        """The line of the period before."""
        return self._path([day.before for day in self.days])

    def _path(self, values: Sequence[float | None]) -> str:
        return " ".join(self._steps(values))

    def _steps(self, values: Sequence[float | None]) -> Iterator[str]:
        step = WIDE / max(len(values) - 1, 1)
        is_on = False
        for number, value in enumerate(values):
            if value is not None:
                place = f"{number * step:.1f} {self._top(value)}"
                # A day alone is a dot: a line of no length with round ends.
                yield f"L{place}" if is_on else f"M{place} L{place}"
            is_on = value is not None

    def _top(self, value: float) -> float:
        return round(HIGH * (1 - min(value / self.most, 1)), 1)


def trends(scope: Scope, shown: Sequence[Shown]) -> list[Trend]:
    """Return the lines of a scope's period; `shown` are its figures as a whole."""
    whole = {row.figure.name: row for row in shown}
    now, before = (split_values(part, "day", NAMES) for part in (scope, scope.before))
    return [Trend(whole[name], list(_days(FIGURES[name], scope, now, before))) for name in NAMES]


def _days(
    figure: Figure, scope: Scope, now: Mapping[Any, Mapping[str, Value]], before: Mapping[Any, Mapping[str, Value]]
) -> Iterator[Day]:
    length = scope.last - scope.first + timedelta(days=1)
    for number in range(length.days):
        day = scope.first + timedelta(days=number)
        values = (
            found.get(at, {}).get(figure.name, figure.nothing) for found, at in ((now, day), (before, day - length))
        )
        value, was = values
        yield Day(day, day - length, value.value, was.value, figure.unit)
