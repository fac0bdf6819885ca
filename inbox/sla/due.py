"""Until when each waiting customer should have an answer: kept in the conversation's row, which lists only read.

Where an account only listens nobody may answer, so nobody can be late.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction

from inbox.live.announce import announce
from inbox.models import Conversation
from inbox.sla.clocks import LATE_STEPS, SOON
from inbox.sla.targets import targets_at
from inbox.triage.priority import POINTS, STANDING
from webcare.lib.statements import fetch, run

AT_ONCE = 500
# What `keep` needs of a row, with the version of the targets that hold.
WAIT = """{row}.id, {row}.account_id, {row}.team_id, {points}, {row}.waiting_since, {row}.due_at, {row}.due_marks,
    {row}.target_minutes, (SELECT mode = 'listen' FROM channels_account WHERE id = {row}.account_id),
    (SELECT version FROM inbox_referenceversion)"""
WAIT_FIELDS = 10
# Locked in the order of their ids, as everywhere: what others change meanwhile is seen, and nobody waits in a circle.
_WAITING = f"""
SELECT {WAIT.format(row="o", points=STANDING.format(told="o"))}
FROM inbox_conversation o JOIN inbox_identity i ON i.id = o.identity_id
WHERE o.id = ANY(%s) AND o.waiting_since IS NOT NULL
ORDER BY o.id FOR NO KEY UPDATE OF o
"""  # noqa: S608  our own words
_WRITE = f"""
UPDATE inbox_conversation c
SET due_at = told.due_at, due_marks = told.due_marks, target_minutes = told.minutes,
    priority = {POINTS.format(told="told")}
FROM unnest(%(ids)s::bigint[], %(due)s::timestamptz[], %(soon)s::timestamptz[], %(twice)s::timestamptz[],
        %(four_times)s::timestamptz[], %(minutes)s::int[]) n (id, due_at, soon, twice, four_times, minutes)
    JOIN inbox_conversation o ON o.id = n.id
    JOIN inbox_identity i ON i.id = o.identity_id
    CROSS JOIN LATERAL (
        SELECT o.waiting_since, o.mood, n.due_at, ARRAY[n.soon, n.twice, n.four_times] AS due_marks, n.minutes
    ) told
WHERE c.id = o.id
"""  # noqa: S608  our own words


_NEVER = (None, None, None, None)


class _Times(NamedTuple):
    due: datetime | None
    soon: datetime | None
    twice: datetime | None
    four_times: datetime | None
    minutes: int


def keep(rows: Iterable[Sequence[Any]]) -> list[int]:
    """Write the times of these waits where they differ; return the ids of those. Each row is as WAIT says, locked."""
    changed: dict[int, _Times] = {}
    for pk, account, team, points, since, due_at, marks, minutes, only_listens, version in rows:
        if since is None:
            continue
        target = targets_at(version).target_of(account, team, points)
        soon, due, twice, four_times = (
            _NEVER
            if only_listens
            else target.clock.moments(since, [target.length * SOON, *(target.length * step for step in LATE_STEPS)])
        )
        new = _Times(due, soon, twice, four_times, target.length // timedelta(minutes=1))
        if (due_at, marks, minutes) != (new.due, [new.soon, new.twice, new.four_times], new.minutes):
            changed[pk] = new
    if changed:
        columns = dict(zip(_Times._fields, map(list, zip(*changed.values(), strict=True)), strict=True))
        run(_WRITE, {"ids": list(changed), **columns})
    return list(changed)


def renew(conversation_ids: Collection[int]) -> list[int]:
    """Compute the times of these waits anew; return the ids of those that changed."""
    if not conversation_ids:
        return []
    with transaction.atomic(savepoint=False):
        return keep(fetch(_WAITING, [sorted(conversation_ids)]))


def renew_all() -> int:
    """Compute the times of every wait anew, some at a time; return how many changed.

    A wait that begins meanwhile is computed by whoever begins it.
    """
    changed = 0
    waiting = Conversation.objects.filter(waiting_since__isnull=False)
    snoozed = list(waiting.filter(status=Conversation.Status.SNOOZED).values_list("pk", flat=True))
    for first in range(0, len(snoozed), AT_ONCE):
        changed += _renew_and_announce(snoozed[first : first + AT_ONCE])
    after: tuple[datetime, int] | None = None
    while rows := _next_open(after):
        changed += _renew_and_announce([pk for _since, pk in rows])
        after = rows[-1]
    return changed


_NEXT = """
SELECT waiting_since, id FROM inbox_conversation
WHERE status = 'open' AND waiting_since IS NOT NULL AND (waiting_since, id) > (%s, %s)
ORDER BY waiting_since, id LIMIT %s
"""


def _next_open(after: tuple[datetime, int] | None) -> list[tuple[datetime, int]]:
    since, pk = after or ("-infinity", 0)
    return [(row[0], row[1]) for row in fetch(_NEXT, [since, pk, AT_ONCE])]


@transaction.atomic
def _renew_and_announce(conversation_ids: Collection[int]) -> int:
    changed = renew(conversation_ids)
    announce(changed)
    return len(changed)
