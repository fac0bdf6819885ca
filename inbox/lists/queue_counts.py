"""How much stands in each queue, mentions too: read from counts the database keeps itself, folded, and checked.

Reading costs the same however many are open. Why so: docs/decisions/0009-counts-kept-as-changes.md
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from webcare.lib.statements import fetch

log = logging.getLogger(__name__)

Counts = Mapping[tuple[str, int], Mapping[int, int]]  # (kind, of whom or what) → account → how many
UNASSIGNED = 0  # the holder of what nobody has
MOST_ALERTS = 99  # beyond it is shown as 99+: who reads none of tens of thousands would wait for them at each page
MOST_UNREAD = 5 * (MOST_ALERTS + 1)  # are looked through for those: some may be of what one reads no longer
MOST_MENTIONS = 999  # are counted; without an end PostgreSQL expects thousands, and starts a process to find none
_HOUR = 3600
_LOCK = 0x77637163  # of who folds or mends: two at once would mend the same difference twice

# Windows and due times are kept by their hour; those of the hour that runs are looked at one by one. What waits
# for approval, for an answer to a question, and for the reader, is little: partial indexes hold it.
_READ = f"""
WITH unread AS (
    SELECT n.id, n.conversation_id, n.at, coalesce(c.account_id, n.account_id) AS account_id
    FROM (
        SELECT id, conversation_id, account_id, at FROM inbox_notification
        WHERE user_id = %(reader)s AND read_at IS NULL ORDER BY at DESC LIMIT {MOST_UNREAD}
    ) n LEFT JOIN inbox_conversation c ON c.id = n.conversation_id
    WHERE coalesce(c.account_id, n.account_id) = ANY(%(accounts)s)
        AND coalesce(c.team_id, 0) <> ALL(%(closed)s::bigint[])
    ORDER BY n.at DESC LIMIT {MOST_ALERTS + 1}
)
SELECT account_id, kind, of_id, sum(n) FROM inbox_queuecount
WHERE account_id = ANY(%(accounts)s) AND team_id <> ALL(%(closed)s::bigint[])
    AND kind IN ('open', 'snoozed', 'answered', 'failed', 'team', 'label')
GROUP BY 1, 2, 3
UNION ALL
SELECT account_id, 'holder', of_id, sum(n) FROM inbox_queuecount
WHERE account_id = ANY(%(accounts)s) AND team_id <> ALL(%(closed)s::bigint[])
    AND kind = 'holder' AND of_id IN (0, %(reader)s)
GROUP BY 1, 2, 3
UNION ALL
SELECT account_id, 'window', 0, sum(n) FROM inbox_queuecount
WHERE account_id = ANY(%(accounts)s) AND team_id <> ALL(%(closed)s::bigint[])
    AND kind = 'window' AND of_id > %(hour)s
GROUP BY 1
UNION ALL
SELECT account_id, 'window', 0, count(*) FROM inbox_conversation
WHERE account_id = ANY(%(accounts)s) AND status = 'open' AND waiting_since IS NOT NULL
    AND window_closes_at > %(now)s AND window_closes_at < %(next)s
    AND coalesce(team_id, 0) <> ALL(%(closed)s::bigint[])
GROUP BY 1
UNION ALL
SELECT account_id, 'late', 0, sum(n) FROM inbox_queuecount
WHERE account_id = ANY(%(accounts)s) AND team_id <> ALL(%(closed)s::bigint[])
    AND kind = 'due' AND of_id < %(hour)s
GROUP BY 1
UNION ALL
SELECT account_id, 'late', 0, count(*) FROM inbox_conversation
WHERE account_id = ANY(%(accounts)s) AND status = 'open' AND due_at >= %(began)s AND due_at <= %(now)s
    AND coalesce(team_id, 0) <> ALL(%(closed)s::bigint[])
GROUP BY 1
UNION ALL
SELECT c.account_id, 'approval', 0, count(DISTINCT c.id)
FROM inbox_message m JOIN inbox_conversation c ON c.id = m.conversation_id
WHERE m.state = 'approval' AND c.account_id = ANY(%(accounts)s)
    AND coalesce(c.team_id, 0) <> ALL(%(closed)s::bigint[])
GROUP BY 1
UNION ALL
SELECT c.account_id, 'asked', 0, count(*)
FROM inbox_escalation e JOIN inbox_conversation c ON c.id = e.conversation_id
WHERE e.ended_at IS NULL AND c.account_id = ANY(%(accounts)s)
    AND coalesce(c.team_id, 0) <> ALL(%(closed)s::bigint[]) AND (e.asked_id = %(reader)s
    OR (e.asked_id IS NULL AND e.asked_by_id IS DISTINCT FROM %(reader)s
        AND EXISTS (SELECT FROM inbox_user u WHERE u.id = %(reader)s AND (u.role IN ('lead', 'admin')
            OR u.custom_rights @> ARRAY['lead']::varchar[]))))
