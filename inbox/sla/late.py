"""Who is late: each broken promise is recorded once, at the moment of its target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from inbox.live.announce import announce
from inbox.models import Conversation, Event, Notification
from inbox.notifications.waits import Wait, tell_waits
from webcare.lib.statements import fetch

AT_ONCE = 500
# A wait whose first message came in late begins earlier than it seemed: it stays one wait, with one breach.
_RECORD = """
WITH late AS ({late}), made AS (
    INSERT INTO inbox_breach (conversation_id, since, at, minutes)
    SELECT id, since, due_at, minutes FROM late
    ON CONFLICT DO NOTHING RETURNING conversation_id, at, minutes
)
SELECT late.id, late.account_id, made.at, made.minutes, c.team_id, c.assignee_id, late.since
FROM made JOIN late ON late.id = made.conversation_id JOIN inbox_conversation c ON c.id = late.id
"""
# A plan for any status would have no use for an index of the open ones.
_STILL_WAITING = {
    status: _RECORD.format(
        late=f"""
    SELECT c.id, c.account_id, c.waiting_since AS since, c.due_at, c.target_minutes AS minutes
    FROM inbox_conversation c JOIN channels_account a
        ON a.id = c.account_id AND a.removed_at IS NULL AND a.practice_id IS NULL
    WHERE c.status = '{status}' AND c.due_at <= %(now)s AND NOT EXISTS (
        SELECT FROM inbox_breach b WHERE b.conversation_id = c.id AND b.since >= c.waiting_since)
    ORDER BY c.due_at, c.id LIMIT %(most)s FOR NO KEY UPDATE OF c SKIP LOCKED"""  # noqa: S608  our own names
    )
    for status in (Conversation.Status.OPEN.value, Conversation.Status.SNOOZED.value)
}
# It ended with an answer, or by closing just now. A customer who took the message back waits for nothing.
_HAVE_ENDED = _RECORD.format(
    late="""
    SELECT w.id, w.account_id, w.since, w.due_at, w.minutes
    FROM unnest(%(ids)s::bigint[], %(accounts)s::bigint[], %(since)s::timestamptz[], %(due)s::timestamptz[],
        %(minutes)s::int[], %(closed)s::boolean[]) w (id, account_id, since, due_at, minutes, closed)
        JOIN channels_account a ON a.id = w.account_id AND a.practice_id IS NULL
        LEFT JOIN inbox_response r ON r.conversation_id = w.id AND r.started_at = w.since
    WHERE (r.answered_at >= w.due_at OR (r.id IS NULL AND w.closed)) AND NOT EXISTS (
        SELECT FROM inbox_breach b WHERE b.conversation_id = w.id AND b.since >= w.since)"""
)


class Ended(NamedTuple):
    """A wait that is over, as it stood before."""

    conversation: int
    account: int
    since: datetime
    due_at: datetime
    minutes: int
    status: str  # of the conversation now


def record(now: datetime | None = None) -> int:
    """Record every wait that is late by now; return how many. Twice, or by two workers, is as good as once."""
    recorded = 0
    for status in _STILL_WAITING:
        while n := _record_some(status, now or timezone.now()):
            recorded += n
    return recorded


def note_ended(waits: Iterable[Ended]) -> None:
    """Record those that were late when they ended, within the transaction that ended them."""
    # Most are answered in time: then there is no statement at all.
    if late := [wait for wait in waits if wait.due_at <= timezone.now()]:
        ids, accounts, since, due_at, minutes, statuses = map(list, zip(*late, strict=True))
        closed = [status == Conversation.Status.CLOSED for status in statuses]
        _record(
            _HAVE_ENDED,
            {"ids": ids, "accounts": accounts, "since": since, "due": due_at, "minutes": minutes, "closed": closed},
        )


@transaction.atomic
def _record_some(status: str, now: datetime) -> int:
    late = _record(_STILL_WAITING[status], {"now": now, "most": AT_ONCE})
    if status == Conversation.Status.OPEN:  # what somebody put aside is not waiting for their attention
        tell_waits(Notification.Kind.LATE, late)
    announce([wait.conversation for wait in late])
    return len(late)


def _record(statement: str, values: Mapping[str, Any]) -> list[Wait]:
    """Record breaches and log each at its moment; return the waits."""
    rows = fetch(statement, values)
    Event.objects.bulk_create(
        Event(verb="breached", at=at, conversation_id=pk, account_id=account, data={"minutes": minutes})
        for pk, account, at, minutes, _team, _holder, _since in rows
    )
    return [Wait(pk, account, team, holder, since) for pk, account, _at, _minutes, team, holder, since in rows]
