"""Our reputation by what customers say: the balance of moods by channel, and whom negatives reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from channels.platforms import platform_title
from reports import plots
from reports.counted import Reading
from reports.figures import FIGURES, Value, split_values
from reports.scope import Scope
from reports.shown import Shown, in_words
from reports.steps import Step, step_of, steps_of

POSITIVE, NEGATIVE, BALANCE = "sentiment_positive", "sentiment_negative", "sentiment_balance"
ANSWERED, UNANSWERED = "reach_negative_answered", "reach_negative_unanswered"
TILES = (BALANCE, UNANSWERED, ANSWERED, "turn_round")
COLUMNS = (BALANCE, POSITIVE, NEGATIVE, UNANSWERED, ANSWERED, "turn_round")
_FINEST = {FIGURES[name].source: "channel step" for name in COLUMNS}


class Mood(NamedTuple):
    """One day or week of a channel, and the balance so long before it; None where nobody said anything."""

    step: Step
    positive: Value
    negative: Value
    balance: float | None
    before: float | None

    @property
    def words(self) -> Mapping[str, str]:
        """Each share as people read it."""
        shares = {"positive": self.positive.value, "negative": self.negative.value}
        shares |= {"balance": self.balance, "before": self.before}
        unit = FIGURES[BALANCE].unit
        return {name: in_words(unit, value) for name, value in shares.items()}


@dataclass(frozen=True, slots=True)
class Channel:
    """The balance of one channel by day or week: from all negative, at the bottom, to all positive."""

    platform: str
    points: Sequence[Mood]
    shown: Shown  # of the whole period

    @property
    def title(self) -> str:
        """Its name."""
        return platform_title(self.platform)

    @property
    def finding(self) -> str:
        """What the line says, in a sentence."""
        return ", ".join(filter(None, (f"{self.title}: {self.shown.words}", self.shown.change)))

    @property
    def line(self) -> str:
        """The line of this period, as a path."""
        return plots.line([_height(point.balance) for point in self.points], 1)

    @property
    def line_before(self) -> str:
        """The line of the period before."""
        return plots.line([_height(point.before) for point in self.points], 1)


class Reached(NamedTuple):
    """Whom those who began negatively on one day or in one week reach."""

    step: Step
    answered: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Followers of those who were negative in public, answered or not, by day or week."""

    points: Sequence[Reached]

    @property
    def finding(self) -> str:
        """What it says, in a sentence."""
        answered, unanswered = (
            sum(getattr(point, name) for point in self.points) for name in ("answered", "unanswered")
        )
        if not answered + unanswered:
            return _("Nobody with followers was negative in public")
        share = round(100 * answered / (answered + unanswered))
        words = _("%(share)s%% of whom negative conversations reach saw an answer of ours; %(n)s did not")
        return words % {"share": share, "n": number_format(unanswered, force_grouping=True)}

    @property
    def most(self) -> int:
        """What the top of the plot stands for."""
        return max([1, *(max(point.answered, point.unanswered) for point in self.points)])

    @property
    def line(self) -> str:
        """Whom unanswered ones reach."""
        return plots.line([point.unanswered for point in self.points], self.most)

    @property
    def line_answered(self) -> str:
        """Whom answered ones reach."""
        return plots.line([point.answered for point in self.points], self.most)


class Reputation:
    """All of it, of a scope's period beside the one before: each source is read once."""

    def __init__(self, scope: Scope) -> None:
        self.scope, step = scope, step_of(scope)
        self._now, self._before = (Reading(each, step=step, finest=_FINEST) for each in (scope, scope.before))

    def tiles(self) -> list[Shown]:
        """Return the main figures."""
        now, before = (self._of(reading, "").get(None, {}) for reading in (self._now, self._before))
        return [_shown(name, now, before) for name in TILES]

    def channels(self) -> list[Channel]:
        """Return the channels on which anybody said anything, by name."""
        now, before = (self._of(reading, "channel step") for reading in (self._now, self._before))
        whole, was = (self._of(reading, "channel") for reading in (self._now, self._before))
        names = sorted(name for name, values in whole.items() if name and values[BALANCE].n)
        return [
            Channel(name, list(self._moods(name, now, before)), _shown(BALANCE, whole[name], was.get(name, {})))
            for name in names
        ]

    def by_channel(self) -> list[tuple[str, list[Shown]]]:
        """Return every figure of each channel."""
        now, before = (self._of(reading, "channel") for reading in (self._now, self._before))
        names = sorted(name for name in now if name)
        return [(name, [_shown(column, now[name], before.get(name, {})) for column in COLUMNS]) for name in names]

    def reach(self) -> Reach:
        """Return whom negatives reach."""
        values = split_values(self.scope, "step", (ANSWERED, UNANSWERED), reading=self._now)
        points = ((step, values.get(step.first, {})) for step in steps_of(self.scope))
        return Reach([Reached(step, _number(found, ANSWERED), _number(found, UNANSWERED)) for step, found in points])

    def table(self) -> Iterator[list[object]]:
        """Yield each channel's figures of each day or week, with a head."""
        yield ["from", "to", "channel", *COLUMNS]
        now = self._of(self._now, "channel step")
        for step in steps_of(self.scope):
            for name in sorted(name for name, first in now if name and first == step.first):
                values = (now[name, step.first][column].value for column in COLUMNS)
                yield [step.first, step.last, platform_title(name), *("" if one is None else one for one in values)]

    def _moods(self, name: str, now: Mapping[Any, Any], before: Mapping[Any, Any]) -> Iterator[Mood]:
        length = self.scope.last - self.scope.first + timedelta(days=1)
        for step in steps_of(self.scope):
            found, was = _values(now, (name, step.first)), _values(before, (name, step.first - length))
            yield Mood(step, found[POSITIVE], found[NEGATIVE], found[BALANCE].value, was[BALANCE].value)

    def _of(self, reading: Reading, split: str) -> dict[Any, dict[str, Value]]:
        return split_values(reading.scope, split, COLUMNS, reading=reading)


def _height(balance: float | None) -> float | None:
    return None if balance is None else (balance + 1) / 2


def _shown(name: str, now: Mapping[str, Value], before: Mapping[str, Value]) -> Shown:
    figure = FIGURES[name]
    return Shown(figure, now.get(name, figure.nothing), before.get(name, figure.nothing))


def _values(found: Mapping[tuple[str, date], Mapping[str, Value]], key: tuple[str, date]) -> Mapping[str, Value]:
    return found.get(key) or {name: FIGURES[name].nothing for name in COLUMNS}


def _number(found: Mapping[str, Value], name: str) -> int:
    return int(found[name].value or 0) if name in found else 0
