"""What happened in the last days that rules of some kinds look at, newest first and by keyset. Writes nothing.

Messages and waits are as they were. Changes are those that the log holds. A clock has no past: what is open now counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from inbox.models import OpeningHours, Rule
from inbox.routing.rules.moments import WAITING, Moment
from inbox.sla.clocks import Clock
from webcare.lib.cursor import cursor_values

ORDER = ("-at", "-id")
_Kind = Rule.Kind
# Which acts of the log are a change of a kind. An estimate of mood or language is no act: the messages tell it.
VERBS: Mapping[str, tuple[str, ...]] = {
    _Kind.LABEL: ("labelled", "unlabelled"),
    _Kind.TEAM: ("given_to_team", "taken_from_team", "routed"),
    _Kind.ASSIGNEE: ("assigned", "unassigned"),
    _Kind.PRIORITY: ("prioritised",),
    _Kind.REOPENED: ("reopened",),
    _Kind.CLOSED: ("closed",),
}
# Each gives: at, id, conversation, message, and from when until when somebody waited.
_ARRIVED = """
SELECT m.received_at, m.id, m.conversation_id, m.id, NULL::timestamptz, NULL::timestamptz
FROM inbox_message m
WHERE m.direction = 'inbound' AND m.removed_at IS NULL AND m.account_id = ANY(%(accounts)s) {more}
"""
_BEFORE = """AND m.{what} <> '' AND m.{what} IS DISTINCT FROM (
    SELECT before.{what} FROM inbox_message before WHERE before.conversation_id = m.conversation_id
        AND before.direction = 'inbound' AND before.{what} <> '' AND before.sent_at < m.sent_at
    ORDER BY before.sent_at DESC LIMIT 1) AND EXISTS (
    SELECT FROM inbox_message before WHERE before.conversation_id = m.conversation_id
        AND before.direction = 'inbound' AND before.{what} <> '' AND before.sent_at < m.sent_at)"""
_CHANGED = """
SELECT e.at, e.id, e.conversation_id, NULL::bigint, NULL::timestamptz, NULL::timestamptz
FROM inbox_event e
WHERE e.verb = ANY(%(verbs)s) AND e.conversation_id IS NOT NULL AND e.account_id = ANY(%(accounts)s)
"""
_WAITED = """
SELECT r.answered_at, r.id, r.conversation_id, NULL::bigint, r.started_at, r.answered_at
FROM inbox_response r JOIN inbox_conversation c ON c.id = r.conversation_id WHERE c.account_id = ANY(%(accounts)s)
"""
_WAITING = """
SELECT c.waiting_since, c.id, c.id, NULL::bigint, c.waiting_since, %(now)s::timestamptz
FROM inbox_conversation c
WHERE c.status = 'open' AND c.waiting_since IS NOT NULL AND c.account_id = ANY(%(accounts)s)
"""
# From when somebody was given it until they, or others, did something with it.
_HELD = """
SELECT e.at, e.id, e.conversation_id, NULL::bigint, e.at, coalesce((
    SELECT min(later.at) FROM inbox_event later WHERE later.conversation_id = e.conversation_id AND later.id > e.id
        AND (later.actor_id = (e.data->>'to')::bigint OR later.verb IN ('assigned', 'unassigned', 'closed', 'sent'))
    ), %(now)s)