GROUP BY 1
UNION ALL
SELECT account_id, 'alert', 0, count(*) FROM unread GROUP BY 1
UNION ALL
SELECT c.account_id, 'mention', 0, count(DISTINCT c.id)
FROM (
    SELECT conversation_id FROM inbox_notification
    WHERE user_id = %(reader)s AND read_at IS NULL AND kind = 'mention' LIMIT {MOST_MENTIONS}
) n JOIN inbox_conversation c ON c.id = n.conversation_id
WHERE c.account_id = ANY(%(accounts)s)
    AND coalesce(c.team_id, 0) <> ALL(%(closed)s::bigint[])
GROUP BY 1
UNION ALL
SELECT 0, 'newest alert', 0, max(id) FROM (SELECT id FROM unread ORDER BY at DESC LIMIT 1) newest
"""  # noqa: S608  our own number
# Hours that are long over are one: what was due in any of them is late. Old cases would each keep an hour of their own.
_PLACE = "CASE WHEN kind IN ('due', 'window') AND of_id < %(over)s THEN 0 ELSE of_id END"
_FOLD = f"""
WITH gone AS (
    DELETE FROM inbox_queuecount WHERE (account_id, team_id, kind, {_PLACE}) IN (
        SELECT account_id, team_id, kind, {_PLACE} FROM inbox_queuecount GROUP BY 1, 2, 3, 4 HAVING count(*) > 1
    ) RETURNING account_id, team_id, kind, {_PLACE} AS of_id, n
)
INSERT INTO inbox_queuecount (account_id, team_id, kind, of_id, n)
SELECT account_id, team_id, kind, of_id, sum(n) FROM gone GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0
"""  # noqa: S608  our own words
# One statement sees conversations and counts as they were at one moment: what differs is no race.
_MEND = f"""
INSERT INTO inbox_queuecount (account_id, team_id, kind, of_id, n)
SELECT account_id, team_id, kind, of_id, coalesce(truth.n, 0) - coalesce(kept.n, 0)
FROM (
    SELECT account_id, team_id, kind, {_PLACE} AS of_id, sum(n) AS n FROM inbox_truecount GROUP BY 1, 2, 3, 4
) truth FULL JOIN (
    SELECT account_id, team_id, kind, {_PLACE} AS of_id, sum(n) AS n FROM inbox_queuecount GROUP BY 1, 2, 3, 4
) kept USING (account_id, team_id, kind, of_id)
WHERE coalesce(truth.n, 0) <> coalesce(kept.n, 0)
RETURNING account_id, team_id, kind, of_id, n
"""  # noqa: S608  our own words


def read_counts(accounts: Collection[int], reader: int, closed: Collection[int] = ()) -> Counts:
    """Return what counts in these accounts for a reader, in one statement; of holders, nobody and the reader.

    What teams have that are `closed` to the reader does not count.

    Besides the kinds that are kept: "late", "approval", "asked", "mention" and "alert", of which at most the newest
    hundred. The id of "newest alert" stands as account 0.
    """
    now = timezone.now()
    hour = int(now.timestamp()) // _HOUR
    asked: dict[str, Any] = {
        "accounts": list(accounts),
        "reader": reader,
        "closed": list(closed),
        "now": now,
        "hour": hour,
        "began": now - timedelta(seconds=now.timestamp() - hour * _HOUR),
        "next": now + timedelta(seconds=(hour + 1) * _HOUR - now.timestamp()),
    }
    counts: dict[tuple[str, int], dict[int, int]] = {}
    for account, kind, of_id, n in fetch(_READ, asked):
        of_kind = counts.setdefault((kind, of_id), {})
        of_kind[account] = of_kind.get(account, 0) + int(n or 0)
    return counts


@transaction.atomic
def fold_counts() -> None:
    """Add up what was appended, so that reading stays short. Who counts meanwhile waits for nothing."""
    with connection.cursor() as cursor:
        if _may_begin(cursor):
            cursor.execute(_FOLD, _over())


@transaction.atomic
def mend_counts() -> int:
    """Compare every count with the conversations themselves, and mend what differs; return how many did."""
    with connection.cursor() as cursor:
        if not _may_begin(cursor):
            return 0
        cursor.execute(_MEND, _over())
        mended = cursor.fetchall()
    for account, _team, kind, of_id, n in mended:
        log.error("A count was wrong: %s of %s in account %s, by %+d. It is mended.", kind, of_id, account, -n)
    return len(mended)


def _over() -> dict[str, int]:
    """Before which hour all are long over: a day ago, so that no two servers' clocks differ about it."""
    return {"over": int(timezone.now().timestamp()) // _HOUR - 24}


def _may_begin(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
    return bool(cursor.fetchone()[0])
