"""How an answer stood against its target: kept in the answer's row when it is given, by the clock that held then.

Targets and opening hours change; what was promised then does not.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from inbox.sla.targets import targets_at
from webcare.lib.statements import fetch_for, run

# Round the clock the calendar counts: `seconds` is None then.
_WRITE = """
UPDATE inbox_response r
SET counted_seconds = coalesce(n.seconds, r.seconds), due_at = coalesce(r.due_at, n.due_at)
FROM unnest(%(answers)s::bigint[], %(seconds)s::int[], %(due)s::timestamptz[]) n (answer_id, seconds, due_at)
WHERE r.answer_id = n.answer_id
"""
# By team and account: how many answers had a target, and how many came before it had passed.
_KEPT = """
SELECT c.team_id, c.account_id, count(*), sum((r.answered_at < r.due_at)::int)::int
FROM inbox_response r JOIN inbox_conversation c ON c.id = r.conversation_id
WHERE r.answered_at >= %(since)s AND r.due_at IS NOT NULL AND c.account_id = ANY(%(accounts)s::bigint[])
    AND coalesce(c.team_id, 0) <> ALL(%(closed)s::bigint[])
GROUP BY 1, 2
"""


class Kept(NamedTuple):
    """How many answers had a target, and how many of them were in time."""

    n: int = 0
    in_time: int = 0


class Answers(NamedTuple):
    """Answers written in one conversation, and the wait as its row had it before."""

    account: int
    team: int | None
    points: int
    version: uuid.UUID
    was_since: datetime | None
    was_due: datetime | None
    ids: Sequence[int]
    started: Sequence[datetime]
    answered: Sequence[datetime]


class _Measured(NamedTuple):
    answers: int
    seconds: int | None
    due: datetime | None


def keep(conversations: Iterable[Answers]) -> None:
    """Measure these answers, within the transaction that wrote them. Without any there is no statement."""
    measured = [one for answers in conversations if answers.ids for one in _measured(answers)]
    if measured:
        run(_WRITE, dict(zip(_Measured._fields, map(list, zip(*measured, strict=True)), strict=True)))


def kept_since(
    since: datetime, accounts: Collection[int], closed: Collection[int]
) -> dict[tuple[int | None, int], Kept]:
    """Return how many answers of a time kept their promise, by team and account. Closed teams are left out."""
    asked = {"since": since, "accounts": list(accounts), "closed": list(closed)}
    return {(team, account): Kept(n, in_time) for team, account, n, in_time in fetch_for(_KEPT, asked)}


def _measured(answers: Answers) -> Iterable[_Measured]:
    target = targets_at(answers.version).target_of(answers.account, answers.team, answers.points)
    for pk, started, answered in zip(answers.ids, answers.started, answers.answered, strict=True):
        # What the list showed is what was promised, whatever the customer's mood is now.
        shown = answers.was_due if started == answers.was_since else None
        due = shown or target.clock.due(started, target.length)
        if target.clock.stands_still:
            yield _Measured(pk, int(target.clock.between(started, answered).total_seconds()), due)
        else:
            yield _Measured(pk, None, due)
