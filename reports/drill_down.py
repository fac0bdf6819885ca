"""What stands behind a figure: its conversations, and its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from channels.platforms import platform_title
from inbox.models import Conversation
from reports.counts import Reading
from reports.figures import FIGURES, Figure, condition_of
from reports.rows import rows_of
from reports.scope import Scope
from reports.steps import steps_of
from webcare.lib.cursor import cursor_of, cursor_values

BY_DAY = ("messages_in", "messages_out")
FINEST = {FIGURES[name].source: "day" for name in BY_DAY}  # how they are read
PAGE = 50
BATCH = 500
REACHES = (timedelta(days=2), timedelta(days=14), timedelta(days=90))  # back from where the list is, then all
_ORDER = ("-at", "-id")
_CONVERSATIONS = """
SELECT conversation AS id, max(at) AS at FROM ({rows}) AS counted WHERE {condition}
GROUP BY conversation HAVING %(at)s::timestamptz IS NULL OR (max(at), conversation) < (%(at)s, %(id)s)
ORDER BY 2 DESC, 1 DESC LIMIT %(size)s
"""
_ROWS = """
SELECT counted.at, c.code, a.platform, coalesce(nullif(a.handle, ''), a.name), counted.amount, counted.kind,
    coalesce(nullif(btrim(p.first_name || ' ' || p.last_name), ''), p.email, '')
FROM ({rows}) AS counted JOIN inbox_conversation c ON c.id = counted.conversation
JOIN channels_account a ON a.id = c.account_id LEFT JOIN inbox_user p ON p.id = counted.person
WHERE {condition} ORDER BY counted.at, counted.conversation
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation stands in the list."""

    id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Behind:
    """Conversations behind a figure, newest first, and where the next ones start ("" at the end)."""

    rows: list[tuple[Conversation, datetime]] = field(default_factory=list)
    after: str = ""


def conversations(figure: Figure, scope: Scope, *, after: str = "", size: int = PAGE) -> Behind:
    """Return a page of the conversations that a figure counts, by cursor."""
    at, pk = cursor_values(after, _ORDER) or (None, None)
    statement = _CONVERSATIONS.format(rows=rows_of(figure.source, scope), condition=condition_of(figure))
    places: list[Place] = []
    with connection.cursor() as cursor:
        for since in _reaches(scope, at) if "%(since)s" in statement else [scope.since]:
            cursor.execute(statement, {**scope.params, "since": since, "at": at, "id": pk, "size": size + 1})
            places = [Place(*row) for row in cursor.fetchall()]
            if len(places) > size:
                break
    return page_of(places, size)


def _reaches(scope: Scope, at: datetime | None) -> Iterator[datetime]:
    """Yield since when to look: what is newest is found in a few days, of a year all would be counted and sorted."""
    end = min(max(at, scope.since), scope.until) if at else scope.until
    yield from (end - reach for reach in REACHES if end - scope.since > reach)
    yield scope.since


def page_of(places: Sequence[Place], size: int) -> Behind:
    """Return a page of these conversations; one more than it holds says that there are more."""
    shown = places[:size]
    found = Conversation.objects.for_list().in_bulk([place.id for place in shown])
    rows = [(found[place.id], place.at) for place in shown if place.id in found]
    return Behind(rows, cursor_of(shown[-1], _ORDER) if len(places) > size else "")


def exported(figure: Figure, scope: Scope) -> Iterator[list[object]]:
    """Yield each row a figure counts, with a head. Read from the database as it is sent."""
    yield ["at", "conversation", "channel", "account", "amount", "kind", "person"]
    statement = _ROWS.format(rows=rows_of(figure.source, scope), condition=condition_of(figure))
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, scope.params)
        while found := cursor.fetchmany(BATCH):
            yield from (_cells(*row) for row in found)


def per_day(name: str, scope: Scope, reading: Reading | None = None) -> Mapping[date, int]:
    """Return how many rows a figure counts on each day of a scope."""
    figure = FIGURES[name]
    counted = (reading or Reading(scope)).of(figure.source, "day").counts
    days = (scope.first + timedelta(days=number) for number in range((scope.last - scope.first).days + 1))
    return {day: counted[day].n(figure.kinds or figure.among) if day in counted else 0 for day in days}


def per_step(by_day: Mapping[date, int], scope: Scope) -> Mapping[date, int]:
    """Return the same of each point of a scope's lines: a year of days is too many to tell apart."""
    return {
        step.first: sum(by_day[step.first + timedelta(days=n)] for n in range((step.last - step.first).days + 1))
        for step in steps_of(scope)
    }


def _cells(at: datetime, code: Any, platform: str, account: str, amount: Any, kind: str, person: str) -> list[object]:
    local = timezone.localtime(at).isoformat(timespec="seconds")
    return [local, str(code), platform_title(platform), account, int(amount), kind, person]
