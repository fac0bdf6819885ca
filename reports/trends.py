"""Lines of figures by day or week, each beside the period before, with what they say and the numbers behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from reports import plots
from reports.counts import Reading
from reports.display import Shown, in_words
from reports.figures import FIGURES, Figure, Unit, Value, split_values
from reports.goals.models import Goal
from reports.scope import Scope
from reports.steps import Step, step_of, steps_of

NAMES = ("messages_in", "within_target", "response_seconds_median", "sentiment_negative", "turn_round")


class Day(NamedTuple):
    """One day or week and that so long before it; None where nothing was measured."""

    step: Step
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
    """One figure by day or week."""

    shown: Shown
    days: Sequence[Day]

    @property
    def figure(self) -> Figure:
        """What it is of."""
        return self.shown.figure

    @property
    def finding(self) -> str:
        """What the line says, in a sentence."""
        if self.is_empty:
            return _("%(figure)s: nothing was measured") % {"figure": self.figure.title}
        return ", ".join(filter(None, (f"{self.figure.title}: {self.shown.words}", self.shown.change)))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was measured, neither now nor before."""
        return all(day.value is None and day.before is None for day in self.days)

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
    def goal_line(self) -> str:
        """The line of the goal, as a path; "" where there is none."""
        return plots.level(self.goal.value or 0, self.most) if self.goal else ""

    @property
    def line(self) -> str:
        """The line of this period, as a path."""
        return plots.line([day.value for day in self.days], self.most)

    @property
    def line_before(self) -> str:
        """The line of the period before."""
        return plots.line([day.before for day in self.days], self.most)


def readings(scope: Scope, finest: Mapping[str, str] = MappingProxyType({})) -> tuple[Reading, Reading]:
    """Return a reading of a period and of the one before, from which lines are drawn and all of it is counted.

    `finest` says which sources of the period are read more finely yet.
    """
    by_step, step = {FIGURES[name].source: "step" for name in NAMES}, step_of(scope)
    return Reading(scope, step=step, finest={**by_step, **finest}), Reading(scope.before, step=step, finest=by_step)


def trends(scope: Scope, shown: Sequence[Shown], read: tuple[Reading, Reading] | None = None) -> list[Trend]:
    """Return the lines of a scope's period; `shown` are its figures as a whole.

    `read` is what was read of it and of the period before.
    """
    whole = {row.figure.name: row for row in shown}
    now, before = (split_values(one.scope, "step", NAMES, reading=one) for one in read or readings(scope))
    return [Trend(whole[name], list(_days(FIGURES[name], scope, now, before))) for name in NAMES]


def _days(
    figure: Figure, scope: Scope, now: Mapping[Any, Mapping[str, Value]], before: Mapping[Any, Mapping[str, Value]]
) -> Iterator[Day]:
    length = scope.last - scope.first + timedelta(days=1)
    for step in steps_of(scope):
        was_at = step.first - length
        value = now.get(step.first, {}).get(figure.name, figure.nothing).value
        was = before.get(was_at, {}).get(figure.name, figure.nothing).value
        yield Day(step, was_at, value, was, figure.unit)
