"""How many rows a figure's source has, by kind and amount: from the sums of each day, or counted where they changed.

Everything a figure can be follows from such counts, and the exact times from one bucket of them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate
from math import floor
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db import connection

from channels.models import Account
from reports import rollups
from reports.rollups import Known
from reports.rows import BY_MORE, OWN_LABEL, SUMMED, rows_of
from reports.scope import Scope
from reports.statements import EXACT, LABELLED, LABELS, MANY, PEOPLE, ROWS, SPLITS, SUMS, Statements, one_of

SHARES = (0.5, 0.9)  # of percentiles: where one is asked for the others mostly are, and one statement reads them all


class Place(NamedTuple):
    """Where an amount stands: its bucket, and its place among the amounts in there, counted from nought."""

    bucket: int
    rank: int


@dataclass
class Source:
    """One source of rows within a scope, split by nothing or by one thing."""

    name: str
    scope: Scope
    sums: Known
    split: str = ""
    step: int = 1  # days that are counted together, where it is split by steps
    # What was read of all it is split by: percentiles by share and kinds, totals by kinds.
    _read: dict[Any, dict[Any, Any]] = field(default_factory=dict, repr=False)
    _raw: dict[Any, set[Any]] = field(default_factory=lambda: defaultdict(set), repr=False)  # numbers, by their key

    def added_up(self, split: str) -> Source:
        """Return the same split by less: its counts are these, added up. By channel and step, by step, by nothing."""
        coarse = Source(self.name, self.scope, self.sums, split, self.step)
        found: dict[Any, Counts] = defaultdict(lambda: Counts(coarse))
        for key, fine in self.counts.items():
            numbers = {raw % MANY if split else None for raw in self._raw[key]}
            coarse_key = coarse._key(next(iter(numbers)))
            counts = found[coarse_key]
            counts.key = coarse_key
            coarse._raw[coarse_key] |= numbers
            for kind, sizes in fine.by_kind.items():
                for bucket, n in sizes.items():
                    counts.by_kind[kind][bucket] += n
        coarse.counts = found
        return coarse

    @cached_property
    def counts(self) -> Mapping[Any, Counts]:
        """The counts, by what they are split by."""
        found: dict[Any, Counts] = defaultdict(lambda: Counts(self))
        of_number: dict[Any, Counts] = {}
        for raw, kind, bucket, n in self._rows("counts"):
            if raw not in of_number:
                key = self._key(raw)
                self._raw[key].add(raw)
                of_number[raw] = found[key]
                found[key].key = key
            of_number[raw].by_kind[kind][bucket] += n
        return found

    def percentiles(self, share: float, kinds: Collection[str]) -> Mapping[Any, float]:
        """Return the amount below which a share lies, of each key that has any. One statement for all of them."""
        asked = share, tuple(kinds)
        if asked not in self._read:
            shares = SHARES if share in SHARES else (share,)
            places = {one: self._places(one, kinds) for one in shares}
            large = {(key, place.bucket) for found in places.values() for key, two in found.items() for place in two}
            amounts = self._amounts({spot for spot in large if spot[1] >= EXACT}, kinds)
            for one, found in places.items():
                self._read[one, tuple(kinds)] = self._percentiles(one, kinds, found, amounts)
        return self._read[asked]

    def totals(self, kinds: Collection[str]) -> Mapping[Any, int]:
        """Return the sum of the amounts that are not their own bucket, of each key. One statement for all of them."""
        asked = tuple(kinds)
        if asked not in self._read:
            totals: dict[Any, int] = defaultdict(int)
            for raw, total in self._rows("totals", only=one_of(kinds)):
                totals[self._key(raw)] += total
            self._read[asked] = totals
        return self._read[asked]

    def _places(self, share: float, kinds: Collection[str]) -> dict[Any, list[Place]]:
        return {key: counts.places(share, kinds) for key, counts in self.counts.items() if counts.n(kinds)}

    def _percentiles(
        self, share: float, kinds: Collection[str], places: Mapping[Any, list[Place]],
        amounts: Mapping[tuple[Any, int], list[int]],
    ) -> dict[Any, float]:  # fmt: skip
        def at(key: Any, place: Place) -> int:
            return place.bucket if place.bucket < EXACT else amounts[key, place.bucket][place.rank]

        found = {}
        for key, (low, high) in places.items():
            between = (share * (self.counts[key].n(kinds) - 1)) % 1
            found[key] = at(key, low) + between * (at(key, high) - at(key, low))
        return found

    def _amounts(self, asked: Collection[tuple[Any, int]], kinds: Collection[str]) -> dict[tuple[Any, int], list[int]]:
        """Return the exact amounts of some keys' buckets, each in order."""
        if not asked:
            return {}
        found: dict[tuple[Any, int], list[int]] = defaultdict(list)
        keys, buckets = zip(*((raw, bucket) for key, bucket in asked for raw in self._raw[key]), strict=True)
        params = {"keys": ["" if key is None else str(key) for key in keys], "buckets": list(buckets)}
        for raw, bucket, amounts in self._rows("amounts", only=one_of(kinds), **params):
            found[self._key(raw), bucket] += amounts
        return {spot: sorted(amounts) for spot, amounts in found.items()}

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

    def _key(self, raw: Any) -> Any:
        """Return what a number that rows are split by stands for."""
        if raw is None or self.split not in ("channel", "step", "channel step"):
            return raw
        if self.split == "step":
            return self._step_at(raw)
        number, step = divmod(raw, MANY) if self.split == "channel step" else (raw, None)
        platform = self._platforms[number] if number >= 0 else None
        return platform if step is None else (platform, self._step_at(step))

    def _step_at(self, number: int) -> date:
        return self._from_day + timedelta(days=number * self.step)

    @property
    def _from_day(self) -> date:
        """When the first step begins: before the scope, where that is no whole number of steps."""
        days = (self.scope.last - self.scope.first).days + 1
        return self.scope.first - timedelta(days=-days % self.step)

    def _rows(self, question: str, *, only: str = "", **params: Any) -> Iterator[tuple[Any, ...]]:
        kept, counted = SPLITS[self.split]
        if self.split.startswith("channel"):
            kept = kept.format(channel_of_sum=self._channel("account_id"))
            counted = counted.format(channel=self._channel("account"))
        rows = rows_of(self.name, self.scope)
        if self.split == "label" and self.name not in OWN_LABEL:
            rows = LABELLED.format(rows=rows)
        params |= {"from_day": self._from_day, "step": self.step}
        kept_in = self._sums_of
        sums = self.sums if kept_in else Known(None)
        with connection.cursor() as cursor:
            if kept_in and sums.last is not None and self.scope.first <= sums.last:
                within: dict[str, Any] = {
                    "first": self.scope.first,
                    "last": min(self.scope.last, sums.last),
                    "source": self.name,
                }
                statement = getattr(kept_in, question).format(split=kept, only=only)
                cursor.execute(statement, {**self.scope.params, **within, "stale": list(sums.stale), **params})
                yield from cursor.fetchall()
            parts = rollups.uncovered(self.scope, sums) if self.name in SUMMED else iter([self.scope])
            for part in parts:
                statement = getattr(ROWS, question).format(split=counted, only=only, rows=rows)
                cursor.execute(statement, {**part.params, **params})
                yield from cursor.fetchall()

    @property
    def _sums_of(self) -> Statements | None:
        """Where it is summed up; None where all of it is counted from the rows."""
        by_person = self.scope.person or self.split == "person"
        by_label = self.scope.label or self.split == "label"
        if by_person or by_label:
            # Not of two of them: whose conversations have a label may have others beside it.
            is_of_one = not (by_person and by_label) and not (self.scope.label and self.split == "label")
            is_summed = self.name in BY_MORE and self.sums.has_more and is_of_one
            return (PEOPLE if by_person else LABELS) if is_summed else None
        return SUMS if self.name in SUMMED else None


