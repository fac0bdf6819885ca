"""Rows of figures summed up by day, so that a year is read in a moment. Kept by beat, rebuilt by one command.

Thrice: by account and team, and by person and by label too, where large amounts stand together.

A day is read from here only while nothing in it changed since: whatever changes a conversation gives its row a new
version, and every day of such a conversation is counted from the rows themselves. So figures are never behind.

Times keep their exact values, apart in buckets: a median is found in one bucket, and read to the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from reports.models import RollUpState
from reports.rows import BY_MORE, SUMMED
from reports.scope import Scope, scope_of
from reports.statements import BUCKET, EXACT, ONE_BUCKET

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
INSERT INTO reports_rollup (source, day, account_id, team_id, kind, bucket, n, amounts)
SELECT %(source)s, day, account, team, kind, {bucket}, count(*),
    CASE WHEN {bucket} >= {exact} THEN array_agg(amount::int ORDER BY amount) END
FROM counted GROUP BY 2, 3, 4, 5, 6
"""
_ALSO = """, {name} AS (
    INSERT INTO reports_{name}rollup (source, day, account_id, team_id, {name}_id, kind, bucket, n, amounts)
    SELECT %(source)s, day, account, team, {column}, kind, {bucket}, count(*),
        CASE WHEN {bucket} >= {exact} THEN array_agg(amount::int ORDER BY amount) END
    FROM {rows} GROUP BY 2, 3, 4, 5, 6, 7
)"""
_LABELLED = "counted JOIN inbox_conversationlabel l ON l.conversation_id = counted.conversation"
_MORE = "".join(
    _ALSO.format(name=name, column=column, rows=rows, bucket=ONE_BUCKET, exact=EXACT)
    for name, column, rows in (("person", "person", "counted"), ("label", "l.label_id", _LABELLED))
)


class Known(NamedTuple):
    """Which days can be read from the sums: all up to the last one, without the stale ones."""

    last: date | None
    stale: tuple[date, ...] = ()
    has_more: bool = True  # whether those by person and label are as new

    def covers(self, day: date) -> bool:
        """Whether a day's sums are right."""
        return self.last is not None and day <= self.last and day not in self.stale


def known() -> Known:
    """Return which days are summed up and did not change since."""
    # Sums of a release that did not know all there is are no sums: the next turn makes them anew.
    state = RollUpState.objects.filter(
        zone=timezone.get_current_timezone_name(), negatives_horizon=F("horizon")
    ).first()
    if state is None:
        return Known(None)
    changed, stale = _changed_since(state.horizon)
    return (
        Known(None)
        if changed > MOST_CHANGED
        else Known(state.last, tuple(stale), state.people_horizon == state.horizon)
    )


def uncovered(scope: Scope, sums: Known) -> Iterator[Scope]:
    """Yield the parts of a scope's period that have to be counted from the rows."""
    days = (scope.first + timedelta(days=n) for n in range((scope.last - scope.first).days + 1))
    if sums.last is None:
        yield scope
        return
    for first, last in _ranges(day for day in days if not sums.covers(day)):
        yield scope.of_days(first, last)


@transaction.atomic
def roll(today: date | None = None, *, anew: bool = False) -> int:
    """Sum up the days before today that are new or changed, or all of them; return how many."""
    zone, last = timezone.get_current_timezone_name(), (today or timezone.localdate()) - timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('reports_rollup'))")
        # Whatever is not finished now has a number that is not below this one.
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        (horizon,) = cursor.fetchone() or (0,)
    state = (
        None
        if anew
        else RollUpState.objects.filter(zone=zone, people_horizon=F("horizon"), negatives_horizon=F("horizon")).first()
    )
    changed, stale = _changed_since(state.horizon) if state else (0, [])
    if state is None or changed > MOST_CHANGED:
        ranges = [(_FIRST, last)]
    else:
        new = [state.last + timedelta(days=n + 1) for n in range((last - state.last).days)]
        ranges = list(_ranges(sorted({*new, *(day for day in stale if day <= last)})))
    for first, end in ranges:
        _sum_up(scope_of(first, end, (), every=True))
    kept = {"last": last, "zone": zone, "horizon": horizon, "people_horizon": horizon, "negatives_horizon": horizon}
    RollUpState.objects.update_or_create(pk=1, defaults=kept)
    return sum((end - first).days + 1 for first, end in ranges)


def _sum_up(scope: Scope) -> None:
    with connection.cursor() as cursor:
        for table in ("reports_rollup", "reports_personrollup", "reports_labelrollup"):
            cursor.execute(f"DELETE FROM {table} WHERE day BETWEEN %s AND %s", [scope.first, scope.last])  # noqa: S608
        for source, rows in SUMMED.items():
            more = _MORE if source in BY_MORE else ""
            statement = _SUM_UP.format(bucket=BUCKET, exact=EXACT, rows=rows, more=more)
            cursor.execute(statement, {**scope.params, "source": source})


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
