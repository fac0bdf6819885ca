"""How many rows a figure's source has, by kind, and what they come to: from sums, or counted where they changed.

Everything a figure can be follows from such counts, and percentiles from the few amounts around them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from math import floor
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db import connection

from channels.models import Account
from reports import rollups
from reports.rollups import Cover, Known
from reports.rows import BY_MORE, OWN_LABEL, SUMMED, TIMED, rows_of
from reports.scope import Scope
from reports.statements import (
    AMOUNTS,
    BY_DAY,
    COUNTS,
    LABELLED,
    MANY,
    MARKS,
    NO_KEY,
    OF_ALL,
    OF_LABELS,
    OF_PEOPLE,
    OF_ROWS,
    RANKS,
    SPLITS,
    one_of,
    ranks_of,
)

Spot = tuple[Any, int, int]  # the number of a key, and between which marks
# Shares of all amounts, densest where percentiles are asked for.
_GUESSES = [0.1, 0.2, 0.3, 0.4, 0.45, 0.49, 0.51, 0.55, 0.6, 0.7, 0.8, 0.86, 0.89, 0.91, 0.94, 0.97]
_FEW = 2_000  # amounts that are read whole
_SAMPLE = 10_000  # amounts a guess rests on
_LEAST, _MOST = -(1 << 31), (1 << 31) - 1
_YEAR_2000 = date(2000, 1, 1)


class Between(NamedTuple):
    """Where a percentile lies: above the lower mark up to the upper one, of which so many are below."""

    low: int
    high: int
    below: int


@dataclass
class Source:
    """One source of rows within a scope, split by nothing or by one thing."""

    name: str
    scope: Scope
    sums: Known
    split: str = ""
    step: int = 1  # days that are counted together, where it is split by steps
    fine: Source | None = None  # the same split by more, of which this is added up
    _percentiles: dict[Any, dict[Any, float]] = field(default_factory=dict, repr=False)
    # Amounts by kinds and where they stand: both percentiles of few are found among the same.
    _read: dict[Any, dict[Spot, list[int]]] = field(default_factory=lambda: defaultdict(dict), repr=False)

    def added_up(self, split: str) -> Source:
        """Return the same split by less, its counts added up: by step what is by channel and step or by day, or all."""
        return Source(self.name, self.scope, self.sums, split, self.step, self)

    @cached_property
    def counts(self) -> Mapping[Any, Counts]:
        """The counts, by what they are split by."""
        found: dict[Any, Counts] = {}
        for number, by_kind in self._numbered.items():
            key = self._key(number)
            found[key] = Counts(self, key, number, by_kind)
        return found

    def percentiles(self, share: float, kinds: Collection[str]) -> Mapping[Any, float]:
        """Return the amount below which a share lies, of each key that has any. Few statements for all of them."""
        asked = share, tuple(kinds)
        if asked not in self._percentiles:
            places = {
                key: self._between(counts, share, kinds) for key, counts in self.counts.items() if counts.n(kinds)
            }
            spots = {key: (self.counts[key].number, at.low, at.high) for key, at in places.items()}
            amounts = self._amounts(set(spots.values()), tuple(kinds))
            found = {}
            for key, at in places.items():
                rank, between = divmod(share * (self.counts[key].n(kinds) - 1), 1)
                if here := amounts.get(spots[key]):
                    low, high = _at(here, int(rank) - at.below), _at(here, int(rank) - at.below + 1)
                    found[key] = low + between * (high - low)
            self._percentiles[asked] = found
        return self._percentiles[asked]

    @cached_property
    def _numbered(self) -> Mapping[Any, dict[str, Kept]]:
        """The counts by the numbers that stand for what they are split by."""
        found: dict[Any, dict[str, Kept]] = defaultdict(lambda: defaultdict(lambda: Kept(0, 0)))
        for raw, kind, n, total in self._ask(COUNTS) if self.fine is None else self.fine._flat():
            number = self._coarser(raw)
            kept = found[number][kind]
            found[number][kind] = Kept(kept.n + n, kept.total + int(total))
        return found

    def _flat(self) -> Iterator[tuple[Any, str, int, int]]:
        for number, by_kind in self._numbered.items():
            for kind, (n, total) in by_kind.items():
                yield number, kind, n, total

    @cached_property
    def _marks(self) -> Sequence[int]:
        """Amounts between which percentiles are looked for: none, where there are few of all."""
        if self.fine is not None:
            return self.fine._marks
        n = sum(kept.n for by_kind in self._numbered.values() for kept in by_kind.values())
        if n <= _FEW:
            return []
        (marks,) = next(self._ask(MARKS, guesses=_GUESSES, one_in=n // _SAMPLE + 1))
        return sorted(set(marks or ()))

    @cached_property
    def _ranks(self) -> Mapping[Any, dict[str, Sequence[int]]]:
        """How many amounts of each number and kind are no larger than each mark."""
        found: dict[Any, dict[str, Sequence[int]]] = defaultdict(dict)
        for number, kind, ranks in self._ranked():
            kept = found[number].get(kind)
            found[number][kind] = ranks if kept is None else [one + more for one, more in zip(kept, ranks, strict=True)]
        return found

    def _ranked(self) -> Iterator[tuple[Any, str, Sequence[int]]]:
        if self.fine is None:
            yield from self._ask(RANKS, ranks=ranks_of(self._marks)) if self._marks else ()
            return
        for number, by_kind in self.fine._ranks.items():
            for kind, ranks in by_kind.items():
                yield self._coarser(number), kind, ranks

    def _between(self, counts: Counts, share: float, kinds: Collection[str]) -> Between:
        """Return between which marks a percentile lies: both of the amounts that it is made of."""
        found = [ranks for kind, ranks in self._ranks.get(counts.number, {}).items() if not kinds or kind in kinds]
        ranks = [sum(same) for same in zip(*found, strict=True)]
        at, n = share * (counts.n(kinds) - 1), len(ranks)
        first, last = bisect_right(ranks, floor(at)), bisect_right(ranks, -(-at // 1))
        return Between(
            self._marks[first - 1] if first else _LEAST, self._marks[last] if last < n else _MOST,
            ranks[first - 1] if first else 0,
        )  # fmt: skip

    def _amounts(self, spots: set[Spot], kinds: tuple[str, ...]) -> Mapping[Spot, list[int]]:
        """Return the amounts of some numbers between some marks, in order."""
        known = self._read[kinds]
        if asked := spots - known.keys():
            numbers, lows, highs = zip(*asked, strict=True)
            keys = [NO_KEY if number is None else number for number in numbers]
            rows = self._ask(AMOUNTS, only=one_of(kinds), keys=keys, lows=list(lows), highs=list(highs))
            for number, low, high, amounts in rows:
                known.setdefault((number, low, high), []).extend(amounts)
            for spot in asked & known.keys():
                known[spot].sort()
        return known

    @cached_property
    def _channels(self) -> dict[int, str]:
        return dict(Account.objects.order_by("pk").values_list("pk", "platform"))

    @cached_property
    def _platforms(self) -> list[str]:
        return sorted(set(self._channels.values()))

    def _channel(self, column: str) -> str:
        """Return an account's channel as a number, in SQL. One of no channel, as of practice, is of -1."""
        numbers = (f"WHEN {pk} THEN {self._platforms.index(name)}" for pk, name in self._channels.items())
        return f"CASE {column} {' '.join(numbers)} ELSE -1 END" if self._channels else "-1"

    def _key(self, number: Any) -> Any:
        """Return what a number that rows are split by stands for."""
        if self.split == "day":
            return _YEAR_2000 + timedelta(days=number)
        if self.split == "step":
            return self._step_at(number)
        if self.split not in ("channel", "channel step"):
            return number
        number, step = divmod(number, MANY) if self.split == "channel step" else (number, None)
        platform = self._platforms[number] if number >= 0 else None
        return platform if step is None else (platform, self._step_at(step))

    def _coarser(self, number: Any) -> Any:
        """Return what stands here for a number of the finer split; the same, where this is none's sum."""
        if self.fine is None:
            return number
        if not self.split:
            return None
        if self.fine.split == "day":
            return (number - (self._from_day - _YEAR_2000).days) // self.step
        return number % MANY

    def _step_at(self, number: int) -> date:
        return self._from_day + timedelta(days=number * self.step)

    @property
    def _from_day(self) -> date:
        """When the first step begins: before the scope, where that is no whole number of steps."""
        days = (self.scope.last - self.scope.first).days + 1
        return self.scope.first - timedelta(days=-days % self.step)

    def _ask(self, question: str, *, only: str = "", ranks: str = "", **params: Any) -> Iterator[tuple[Any, ...]]:
        """Yield what is answered by the sums, and then by the rows of days that they do not have."""
        kept, counted = SPLITS[self.split]
        if self.split.startswith("channel"):
            kept = kept.format(channel_of_sum=self._channel("account_id"))
            counted = counted.format(channel=self._channel("account"))
        rows = rows_of(self.name, self.scope)
        if self.split == "label" and self.name not in OWN_LABEL:
            rows = LABELLED.format(rows=rows)
        params |= {"from_day": self._from_day, "step": self.step, "source": self.name}
        kept_in = self._sums_of
        with connection.cursor() as cursor:
            if kept_in and (self._cover.days or self._cover.months):
                statement = question.format(found=kept_in.format(split=kept), only=only, ranks=ranks)
                within = {"days": _array(self._cover.days), "months": _array(self._cover.months)}
                cursor.execute(statement, {**self.scope.params, **within, **params})
                yield from cursor.fetchall()
            for part in self._cover.others:
                found = OF_ROWS.format(split=counted, rows=rows)
                cursor.execute(question.format(found=found, only=only, ranks=ranks), {**part.params, **params})
                yield from cursor.fetchall()

    @cached_property
    def _cover(self) -> Cover:
        sums = self.sums if self._sums_of else Known(None)
        return sums.cover(self.scope, months=self.split not in BY_DAY)

    @property
    def _sums_of(self) -> str | None:
        """Where it is summed up; None where all of it is counted from the rows."""
        by_person = self.scope.person or self.split == "person"
        by_label = self.scope.label or self.split == "label"
        if by_person or by_label:
            # Not of two of them: whose conversations have a label may have others beside it.
            is_of_one = not (by_person and by_label) and not (self.scope.label and self.split == "label")
            return (OF_PEOPLE if by_person else OF_LABELS) if self.name in BY_MORE and is_of_one else None
        return OF_ALL if self.name in SUMMED else None