FROM inbox_event e
WHERE e.verb = 'assigned' AND e.conversation_id IS NOT NULL AND e.account_id = ANY(%(accounts)s)
"""
_OPEN = """
SELECT c.last_message_at, c.id, c.id, NULL::bigint, NULL::timestamptz, NULL::timestamptz
FROM inbox_conversation c WHERE c.status = 'open' AND c.account_id = ANY(%(accounts)s)
"""
_SOURCES: Mapping[str, Sequence[str]] = {
    _Kind.ARRIVES: [_ARRIVED.format(more="")],
    _Kind.MOOD: [_ARRIVED.format(more=_BEFORE.format(what="mood"))],
    _Kind.LANGUAGE: [_ARRIVED.format(more=_BEFORE.format(what="language"))],
    _Kind.WAITS: [_WAITED, _WAITING],
    _Kind.UNTOUCHED: [_HELD],
    _Kind.CLOCK: [_OPEN],
}
_MOST_SOURCES = 16


@dataclass(frozen=True, slots=True)
class Moments:
    """What is looked for, where, and since when."""

    moments: Sequence[Moment]
    accounts: Sequence[int]
    since: datetime
    now: datetime
    opening_hours: OpeningHours


@dataclass(frozen=True, slots=True)
class Past:
    """One thing that happened. `id` and `at` say where it stands in the row of all; `moment` is when it counted."""

    at: datetime
    id: int
    conversation: int
    message: int | None
    moment: datetime | None  # None: nobody waited long enough


def happened(what: Moments, after: str, most: int) -> list[Past]:
    """Return the next things that happened behind a place."""
    parts = list(_parts(what))
    start = cursor_values(after, ORDER)
    asked: dict[str, Any] = {"accounts": list(what.accounts), "now": what.now, "since": what.since, "most": most}
    asked["verbs"] = [verb for moment in what.moments for verb in VERBS.get(moment.kind, ())]
    asked |= {"at": start[0], "id": start[1]} if start else {}
    behind = "AND (at, id * {many} + {n}) < (%(at)s, %(id)s)" if start else ""
    # What is open now is not older for having been written in long ago.
    union = " UNION ALL ".join(
        f"(SELECT at, id * {_MOST_SOURCES} + {n}, conversation_id, message, began, ended, {n} FROM ({sql}) s{n}"  # noqa: S608
        " (at, id, conversation_id, message, began, ended) WHERE at <= %(now)s"
        f" {'' if sql in (_OPEN, _WAITING) else 'AND at >= %(since)s'} {behind.format(many=_MOST_SOURCES, n=n)}"
        " ORDER BY at DESC, id DESC LIMIT %(most)s)"
        for n, (sql, _clock) in enumerate(parts)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT found.*, c.account_id, c.team_id FROM"  # noqa: S608
            f" (SELECT * FROM ({union}) every ORDER BY 1 DESC, 2 DESC LIMIT %(most)s) found"
            " JOIN inbox_conversation c ON c.id = found.conversation_id ORDER BY 1 DESC, 2 DESC",
            asked,
        )
        rows = cursor.fetchall()
    return [
        Past(at, pk, conversation, message, parts[n][1](Span(at, began, ended, account, team)))
        for at, pk, conversation, message, began, ended, n, account, team in rows
    ]


class Span(NamedTuple):
    """When something happened, from when until when somebody waited, and where."""

    at: datetime
    began: datetime | None
    ended: datetime | None
    account: int
    team: int | None


_Counted = Callable[[Span], datetime | None]


def _parts(what: Moments) -> Sequence[tuple[str, _Counted]]:
    """Return each source once, with what tells when something of it counted."""
    parts: list[tuple[str, _Counted]] = []
    for moment in what.moments:
        if moment.kind in VERBS:
            if all(sql is not _CHANGED for sql, _counted in parts):
                parts.append((_CHANGED, lambda span: span.at))
            continue
        for sql in _SOURCES[moment.kind]:
            parts.append((sql, _counted_by(moment, what)))
    return parts


def _counted_by(moment: Moment, what: Moments) -> _Counted:
    if moment.kind == _Kind.CLOCK:
        return lambda _span: what.now
    if moment.kind not in WAITING:
        return lambda span: span.at

    def when(span: Span) -> datetime | None:
        if span.began is None or span.ended is None:
            return None
        hours = None if moment.round_the_clock else what.opening_hours.of(span.account, span.team)
        due = Clock(hours).due(span.began, moment.length)
        return due if due is not None and max(what.since, due) <= span.ended else None

    return when
