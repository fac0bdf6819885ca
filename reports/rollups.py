"""Rows of figures summed up by day and month, so that a year is read in a moment. Kept by beat, remade by a command.

Thrice: by account and team, and by person and by label too.

A day is read from here only while nothing in it changed since: whatever changes a conversation gives its row a new
version, and every day of such a conversation is counted from the rows themselves. So figures are never behind.
Nor while a release counts otherwise than the one that summed up: then all are rows, until beat summed up anew.

Times keep every amount, in order: percentiles are read to the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from reports.models import SumState
from reports.months import SETTLED, end_of, is_kept, month_of, months_between, whole_months
from reports.rows import BY_MORE, SUMMED, TIMED
from reports.scope import Scope, scope_of

MOST_CHANGED = 5000  # conversations: with more, as after an import, everything is counted from the rows
_FIRST = date(1972, 1, 1)
_CHANGED = """
WITH changed AS MATERIALIZED (SELECT id FROM inbox_conversation WHERE version >= %(horizon)s LIMIT %(most)s)
SELECT (SELECT count(*) FROM changed), ARRAY(
    SELECT DISTINCT (at AT TIME ZONE %(zone)s)::date FROM (
        SELECT m.sent_at AS at FROM inbox_message m JOIN changed ON changed.id = m.conversation_id
        UNION ALL SELECT e.at FROM inbox_event e JOIN changed ON changed.id = e.conversation_id
        UNION ALL SELECT s.scored_at FROM inbox_survey s JOIN changed ON changed.id = s.conversation_id
            WHERE s.score IS NOT NULL
        UNION ALL SELECT c.first_message_at FROM inbox_conversation c JOIN changed ON changed.id = c.id
    ) touched ORDER BY 1)
"""
# Each source's rows are read once, for all of them.
_SUM_UP = """
WITH counted AS MATERIALIZED (
    SELECT conversation, (at AT TIME ZONE %(zone)s)::date AS day, account, team, person, kind, amount
    FROM ({rows}) AS counted
){more}
INSERT INTO reports_sum (source, is_month, day, account_id, team_id, kind, n, total, amounts)
SELECT %(source)s, false, day, account, team, kind, count(*), sum(amount), {amounts}
FROM counted GROUP BY day, account, team, kind
"""
_ALSO = """, {name} AS (
    INSERT INTO reports_{name}sum (source, is_month, day, account_id, team_id, {name}_id, kind, n, total, amounts)
    SELECT %(source)s, false, day, account, team, {column}, kind, count(*), sum(amount), {amounts}
    FROM {rows} GROUP BY day, account, team, {column}, kind
)"""
_IN_ORDER = {True: "array_agg(amount::int ORDER BY amount)", False: "NULL::int[]"}
_LABELLED = "counted JOIN inbox_conversationlabel l ON l.conversation_id = counted.conversation"
_MORE = (("person", "person", "counted"), ("label", "l.label_id", _LABELLED))
_FORGET = """
DELETE FROM {table} WHERE source = ANY(%(sources)s)
    AND (NOT is_month AND day BETWEEN %(first)s AND %(last)s OR is_month AND day BETWEEN %(month)s AND %(last)s)
"""
_TABLES = {"reports_sum": "", "reports_personsum": "person_id, ", "reports_labelsum": "label_id, "}
# A month from its days: what has amounts, and what has none.
_MONTH = """
INSERT INTO {table} (source, is_month, day, account_id, team_id, {who}kind, n, total, amounts)
SELECT source, true, %(first)s, account_id, team_id, {who}kind, sum(n), sum(total), NULL::int[]
FROM {table} WHERE NOT is_month AND source = ANY(%(others)s) AND day BETWEEN %(first)s AND %(last)s
GROUP BY source, account_id, team_id, {who}kind
UNION ALL SELECT source, true, %(first)s, account_id, team_id, {who}kind, count(*), sum(amount),
    array_agg(amount ORDER BY amount)
FROM {table}, unnest(amounts) AS amount
WHERE NOT is_month AND source = ANY(%(timed)s) AND day BETWEEN %(first)s AND %(last)s
GROUP BY source, account_id, team_id, {who}kind
"""


class Cover(NamedTuple):
    """What a scope's period is read from: sums of days and of months by their first day, and rows of other days."""

    days: Sequence[date]
    months: Sequence[date]
    others: Sequence[Scope]