def _array(days: Sequence[date]) -> str:
    """Return days as PostgreSQL writes an array of them: a year of them is no list of parameters."""
    return f"{{{','.join(map(str, days))}}}"


def _at(amounts: Sequence[int], rank: int) -> int:
    """Return the amount of a rank. What changes between two statements can put it just beyond the ends."""
    return amounts[max(0, min(rank, len(amounts) - 1))]


class Kept(NamedTuple):
    """How many rows there are of one kind, and the sum of their amounts."""

    n: int
    total: int


@dataclass
class Counts:
    """How many rows there are of each kind, and the sum of their amounts."""

    source: Source
    key: Any
    number: Any  # what stands for the key in SQL
    by_kind: Mapping[str, Kept]

    def n(self, kinds: Collection[str] = ()) -> int:
        """Return how many rows there are of these kinds; of any, where none is named."""
        return sum(kept.n for kind, kept in self.by_kind.items() if not kinds or kind in kinds)

    def total(self, kinds: Collection[str] = ()) -> int:
        """Return the sum of their amounts."""
        return sum(kept.total for kind, kept in self.by_kind.items() if not kinds or kind in kinds)

    def percentile(self, share: float, kinds: Collection[str] = ()) -> float | None:
        """Return the amount below which a share of them lies, between two of them where it falls there."""
        return self.source.percentiles(share, kinds).get(self.key)


