"""Figures as the page shows them: in words, beside the period before, and as bars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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

MAIN = (
    "within_target", "first_response_seconds_median", "response_seconds_median", "handling_seconds_median",
    "response_rate", "messages_in", "reopen_rate", "sent_unchanged",
)  # fmt: skip
HIGH = 160  # pixels of the highest bar
_BEYOND = 1.25


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
    def gauge(self) -> Gauge | None:
        """A share of the whole, or a time beside its goal; None for anything else, and where nothing was measured."""
        value, goal = self.found.value, self.goal.value if self.goal else None
        if value is None or (self.figure.unit != Unit.SHARE and not (goal and self.figure.unit == Unit.SECONDS)):
            return None
        # Of times neither the value nor the goal stands at the very end.
        whole = 1 if self.figure.unit == Unit.SHARE else max(value, goal or 0) * _BEYOND
        return Gauge(f"{100 * value / whole:.1f}%", "" if goal is None else f"{100 * goal / whole:.1f}%")

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

    @property
    def change(self) -> str:
        """How it differs from the period before, in words; "" where there is nothing to compare."""
        return change(self.figure.unit, self.found.value, self.before.value)


class Gauge(NamedTuple):
    """How far a tile's bar is filled, and where its goal stands ("" where there is none), in percent across."""

    filled: str
    goal: str


class Tile(NamedTuple):
    """One of the main figures, with the time that nine in ten stayed below, where it is a median."""

    shown: Shown
    p90: Shown | None


class Reason(NamedTuple):
    """Why conversations were closed without a reply, and how often: a bar, in percents of the most frequent one."""

    shown: Shown
    n: int
    share: str
    width: str


class Bar(NamedTuple):
    """One day or week: two bars beside each other, in percent across and pixels down."""

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


def change(unit: Unit, now: float | None, before: float | None) -> str:
    """Return how a value differs from what it was, in words; "" where either was not measured."""
    if now is None or before is None:
        return ""
    is_more = now > before
    if unit == Unit.SECONDS:
        if in_words(unit, now) == in_words(unit, before):
            return _("as before")
        by = in_words(unit, abs(now - before))
        return (_("%(by)s slower than before") if is_more else _("%(by)s faster than before")) % {"by": by}
    if unit in (Unit.SHARE, Unit.RATE):
        points = round(100 * abs(now - before), 1 if unit == Unit.SHARE else 3)
        if not points:
            return _("as before")
        by = number_format(int(points) if points == int(points) else points)
        if is_more:
            return ngettext("%(by)s point more than before", "%(by)s points more than before", _plural(points)) % {
                "by": by
            }
        return ngettext("%(by)s point less than before", "%(by)s points less than before", _plural(points)) % {"by": by}
    percent = round(100 * abs(now - before) / before) if before else 0
    if not percent:
        return _("as before") if now == before else ""
    by = number_format(percent, force_grouping=True)
    return (_("%(by)s%% more than before") if is_more else _("%(by)s%% less than before")) % {"by": by}


def _plural(number: float) -> int:
    return 1 if number == 1 else 2


def tiles(found: Iterable[Shown]) -> list[Tile]:
    """Return the main figures."""
    by_name = {row.figure.name: row for row in found}
    return [
        Tile(by_name[name], by_name.get(name.replace("_median", "_p90")) if "_median" in name else None)
        for name in MAIN
    ]


def reasons(found: Iterable[Shown]) -> tuple[str, list[Reason]]:
    """Return what was closed without a reply: in a sentence, and by reason, the most frequent first."""
    by_name = {row.figure.name: row for row in found}
    whole = by_name["closed_without_reply"].found
    rows = [row for name, row in by_name.items() if name.startswith("closed_") and name != "closed_without_reply"]
    rows = sorted((row for row in rows if row.found.value), key=lambda row: -(row.found.value or 0))
    if not rows or not whole.value:
        return _("Nothing was closed without a reply"), []
    most = rows[0].found.value or 1
    shares = [
        Reason(
            row, int(row.found.value or 0), in_words(Unit.SHARE, (row.found.value or 0) / whole.value),
            f"{100 * (row.found.value or 0) / most:.1f}%",
        )
        for row in rows
    ]  # fmt: skip
    finding = _("%(share)s of what was closed had no reply") % {"share": in_words(Unit.SHARE, whole.value / whole.n)}
    return finding, shares


def bars(came: Mapping[date, int], left: Mapping[date, int]) -> list[Bar]:
    """Return the messages in and out of each day, or week from that day on, as two bars."""
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
