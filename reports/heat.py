"""When messages come in: by hour of the week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.counts import Reading
from reports.scope import Scope

STEPS = 5
LABELS = 8  # percent of the width, for the days' names
_HOURS = 24


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the week: where it is drawn, how many messages came in, and how dark that is."""

    hour: int
    n: int
    step: int
    x: str


@dataclass(frozen=True, slots=True)
class Day:
    """A weekday's hours."""

    name: str
    short: str
    y: int
    hours: Sequence[Hour]


@dataclass(frozen=True, slots=True)
class Heat:
    """The week."""

    days: Sequence[Day]

    @property
    def by_hour(self) -> list[tuple[Hour, ...]]:
        """The same for a table: an hour's seven days beside each other."""
        return list(zip(*(day.hours for day in self.days), strict=True))

    @property
    def finding(self) -> str:
        """What it says, in a sentence."""
        n, day, hour = max((hour.n, day.name, hour.hour) for day in self.days for hour in day.hours)
        if not n:
            return _("No messages came in")
        facts = {"day": day, "hour": hour, "next": hour + 1, "n": number_format(n, 0, force_grouping=True)}
        return ngettext(
            "Busiest on %(day)s between %(hour)s and %(next)s: %(n)s message",
            "Busiest on %(day)s between %(hour)s and %(next)s: %(n)s messages",
            n,
        ) % facts  # fmt: skip


def of(scope: Scope, reading: Reading | None = None) -> Heat:
    """Return the week of a scope."""
    counts = (reading or Reading(scope)).of("hours").counts.get(None)
    known = {kind: kept.n for kind, kept in counts.by_kind.items()} if counts else {}
    most = max(known.values(), default=0) or 1
    return Heat([_day(weekday, known, most) for weekday in WEEKDAYS])


def _day(weekday: int, known: dict[str, int], most: int) -> Day:
    hours = []
    for hour in range(_HOURS):
        n = known.get(f"{weekday + 1}-{hour:02}", 0)
        hours.append(Hour(hour, n, -(-n * STEPS // most), f"{LABELS + hour * (100 - LABELS) / _HOURS:.3f}%"))
    return Day(str(WEEKDAYS[weekday]), str(WEEKDAYS_ABBR[weekday]), weekday * 24, hours)
