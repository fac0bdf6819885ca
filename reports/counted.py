"""How many rows a figure's source has, by kind and amount: from the sums of each day, or counted where they changed.

Everything a figure can be follows from such counts, and the exact times from one bucket of them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from math import floor
from typing import Any

from django.db import connection

from channels.models import Account
from reports import rollups
from reports.rollups import BUCKET, EXACT, Known
from reports.rows import OWN_LABEL, SUMMED, rows_of
from reports.scope import Scope

# What counts can be split by: the column of the sums ("" where rows are counted), and that of the rows.
SPLITS = {
    "": ("NULL::bigint", "NULL::bigint"), "account": ("account_id", "account"), "team": ("team_id", "team"),
    "channel": ("%(platforms)s::jsonb ->> account_id::text", "%(platforms)s::jsonb ->> account::text"),
    "day": ("day", "(at AT TIME ZONE %(zone)s)::date"), "person": ("", "person"), "label": ("", "label"),
}  # fmt: skip
# A conversation counts under each of its labels.
_LABELLED = "SELECT labelled.*, l.label_id AS label FROM ({rows}) AS labelled"
_LABELLED += " JOIN inbox_conversationlabel l ON l.conversation_id = labelled.conversation"
_OF_SUMS = """FROM reports_rollup WHERE source = %(source)s AND day BETWEEN %(first)s AND %(last)s
    AND NOT day = ANY(%(stale)s::date[]) AND (%(every)s OR account_id = ANY(%(accounts)s))
    AND coalesce(team_id, 0) <> ALL(%(closed)s::bigint[])
    AND (%(team)s::bigint IS NULL OR team_id = %(team)s)"""
_SUMS = f"SELECT {{split}}, kind, bucket, sum(n)::bigint {_OF_SUMS} GROUP BY 1, 2, 3"  # noqa: S608  constants
_COUNT = f"SELECT {{split}}, kind, {BUCKET}, count(*) FROM ({{rows}}) AS counted GROUP BY 1, 2, 3"  # noqa: S608  constants
# Of amounts that are not their own bucket.
_SUMMED_TOTAL = f"""SELECT coalesce(sum(amount), 0)::bigint FROM (
    SELECT unnest(amounts) AS amount {_OF_SUMS} AND {{only}} AND {{split}} IS NOT DISTINCT FROM %(key)s
    ) AS kept"""  # noqa: S608  constants
_TOTAL = f"""SELECT coalesce(sum(amount), 0)::bigint FROM ({{rows}}) AS counted
WHERE amount >= {EXACT} AND {{only}} AND {{split}} IS NOT DISTINCT FROM %(key)s"""  # noqa: S608  constants
_SUMMED_AMOUNTS = f"""SELECT coalesce(array_agg(amount), '{{{{}}}}') FROM (
    SELECT unnest(amounts) AS amount {_OF_SUMS} AND bucket = %(bucket)s AND amounts IS NOT NULL AND {{only}}
        AND {{split}} IS NOT DISTINCT FROM %(key)s) AS kept"""  # noqa: S608  constants
_AMOUNTS = f"""SELECT coalesce(array_agg(amount::int), '{{{{}}}}') FROM ({{rows}}) AS counted
WHERE {BUCKET} = %(bucket)s AND {{only}} AND {{split}} IS NOT DISTINCT FROM %(key)s"""  # noqa: S608  constants


@dataclass(frozen=True)
class Source:
    """One source of rows within a scope, split by nothing or by one thing."""

    name: str
    scope: Scope
    sums: Known
    split: str = ""

    def counts(self) -> dict[Any, Counts]:
        """Return the counts, by what they are split by."""
        found: dict[Any, Counts] = defaultdict(lambda: Counts(self))
        for key, kind, bucket, n in self._rows(_SUMS, _COUNT):
            counts = found[key]
            counts.key = key
            counts.by_kind[kind][bucket] += n
        return found

    def amounts(self, bucket: int, key: Any, only: str) -> list[int]:
        """Return the exact amounts in one bucket, in order."""
        found = self._rows(_SUMMED_AMOUNTS, _AMOUNTS, only=only, bucket=bucket, key=key)
        return sorted(amount for (amounts,) in found for amount in amounts)

    def total(self, key: Any, only: str) -> int:
        """Return the sum of the amounts that are not their own bucket."""
        return sum(found for (found,) in self._rows(_SUMMED_TOTAL, _TOTAL, only=only, key=key))

    def _rows(self, of_sums: str, of_rows: str, *, only: str = "", **params: Any) -> Iterator[tuple[Any, ...]]:
        kept, counted = SPLITS[self.split]
        summed = self.name in SUMMED and kept and not (self.scope.person or self.scope.label)
        rows = rows_of(self.name, self.scope)
        if self.split == "label" and self.name not in OWN_LABEL:
            rows = _LABELLED.format(rows=rows)
        if self.split == "channel":
            params["platforms"] = json.dumps(dict(Account.objects.values_list("pk", "platform")))
        sums = self.sums if summed else Known(None)
        with connection.cursor() as cursor:
            if sums.last is not None and self.scope.first <= sums.last:
                within: dict[str, Any] = {
                    "first": self.scope.first,
                    "last": min(self.scope.last, sums.last),
                    "source": self.name,
                }
                statement = of_sums.format(split=kept, only=only)
                cursor.execute(statement, {**self.scope.params, **within, "stale": list(sums.stale), **params})
                yield from cursor.fetchall()
            parts = rollups.uncovered(self.scope, sums) if self.name in SUMMED else iter([self.scope])
            for part in parts:
                statement = of_rows.format(split=counted, only=only, rows=rows)
                cursor.execute(statement, {**part.params, **params})
                yield from cursor.fetchall()


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
        return sum(found) + (self.source.total(self.key, one_of(kinds)) if large else 0)

    def percentile(self, share: float, kinds: Collection[str] = ()) -> float | None:
        """Return the amount below which a share of them lies, between two of them where it falls there."""
        n = self.n(kinds)
        if not n:
            return None
        place = share * (n - 1)
        low = floor(place)
        first, second = self._at([low, min(low + 1, n - 1)], kinds)
        return first + (place - low) * (second - first)

    def _at(self, ranks: list[int], kinds: Collection[str]) -> list[int]:
        """Return the amounts at these places, counted from nought in order."""
        buckets: dict[int, int] = defaultdict(int)
        for found in self._of(kinds):
            for bucket, n in found.items():
                buckets[bucket] += n
        ordered = sorted(buckets)
        ends = list(accumulate(buckets[bucket] for bucket in ordered))
        known: dict[int, list[int]] = {}
        amounts = []
        for rank in ranks:
            place = next(place for place, end in enumerate(ends) if rank < end)
            bucket, before = ordered[place], ends[place] - buckets[ordered[place]]
            if bucket < EXACT:
                amounts.append(bucket)
                continue
            if bucket not in known:
                known[bucket] = self.source.amounts(bucket, self.key, one_of(kinds))
            amounts.append(known[bucket][rank - before])
        return amounts

    def _of(self, kinds: Collection[str]) -> Iterator[Mapping[int, int]]:
        return (found for kind, found in self.by_kind.items() if not kinds or kind in kinds)


def one_of(kinds: Collection[str]) -> str:
    """Return a condition in SQL that a row is of one of these kinds; any, where none is named."""
    return f"kind IN ({', '.join(repr(kind) for kind in kinds)})" if kinds else "true"
