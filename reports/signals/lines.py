"""How often each product signal was put on by day or week, beside the period before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db import connection
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from reports import plots
from reports.figures import FIGURES, condition_of
from reports.rows import rows_of
from reports.scope import Scope
from reports.steps import Step, steps_of, whole_steps

MOST = 6  # lines of the most frequent signals
_COUNT = """
SELECT label, (at AT TIME ZONE %(zone)s)::date, count(*) FROM ({rows}) AS counted WHERE {product} GROUP BY 1, 2
"""


class Named(NamedTuple):
    """What a line is of, as reports/_trends.html asks for it."""

    name: str
    title: str


class Point(NamedTuple):
    """One day or week of a line, and that so long before it."""

    step: Step
    day_before: date
    value: int
    before: int

    @property
    def words(self) -> str:
        """How many there were."""
        return number_format(self.value, force_grouping=True)

    @property
    def words_before(self) -> str:
        """How many there were before."""
        return number_format(self.before, force_grouping=True)


@dataclass(frozen=True, slots=True)
class Line:
    """One signal by day or week, as reports/_trends.html draws it."""

    figure: Named
    days: Sequence[Point]
    goal: None = None

    @property
    def is_empty(self) -> bool:
        """Whether it was put on neither now nor before."""
        return not any(day.value or day.before for day in self.days)

    @property
    def finding(self) -> str:
        """What the line says, in a sentence."""
        n, before = (sum(counts) for counts in zip(*((day.value, day.before) for day in self.days), strict=True))
        words = {"label": self.figure.title, "n": n, "change": abs(n - before)}
        if n == before:
            return _("%(label)s: %(n)s, as many as before") % words
        more, fewer = (
            _("%(label)s: %(n)s, %(change)s more than before"),
            _("%(label)s: %(n)s, %(change)s fewer than before"),
        )
        return (more if n > before else fewer) % words

    @property
    def most(self) -> int:
        """What the top of the plot stands for."""
        return max(1, *(max(day.value, day.before) for day in self.days))

    @property
    def most_words(self) -> str:
        """The same as people read it."""
        return number_format(self.most, force_grouping=True)

    @property
    def line(self) -> str:
        """The line of this period, as a path."""
        return plots.line([day.value for day in self.days], self.most)

    @property
    def line_before(self) -> str:
        """The line of the period before."""
        return plots.line([day.before for day in self.days], self.most)


def lines(scope: Scope, labels: Sequence[tuple[int, str]]) -> list[Line]:
    """Return the lines of these labels, each with its name. Days before the first whole week are left out."""
    if not labels:
        return []
    length = scope.last - scope.first + timedelta(days=1)
    counts = _counted(scope.of_days(scope.first - length, scope.last))
    whole = whole_steps(scope)
    found = []
    for pk, name in labels[:MOST]:
        of = counts.get(pk, Counter())
        days = [
            Point(step, step.first - length, _sum(of, step), _sum(of, Step(step.first - length, step.last - length)))
            for step in steps_of(whole)
        ]
        found.append(Line(Named(f"signal-{pk}", name), days))
    return found


def _sum(of: Counter[date], step: Step) -> int:
    return sum(of[step.first + timedelta(days=n)] for n in range((step.last - step.first).days + 1))


def _counted(scope: Scope) -> dict[int, Counter[date]]:
    found: dict[int, Counter[date]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT.format(rows=rows_of("marked", scope), product=condition_of(FIGURES["product_signals"])), scope.params
        )
        for label, day, n in cursor.fetchall():
            found.setdefault(label, Counter())[day] = n
    return found
