"""Counts of what queries found, by the day it was written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone

from webcare.lib.statements import fetch

_NEGATIVE = "p.mood IN ('angry', 'annoyed')"
# Answered where it stood, or in a conversation that has an answer of ours.
_ANSWERED = """(p.outcome = 'on_site' OR EXISTS (SELECT FROM inbox_conversation c WHERE c.id = p.conversation_id
    AND (c.close_reason IN ('answered', 'answered_elsewhere', 'answered_on_site')
        OR EXISTS (SELECT FROM inbox_response r WHERE r.conversation_id = c.id))))"""
_COUNT = f"""
SELECT h.query_id, (p.published_at AT TIME ZONE %(zone)s)::date, count(*), count(*) FILTER (WHERE {_NEGATIVE}),
    count(*) FILTER (WHERE p.mood = 'happy')
FROM monitoring_hit h JOIN monitoring_post p ON p.id = h.post_id
WHERE h.query_id = ANY(%(queries)s::bigint[]) AND p.published_at >= %(since)s AND p.published_at < %(until)s
GROUP BY 1, 2
"""  # noqa: S608  constants of this module
_REACH = f"""
SELECT (p.published_at AT TIME ZONE %(zone)s)::date, count(*), count(*) FILTER (WHERE p.mood = 'happy'),
    count(*) FILTER (WHERE {_NEGATIVE}), coalesce(sum(p.followers) FILTER (WHERE {_NEGATIVE} AND {_ANSWERED}), 0),
    coalesce(sum(p.followers) FILTER (WHERE {_NEGATIVE} AND NOT {_ANSWERED}), 0)
FROM monitoring_post p
WHERE p.found_at IS NOT NULL AND p.published_at >= %(since)s AND p.published_at < %(until)s
    AND EXISTS (SELECT FROM monitoring_hit h WHERE h.post_id = p.id AND h.query_id = ANY(%(queries)s::bigint[]))
GROUP BY 1
"""  # noqa: S608  constants of this module


class Period(NamedTuple):
    """Days from the first to the last, both of them too."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Every day of it."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @property
    def before(self) -> Period:
        """As many days just before."""
        length = timedelta(days=len(self.days))
        return Period(self.first - length, self.last - length)


class Count(NamedTuple):
    """What was found of one day."""

    posts: int = 0
    negative: int = 0
    positive: int = 0


class Reached(NamedTuple):
    """What was found of one day in all, and how many followers those have who were negative."""

    posts: int = 0
    positive: int = 0
    negative: int = 0
    answered: int = 0
    unanswered: int = 0


def period_of(days: int, today: date | None = None) -> Period:
    """Return the last so many days, today too."""
    last = today or timezone.localdate()
    return Period(last - timedelta(days=days - 1), last)


def by_query(queries: Collection[int], period: Period) -> Mapping[int, Mapping[date, Count]]:
    """Return counts by query and day, of days that have any."""
    found: dict[int, dict[date, Count]] = defaultdict(dict)
    for query, day, *counts in fetch(_COUNT, _asked(queries, period)):
        found[query][day] = Count(*counts)
    return found


def reached(queries: Collection[int], period: Period) -> Mapping[date, Reached]:
    """Return what was found by day, each post once, whatever the number of queries that found it."""
    return {day: Reached(*counts) for day, *counts in fetch(_REACH, _asked(queries, period))}


def _asked(queries: Collection[int], period: Period) -> dict[str, object]:
    return {
        "queries": sorted(queries), "since": _midnight(period.first),
        "until": _midnight(period.last + timedelta(days=1)), "zone": timezone.get_current_timezone_name(),
    }  # fmt: skip


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
