"""How fast each channel was, day by day: the median, and up to where nine in ten were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from channels.platforms import platform_title
from reports import plots
from reports.counts import Reading
from reports.display import in_words
from reports.figures import FIGURES, Unit, Value, split_values
from reports.scope import Scope
from reports.steps import Step, step_of, steps_of

NAMES = MEDIAN, P90 = ("response_seconds_median", "response_seconds_p90")
FINEST = {FIGURES[MEDIAN].source: "channel step"}  # how it is read


class Point(NamedTuple):
    """One step of a channel's line; None where nobody was answered."""

    step: Step
    median: float | None
    p90: float | None
    n: int

    @property
    def words(self) -> str:
        """The median as people read it."""
        return in_words(Unit.SECONDS, self.median)

    @property
    def p90_words(self) -> str:
        """The same of nine in ten."""
        return in_words(Unit.SECONDS, self.p90)


@dataclass(frozen=True, slots=True)
class Band:
    """One channel."""

    platform: str
    points: Sequence[Point]

    @property
    def title(self) -> str:
        """Its name."""
        return platform_title(self.platform)

    @property
    def slowest(self) -> Point:
        """Where half waited longest; the last such one."""
        return max(self.points, key=lambda point: (point.median or 0, point.step.first))

    @property
    def finding(self) -> str:
        """What it says, in a sentence."""
        at = self.slowest
        facts = {"channel": self.title, "day": date_format(at.step.first, "j F"), "median": at.words}
        facts["p90"] = at.p90_words
        if at.step.first == at.step.last:
            return _("%(channel)s: slowest on %(day)s, half within %(median)s, nine in ten within %(p90)s") % facts
        words = _("%(channel)s: slowest in the week from %(day)s, half within %(median)s, nine in ten within %(p90)s")
        return words % facts

    @property
    def most(self) -> float:
        """What the top stands for."""
        return max([point.p90 for point in self.points if point.p90], default=1) or 1

    @property
    def most_words(self) -> str:
        """The same as people read it."""
        return in_words(Unit.SECONDS, self.most)

    @property
    def line(self) -> str:
        """The medians."""
        return plots.line([point.median for point in self.points], self.most)

    @property
    def area(self) -> str:
        """From the medians up to nine in ten."""
        low, high = ([getattr(point, name) for point in self.points] for name in ("median", "p90"))
        return plots.band(low, high, self.most)


def bands(scope: Scope, reading: Reading | None = None) -> list[Band]:
    """Return the channels on which anybody was answered. `reading` is what was read for other questions."""
    values = split_values(scope, "channel step", NAMES, step=step_of(scope), reading=reading)
    steps, found = list(steps_of(scope)), sorted({platform for platform, _first in values if platform})
    shown = [Band(platform, [_point(at, values.get((platform, at.first))) for at in steps]) for platform in found]
    return [band for band in shown if any(point.n for point in band.points)]


def _point(step: Step, values: Mapping[str, Value] | None) -> Point:
    if values is None:
        return Point(step, None, None, 0)
    return Point(step, values[MEDIAN].value, values[P90].value, values[MEDIAN].n)