def together(parts: Sequence[Counts]) -> Counts:
    """Return the counts of several keys as one, of which no percentile can be asked."""
    found: dict[str, Kept] = defaultdict(lambda: Kept(0, 0))
    for counts in parts:
        for kind, (n, total) in counts.by_kind.items():
            found[kind] = Kept(found[kind].n + n, found[kind].total + total)
    return Counts(parts[0].source, None, None, found)


class Reading:
    """What is read of one scope for several questions: each source once, as finely as any of them needs it."""

    def __init__(self, scope: Scope, *, step: int = 1, finest: Mapping[str, str] = MappingProxyType({})) -> None:
        self.scope, self.step, self._finest, self._sums = scope, step, finest, rollups.known()
        self._sources: dict[tuple[str, str], Source] = {}

    def of(self, name: str, split: str = "") -> Source:
        """Return one source, split by nothing or by one thing. `finest` says how each is read at first."""
        asked, finest = (name, split), self._finest.get(name, split)
        if asked not in self._sources:
            # Times of all are read from months, which is less than adding up weeks.
            is_coarser = split != finest and (split == "step" or (not split and name not in TIMED))
            self._sources[asked] = (
                self.of(name, finest).added_up(split)
                if is_coarser
                else Source(name, self.scope, self._sums, split, self.step)
            )
        return self._sources[asked]