class Known(NamedTuple):
    """Which days can be read from the sums: all up to the last one, without the stale ones."""

    last: date | None
    stale: tuple[date, ...] = ()

    def cover(self, scope: Scope, *, months: bool) -> Cover:
        """Return what to read of a scope: whole months where they may be read together, days elsewhere."""
        if self.last is None:
            return Cover([], [], [scope])
        stale = set(self.stale)
        days = [scope.first + timedelta(days=n) for n in range((scope.last - scope.first).days + 1)]
        known = [day for day in days if day <= self.last and day not in stale]
        whole = whole_months(known, self.last) if months else []
        others = [scope.of_days(*ends) for ends in _ranges(day for day in days if day > self.last or day in stale)]
        return Cover([day for day in known if month_of(day) not in whole], whole, others)


def known() -> Known:
    """Return which days are summed up and did not change since."""
    state = _state()
    if state is None:
        return Known(None)
    changed, stale = _changed_since(state.horizon)
    return Known(None) if changed > MOST_CHANGED else Known(state.last, tuple(stale))


@transaction.atomic
def roll(today: date | None = None, *, anew: bool = False) -> int:
    """Sum up the days before today that are new or changed, or all of them; return how many.

    It is all of them too where the sums were made by another clock, or counted otherwise.
    """
    zone, last = timezone.get_current_timezone_name(), (today or timezone.localdate()) - timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('reports_rollup'))")
        # Whatever is not finished now has a number that is not below this one.
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        (horizon,) = cursor.fetchone() or (0,)
    state = None if anew else _state()
    changed, stale = _changed_since(state.horizon) if state else (0, [])
    if state is None or changed > MOST_CHANGED:
        ranges = [(_FIRST, last)]
    else:
        new = [state.last + timedelta(days=n + 1) for n in range((last - state.last).days)]
        ranges = list(_ranges(sorted({*new, *(day for day in stale if day <= last)})))
    for first, end in ranges:
        _sum_up(scope_of(first, end, (), every=True))
    for month in _months_to_sum_up(ranges, state.last if state else last):
        if is_kept(month, last):
            _sum_up_month(month)
    made = {"last": last, "zone": zone, "horizon": horizon, "definition": definition()}
    SumState.objects.update_or_create(pk=1, defaults=made)
    return sum((end - first).days + 1 for first, end in ranges)


def definition() -> str:
    """Return a digest of all that says what a sum counts."""
    said = (dict(SUMMED), sorted(TIMED), sorted(BY_MORE), _SUM_UP, _ALSO, _IN_ORDER, _MORE, _MONTH)
    return sha256(repr(said).encode()).hexdigest()


def _state() -> SumState | None:
    """Return how far days are summed up, by this clock and as they are counted now."""
    return SumState.objects.filter(zone=timezone.get_current_timezone_name(), definition=definition()).first()


def _sum_up(scope: Scope) -> None:
    first, last = scope.first, scope.last
    with connection.cursor() as cursor:
        for table in _TABLES:
            gone: dict[str, Any] = {"sources": list(SUMMED), "first": first, "month": month_of(first), "last": last}
            cursor.execute(_FORGET.format(table=table), gone)
        for source, rows in SUMMED.items():
            amounts = _IN_ORDER[source in TIMED]
            more = "".join(
                _ALSO.format(name=name, column=column, rows=of, amounts=amounts) for name, column, of in _MORE
            )
            statement = _SUM_UP.format(rows=rows, amounts=amounts, more=more if source in BY_MORE else "")
            cursor.execute(statement, {**scope.params, "source": source})


def _months_to_sum_up(ranges: Iterable[tuple[date, date]], known: date) -> set[date]:
    """Return the months of which days were summed up, and those that were too fresh when that was done last."""
    fresh = {month for month in months_between(known - SETTLED, known) if not is_kept(month, known)}
    return fresh.union(*(months_between(first if first > _FIRST else _first_day(), last) for first, last in ranges))


def _first_day() -> date:
    """Return the first day of which there is a sum; today, where there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(day) FROM reports_sum WHERE NOT is_month")
        (day,) = cursor.fetchone() or (None,)
    return day or timezone.localdate()


def _sum_up_month(month: date) -> None:
    params: dict[str, Any] = {
        "first": month,
        "last": end_of(month),
        "timed": list(TIMED),
        "others": list(SUMMED.keys() - TIMED),
    }
    with connection.cursor() as cursor:
        for table, who in _TABLES.items():
            cursor.execute(_MONTH.format(table=table, who=who), params)


def _changed_since(horizon: int) -> tuple[int, list[date]]:
    zone = timezone.get_current_timezone_name()
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, {"horizon": horizon, "most": MOST_CHANGED + 1, "zone": zone})
        found: tuple[Any, ...] = cursor.fetchone() or (0, [])
    return found[0], found[1]


def _ranges(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Yield first and last of each run of days that follow each other."""
    for _key, run in groupby(enumerate(days), key=lambda numbered: numbered[1].toordinal() - numbered[0]):
        found = [day for _number, day in run]
        yield found[0], found[-1]
