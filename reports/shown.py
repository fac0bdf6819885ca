"""Figures as the page shows them: in words, beside the period before, and as bars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import NamedTuple

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inbox.templatetags.inbox import span
from reports.figures import FIGURES, Figure, Unit, Value
from reports.goals.meaning import met, words_of
from reports.goals.models import Goal
from reports.scope import Scope

HIGH = 160  # pixels of the highest bar


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure with what it was before."""

    figure: Figure
    found: Value
    before: Value
    goal: Goal | None = None  # of the period's last day

    @property
    def goal_words(self) -> str:
        """What it should be."""
        return words_of(self.figure, self.goal.value if self.goal else None)

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is met; None where there is none, or nothing was measured."""
        return met(self.figure, self.goal, self.found)

    @property
    def exact(self) -> str:
        """Its value to the digit, as the CSV and the command have it."""
        return "" if self.found.value is None else str(self.found.value)

    @property
    def words(self) -> str:
        """Its value as people read it."""
        return in_words(self.figure.unit, self.found.value)

    @property
    def words_before(self) -> str:
        """What it was in the period before."""
        return in_words(self.figure.unit, self.before.value)


class Bar(NamedTuple):
    """One day: two bars beside each other, in percent across and pixels down."""

    day: date
    came: int
    left: int
    x: str
    x_left: str
    width: str
    came_top: int
    came_height: int
    left_top: int
    left_height: int


def shown(
    found: Mapping[str, Value], before: Mapping[str, Value], goals: Mapping[str, Goal] = MappingProxyType({})
) -> list[Shown]:
    """Return every figure beside what it was, and what it should be."""
    return [Shown(figure, found[name], before[name], goals.get(name)) for name, figure in FIGURES.items()]


def in_words(unit: Unit, value: float | None) -> str:
    """Return a value as people read it; a dash where nothing was measured."""
    if value is None:
        return "–"
    if unit == Unit.SHARE:
        return _("%(number)s%%") % {"number": number_format(round(100 * value, 1), 1)}
    if unit == Unit.MONEY:
        return f"€ {number_format(value, 2, force_grouping=True)}"
    if unit == Unit.RATE:
        return _("%(number)s%%") % {"number": number_format(round(100 * value, 3), 3)}
    if unit == Unit.COUNT:
        return number_format(value, 0, use_l10n=True, force_grouping=True)
    if value < 60:
        return _("%(seconds)d s") % {"seconds": value}
    return span(timedelta(seconds=value))


def bars(came: Mapping[date, int], left: Mapping[date, int]) -> list[Bar]:
    """Return each day's messages in and out as two bars."""
    most = max([*came.values(), *left.values(), 1])
    step = 100 / len(came)
    made = []
    for number, day in enumerate(came):
        in_height, out_height = (round(HIGH * counted[day] / most) for counted in (came, left))
        x = number * step
        made.append(
            Bar(
                day, came[day], left[day], f"{x + step * 0.1:.3f}%", f"{x + step * 0.5:.3f}%", f"{step * 0.38:.3f}%",
                HIGH - in_height, in_height, HIGH - out_height, out_height,
            )
        )  # fmt: skip
    return made


def finding(came: Mapping[date, int]) -> str:
    """Return what the bars say, in a sentence."""
    busiest = max(came, key=lambda day: (came[day], day))
    if not came[busiest]:
        return _("No messages came in")
    day, n = date_format(busiest, "l j F"), came[busiest]
    return ngettext(
        "Busiest on %(day)s: %(n)s message in", "Busiest on %(day)s: %(n)s messages in", n
    ) % {"day": day, "n": number_format(n, 0, force_grouping=True)}  # fmt: skip


def totals(found: list[Shown], scope: Scope) -> list[list[object]]:
    """Return the page's figures as rows of a table, with a head."""
    days = [scope.first.isoformat(), scope.last.isoformat()]
    head: list[object] = ["figure", "from", "to", "value", "n", "unit", "before", "n before", "definition"]
    return [head] + [
        [
            row.figure.name, *days, *(_exact(row.found)), row.figure.unit.value, *(_exact(row.before)),
            str(row.figure.definition),
        ]
        for row in found
    ]  # fmt: skip


def _exact(value: Value) -> tuple[object, int]:
    return ("" if value.value is None else value.value), value.n
