"""Counts as lines by day, each with what it says in a sentence and the numbers behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from monitoring.queries.models import Query
from monitoring.volume.counts import Count, Period, Reached
from monitoring.volume.peaks import peaks_in
from reports import plots


class Step(NamedTuple):
    """One day of a line, named as reports/_plot_ends.html names it."""

    first: date
    last: date


class Day(NamedTuple):
    """One day of a query, beside the day so long before."""

    step: Step
    now: Count
    before: int
    is_peak: bool


@dataclass(frozen=True)
class Volume:
    """One query by day."""

    query: Query
    days: Sequence[Day]

    @cached_property
    def posts(self) -> int:
        """How many were found."""
        return sum(day.now.posts for day in self.days)

    @cached_property
    def negative(self) -> int:
        """How many of them are angry or annoyed."""
        return sum(day.now.negative for day in self.days)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found, neither now nor before."""
        return not any(day.now.posts or day.before for day in self.days)

    @property
    def finding(self) -> str:
        """What the line says, in a sentence."""
        if self.is_empty:
            return _("%(query)s: nothing was found") % {"query": self.query.name}
        words = ngettext("%(query)s: %(n)s post", "%(query)s: %(n)s posts", self.posts)
        parts = [words % {"query": self.query.name, "n": self.posts}, self._change]
        if self.negative:
            parts.append(_("%(n)s negative") % {"n": self.negative})
        if peaks := [day for day in self.days if day.is_peak]:
            top = max(peaks, key=lambda day: day.now.posts)
            when = date_format(top.step.first, pgettext("date format", "j F"))
            parts.append(_("peak on %(day)s (%(n)s)") % {"day": when, "n": top.now.posts})
        return ", ".join(parts)

    @property
    def _change(self) -> str:
        change = self.posts - sum(day.before for day in self.days)
        if not change:
            return _("as many as before")
        return (_("%(n)s more than before") if change > 0 else _("%(n)s fewer than before")) % {"n": abs(change)}

    @property
    def most(self) -> int:
        """What the top of the plot stands for."""
        return max([1, *(day.now.posts for day in self.days), *(day.before for day in self.days)])

    @property
    def line(self) -> str:
        """The line of this period, as a path."""
        return plots.line([day.now.posts for day in self.days], self.most)

    @property
    def line_before(self) -> str:
        """The line of the period before."""
        return plots.line([day.before for day in self.days], self.most)

    @property
    def band(self) -> str:
        """The area of what was negative."""
        return plots.band([0] * len(self.days), [day.now.negative for day in self.days], self.most)

    @property
    def peaks(self) -> str:
        """Dots on the days that stand out."""
        dots = []
        for number, day in enumerate(self.days):
            if day.is_peak:
                x, y = plots.across(number, len(self.days)), plots.top(day.now.posts, self.most)
                dots.append(f"M{x:.1f} {y} L{x:.1f} {y}")
        return " ".join(dots)


@dataclass(frozen=True)
class Reputation:
    """What was found in all, by day: balance of moods, and how many followers negative posts reach."""

    days: Sequence[tuple[Step, Reached]]
    before: int  # the balance of the period before, in percent

    @cached_property
    def total(self) -> Reached:
        """All days together."""
        return Reached(*(sum(counts) for counts in zip(*(day for _step, day in self.days), strict=True)))

    @property
    def balance(self) -> int:
        """Positive less negative posts, in percent of all."""
        return balance_of(self.total)

    @property
    def finding(self) -> str:
        """What it says, in a sentence."""
        change = self.balance - self.before
        if not self.total.posts:
            return _("Nothing was found")
        words = _("Mood balance %(balance)s%%") % {"balance": f"{self.balance:+d}"}
        reach = _("negative posts nobody answered reach %(n)s followers") % {
            "n": number_format(self.total.unanswered, force_grouping=True)
        }
        turn = _("%(change)s points against before") % {"change": f"{change:+d}"}
        return f"{words} ({turn}), {reach}"

    @property
    def most(self) -> int:
        """What the top of the plot stands for: followers of a day."""
        return max([1, *(max(day.answered, day.unanswered) for _step, day in self.days)])

    @property
    def line(self) -> str:
        """Followers that unanswered negative posts reach, by day."""
        return plots.line([day.unanswered for _step, day in self.days], self.most)

    @property
    def line_answered(self) -> str:
        """Followers that answered ones reach."""
        return plots.line([day.answered for _step, day in self.days], self.most)


def volume_of(query: Query, period: Period, now: Mapping[date, Count], before: Mapping[date, Count]) -> Volume:
    """Return the line of one query."""
    counts = [now.get(day, Count()) for day in period.days]
    peaks = set(peaks_in([count.posts for count in counts]))
    pairs = zip(period.days, period.before.days, counts, strict=True)
    days = [
        Day(Step(day, day), count, before.get(was, Count()).posts, number in peaks)
        for number, (day, was, count) in enumerate(pairs)
    ]
    return Volume(query, days)


def reputation_of(period: Period, now: Mapping[date, Reached], before: Mapping[date, Reached]) -> Reputation:
    """Return what was found in all."""
    was = Reached(*(sum(counts) for counts in zip(*before.values(), strict=True))) if before else Reached()
    return Reputation([(Step(day, day), now.get(day, Reached())) for day in period.days], balance_of(was))


def balance_of(counts: Reached) -> int:
    """Return positive less negative posts, in percent of all."""
    return round(100 * (counts.positive - counts.negative) / counts.posts) if counts.posts else 0