@dataclass
class Counts:
    """How many rows there are of each kind and bucket."""

    source: Source
    key: Any = None
    by_kind: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))

    def n(self, kinds: Collection[str] = ()) -> int:
        """Return how many rows there are of these kinds; of any, where none is named."""
        return sum(sum(found.values()) for found in self._of(kinds))

    def total(self, kinds: Collection[str] = ()) -> int:
        """Return the sum of small amounts."""
        return sum(bucket * n for found in self._of(kinds) for bucket, n in found.items())

    def exact_total(self, kinds: Collection[str] = ()) -> int:
        """Return the sum of any amounts."""
        found = [bucket * n for counted in self._of(kinds) for bucket, n in counted.items() if bucket < EXACT]
        large = any(bucket >= EXACT for counted in self._of(kinds) for bucket in counted)
        return sum(found) + (self.source.totals(kinds)[self.key] if large else 0)

    def percentile(self, share: float, kinds: Collection[str] = ()) -> float | None:
        """Return the amount below which a share of them lies, between two of them where it falls there."""
        return self.source.percentiles(share, kinds).get(self.key)

    def places(self, share: float, kinds: Collection[str]) -> list[Place]:
        """Return where the two amounts stand that a percentile lies between."""
        buckets: dict[int, int] = defaultdict(int)
        for found in self._of(kinds):
            for bucket, n in found.items():
                buckets[bucket] += n
        ordered = sorted(buckets)
        ends = list(accumulate(buckets[bucket] for bucket in ordered))
        low = floor(share * (ends[-1] - 1))
        ranks = (low, min(low + 1, ends[-1] - 1))
        return [self._place(rank, ordered, ends) for rank in ranks]

    @staticmethod
    def _place(rank: int, ordered: list[int], ends: list[int]) -> Place:
        place = bisect_right(ends, rank)
        return Place(ordered[place], rank - (ends[place - 1] if place else 0))

    def _of(self, kinds: Collection[str]) -> Iterator[Mapping[int, int]]:
        return (found for kind, found in self.by_kind.items() if not kinds or kind in kinds)


class Reading:
    """What is read of one scope for several questions: each source once, as finely as any of them needs it."""

    def __init__(self, scope: Scope, *, step: int = 1, finest: Mapping[str, str] = MappingProxyType({})) -> None:
        self.scope, self.step, self._finest, self._sums = scope, step, finest, rollups.known()
        self._sources: dict[tuple[str, str], Source] = {}

    def of(self, name: str, split: str = "") -> Source:
        """Return one source, split by nothing or by one thing. `finest` says how each is read at first."""
        asked, finest = (name, split), self._finest.get(name, split)
        if asked not in self._sources:
            is_coarser = split != finest and split in ("", "step")
            self._sources[asked] = (
                self.of(name, finest).added_up(split)
                if is_coarser
                else Source(name, self.scope, self._sums, split, self.step)
            )
        return self._sources[asked]
