"""Two things side by side: in turns A, B, B, A, since a machine's speed drifts. Only ratios are compared."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

RESAMPLES = 1000
LONGEST = 1.2  # seconds for each pair of turns, on average, after which a comparison ends with what it has


@dataclass(frozen=True, slots=True)
class Interval:
    """A ratio of medians, and where it lies in 95 of 100 cases."""

    ratio: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Pair:
    """What both took, in any unit."""

    ours: list[float]
    theirs: list[float]

    @property
    def faster(self) -> Interval:
        """How many times longer theirs took."""
        return interval(self.theirs, self.ours)

    @property
    def slower(self) -> Interval:
        """How many times longer ours took."""
        return interval(self.ours, self.theirs)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. `bar` is "≥ 20 ×", "≤ 3 ×", "≤ 20 ms" or "≥ 500 /s"; "" is a figure without one."""

    name: str
    ours: float
    theirs: float | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    bar: str = ""
    unit: str = "ms"
    note: str = ""
    holds: bool | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "holds", self._holds())

    def _holds(self) -> bool | None:
        """Whether the bar is met by the worse end of the interval."""
        if not self.bar:
            return None
        sign, value, unit = self.bar.split()
        reached = (self.low if sign == "≥" else self.high) if unit in ("×", "%") else self.ours
        if reached is None:
            return None
        reached = reached * 100 if unit == "%" else reached
        return reached >= float(value) if sign == "≥" else reached <= float(value)


def in_turns(ours: Callable[[], float], theirs: Callable[[], float], *, pairs: int, warm: int = 2) -> Pair:
    """Measure both in turns, A, B, B, A; each returns what it took."""
    for _turn in range(warm):
        ours()
        theirs()
    pair, began = Pair([], []), time.monotonic()
    for _turn in range(pairs):
        pair.ours.append(ours())
        pair.theirs.extend((theirs(), theirs()))
        pair.ours.append(ours())
        if time.monotonic() - began > LONGEST * pairs and len(pair.ours) >= 6:
            break
    return pair


def interval(above: Sequence[float], below: Sequence[float], seed: int = 1) -> Interval:
    """Return the ratio of two medians with a bootstrap interval of 95 in 100."""
    chance, median = Random(seed), statistics.median
    drawn = sorted(
        median(chance.choices(above, k=len(above))) / median(chance.choices(below, k=len(below)))
        for _turn in range(RESAMPLES)
    )
    cut = int(RESAMPLES * 0.025)
    return Interval(median(above) / median(below), drawn[cut], drawn[-cut - 1])


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which that share lies."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def line(name: str, pair: Pair, bar: str, *, unit: str = "ms", note: str = "") -> Line:
    """Return a line with the ratio that its bar is about."""
    found = pair.faster if bar.startswith("≥") else pair.slower
    return Line(
        name, statistics.median(pair.ours), statistics.median(pair.theirs), found.ratio, found.low, found.high, bar,
        unit, note,
    )  # fmt: skip
