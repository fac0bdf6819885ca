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
from reports.counts import Counts, Reading, together
from reports.display import Shown, in_words
from reports.figures import FIGURES, Value, value_of
from reports.scope import Scope
from reports.steps import Step, step_of, steps_of

POSITIVE, NEGATIVE, BALANCE = "sentiment_positive", "sentiment_negative", "sentiment_balance"
ANSWERED, UNANSWERED = "reach_negative_answered", "reach_negative_unanswered"
TILES = (BALANCE, UNANSWERED, ANSWERED, "turn_round")
COLUMNS = (BALANCE, POSITIVE, NEGATIVE, UNANSWERED, ANSWERED, "turn_round")


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
    """All of it, of a scope's period beside the one before: each source is read once, by channel and day or week."""

    def __init__(self, scope: Scope) -> None:
        self.scope, self.steps = scope, list(steps_of(scope))
        self._now, self._before = _read(scope), _read(scope.before)

    def tiles(self) -> list[Shown]:
        """Return the main figures."""
        return [self._shown(name) for name in TILES]

    def channels(self) -> list[Channel]:
        """Return the channels on which anybody said anything, by name."""
        found = [Channel(name, self._moods(name), self._shown(BALANCE, name)) for name in self._names]
        return [channel for channel in found if channel.shown.found.n]

    def by_channel(self) -> list[tuple[str, list[Shown]]]:
        """Return every figure of each channel."""
        return [(name, [self._shown(column, name) for column in COLUMNS]) for name in self._names]

    def reach(self) -> Reach:
        """Return whom negatives reach."""
        return Reach([
            Reached(step, *(int(self._now.value(name, at=step.first).value or 0) for name in (ANSWERED, UNANSWERED)))
            for step in self.steps
        ])  # fmt: skip

    def table(self) -> Iterator[list[object]]:
        """Yield each channel's figures of each day or week, with a head."""
        yield ["from", "to", "channel", *COLUMNS]
        for step in self.steps:
            for name in self._names:
                values = [self._now.value(column, name, step.first) for column in COLUMNS]
                if any(value.n for value in values):
                    shown = ("" if value.value is None else value.value for value in values)
                    yield [step.first, step.last, platform_title(name), *shown]

    @property
    def _names(self) -> list[str]:
        return sorted({name for name, _first in self._now.keys if name})

    def _moods(self, name: str) -> list[Mood]:
        length = self.scope.last - self.scope.first + timedelta(days=1)
        return [
            Mood(
                step, self._now.value(POSITIVE, name, step.first), self._now.value(NEGATIVE, name, step.first),
                self._now.value(BALANCE, name, step.first).value,
                self._before.value(BALANCE, name, step.first - length).value,
            )
            for step in self.steps
        ]  # fmt: skip

    def _shown(self, figure: str, name: str | None = None) -> Shown:
        return Shown(FIGURES[figure], self._now.value(figure, name), self._before.value(figure, name))


@dataclass(frozen=True)
class _Counted:
    """What was counted of one period, of each source by channel and step."""

    of: Mapping[str, Mapping[Any, Counts]]

    @property
    def keys(self) -> set[tuple[str, date]]:
        """Channels and steps of which there is anything."""
        return {key for counts in self.of.values() for key in counts}

    def value(self, name: str, channel: str | None = None, at: date | None = None) -> Value:
        """Return one figure: of a channel and a step, or of all of them."""
        figure = FIGURES[name]
        counts = self.of[figure.source]
        if channel is not None and at is not None:
            return value_of(figure, counts.get((channel, at)))
        parts = [found for (of, first), found in counts.items() if channel in (None, of) and at in (None, first)]
        return value_of(figure, together(parts) if parts else None)


def _read(scope: Scope) -> _Counted:
    reading = Reading(scope, step=step_of(scope))
    sources = {FIGURES[name].source for name in COLUMNS}
    return _Counted({source: reading.of(source, "channel step").counts for source in sources})


def _height(balance: float | None) -> float | None:
    return None if balance is None else (balance + 1) / 2
