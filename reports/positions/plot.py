"""Places of each term over time, as lines: ours, and the highest of others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from reports import plots
from reports.positions.models import SearchPosition

MOST = 8  # lines
READ = 2000  # rows of a period, the newest
_LOWEST = 10  # the place at the bottom, where nothing stands lower


class Spot(NamedTuple):
    """The highest place of a day, as reports/_plot_ends.html names days; None where it was not among the first."""

    first: date
    last: date
    position: int | None


@dataclass(frozen=True)
class Line:
    """One term in one engine."""

    term: str
    engine: str
    ours: Sequence[Spot]
    others: Sequence[Spot]
    period: tuple[date, date]

    @property
    def title(self) -> str:
        """What was looked up, and where."""
        return f"{self.term} · {SearchPosition.Engine(self.engine).label}"

    @property
    def finding(self) -> str:
        """What the line says, in a sentence."""
        if not self.ours:
            return _("%(what)s: nothing of ours was written down") % {"what": self.title}
        now, first = self.ours[-1].position, self.ours[0].position
        if now is None:
            return _("%(what)s: not among the first hundred") % {"what": self.title}
        words = _("%(what)s: position %(n)s") % {"what": self.title, "n": now}
        if len(self.ours) < 2 or first is None or first == now:  # noqa: PLR2004
            return words
        return _("%(finding)s, was %(n)s") % {"finding": words, "n": first}

    @property
    def lowest(self) -> int:
        """The place at the bottom: below all that were written down."""
        return 1 + max([_LOWEST, *(spot.position for spot in (*self.ours, *self.others) if spot.position)])

    @property
    def line(self) -> str:
        """Ours, as a path."""
        return self._path(self.ours)

    @property
    def line_of_others(self) -> str:
        """Of others, as a path."""
        return self._path(self.others)

    @property
    def points(self) -> Sequence[dict[str, Spot]]:
        """The ends of the period, as reports/_plot_ends.html reads them."""
        return [{"step": Spot(day, day, None)} for day in self.period]

    def _path(self, spots: Sequence[Spot]) -> str:
        first, last = self.period
        days, down = max((last - first).days, 1), plots.HIGH / (self.lowest - 1)
        return plots.path(
            None
            if spot.position is None
            else (plots.WIDE * (spot.first - first).days / days, round(down * (spot.position - 1), 1))
            for spot in spots
        )


def lines(rows: Iterable[SearchPosition], period: tuple[date, date]) -> list[Line]:
    """Return the lines of these rows, those written down most first; a day's highest place counts."""
    found: dict[tuple[str, str], dict[bool, dict[date, SearchPosition]]] = {}
    names: dict[tuple[str, str], str] = {}
    for row in rows:
        key = row.term.casefold(), row.engine
        names.setdefault(key, row.term)
        days = found.setdefault(key, {True: {}, False: {}})[row.is_ours]
        if row.day not in days or _place(row) < _place(days[row.day]):
            days[row.day] = row
    made = [
        Line(names[key], key[1], _spots(of[True].values()), _spots(of[False].values()), period)
        for key, of in found.items()
    ]
    return sorted(made, key=lambda line: (-len(line.ours) - len(line.others), line.title))[:MOST]


def _spots(rows: Iterable[SearchPosition]) -> list[Spot]:
    return [Spot(row.day, row.day, row.position) for row in sorted(rows, key=lambda row: row.day)]


def _place(row: SearchPosition) -> int:
    return row.position or 1000
