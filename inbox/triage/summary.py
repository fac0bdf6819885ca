"""What the list shows of a conversation, and how long customers waited: computed from the messages, never counted up.

So late, doubled and removed messages give the same row.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction

from inbox.live.announce import announce
from inbox.sla import due, late, measured, reply_window
from inbox.sla.due import WAIT
from inbox.triage.priority import POINTS, STANDING
from webcare.lib.statements import fetch

_FELT = """
    SELECT conversation_id,
        (array_agg(mood ORDER BY sent_at DESC, external_id DESC, id DESC) FILTER (WHERE mood <> ''))[1] AS mood,
        (array_agg(language ORDER BY sent_at DESC, external_id DESC, id DESC) FILTER (WHERE language <> ''))[1]
            AS language
    FROM {line} WHERE direction = 'inbound' AND removed_at IS NULL {which} GROUP BY conversation_id
"""
# A colleague's word stands, until the customer gets angry after it: that must not be missed.
_MOOD = "CASE WHEN o.mood_by_id IS NULL OR felt.mood = 'angry' THEN coalesce(felt.mood, '') ELSE o.mood END"
_MOODS = """
    language = coalesce(felt.language, ''),
    mood = told.mood,
    mood_by_id = CASE WHEN felt.mood = 'angry' AND o.mood <> 'angry' THEN NULL ELSE o.mood_by_id END
"""

# A wait that goes on keeps its time; of another one it is computed after this statement.
_DUE = """CASE WHEN unanswered.since = o.waiting_since THEN o.due_at END AS due_at,
        CASE WHEN unanswered.since = o.waiting_since THEN o.due_marks END AS due_marks"""
_RETURNING = f"RETURNING {WAIT.format(row='c', points=STANDING.format(told='told'))}"

# The answers written here, which are to be measured by the clock of their target.
_ANSWER_FIELDS = 3
_ANSWERS = ", ".join(
    f"ARRAY(SELECT w.{column} FROM written w WHERE w.conversation_id = c.id AND w.counted_seconds IS NULL"  # noqa: S608
    " ORDER BY w.answer_id)"
    for column in ("answer_id", "started_at", "answered_at")
)

# The order of a thread is the platform's time; at the same time the customer speaks first. What was taken back does not
# exist here. A close that no colleague took back ends a wait without an answer: what had come in by then is dealt with.
# What was said before the account was connected is history ("past"): nobody waits for an answer to it.
# Posts we only found (kind found) start a wait only where the person did not address us as well, and from when they
# came in: nobody waited for us before.
# What their machine sent by itself (kind automatic) is read, and waits for no answer.
# What we sent by itself outside opening hours is not counted at all: whoever got it still waits, and had the last word.
_REFRESH = rf"""
WITH line AS (
    SELECT m.id, m.conversation_id, m.direction, m.kind, m.sent_at, m.received_at, m.state, m.removed_at,
        m.author_id, coalesce(nullif(m.text, ''), m.shown->0->>'title', m.shown->0->>'reference', '') AS text,
        CASE WHEN m.shown->0->>'kind' = 'subject' AND m.text <> ''
            THEN regexp_replace(m.shown->0->>'title', '^(\s*(re|aw|antw|fwd?)\s*:)+\s*', '', 'i') END AS subject,
        CASE WHEN m.shown->0->>'kind' = 'call' AND m.shown->0->>'words' IS DISTINCT FROM 'accept' THEN 'no_call'
            ELSE m.shown->0->>'kind' END AS shown_as,
        m.external_id, m.opens_window, m.retry_at, m.mood, m.language,
        coalesce(m.sent_at < ha.history_until, false) AS past,
        m.direction = 'outbound' AND m.state = 'sent' AND m.removed_at IS NULL AS answers,
        count(*) FILTER (WHERE m.direction = 'outbound' AND m.state = 'sent' AND m.removed_at IS NULL)
            OVER (PARTITION BY m.conversation_id ORDER BY m.sent_at, m.direction, m.external_id, m.id
                  ROWS UNBOUNDED PRECEDING) AS turn,
        count(*) FILTER (WHERE m.direction = 'outbound' AND m.state = 'sent' AND m.removed_at IS NULL)
            OVER (PARTITION BY m.conversation_id) AS turns
    FROM inbox_message m JOIN inbox_conversation h ON h.id = m.conversation_id
        JOIN channels_account ha ON ha.id = h.account_id
    WHERE m.conversation_id = ANY(%(ids)s) AND m.direction IN ('inbound', 'outbound') AND m.state <> 'cancelled'
        AND NOT m.automatic
), acts AS (
    SELECT e.conversation_id, e.verb, e.at,
        lead(e.verb) OVER w = 'reopened' AND lead(e.actor_id) OVER w IS NOT NULL AS undone
    FROM inbox_event e WHERE e.conversation_id = ANY(%(ids)s) AND e.verb IN ('closed', 'reopened')
    WINDOW w AS (PARTITION BY e.conversation_id ORDER BY e.id)
), closes AS (
    SELECT conversation_id, at FROM acts WHERE verb = 'closed' AND undone IS NOT TRUE
), waits AS (
    SELECT a.id AS answer_id, a.conversation_id, a.author_id, a.sent_at AS answered_at,
        coalesce(min(i.sent_at) FILTER (WHERE i.kind <> 'found'), least(min(i.received_at), a.sent_at)) AS started_at
    FROM line a JOIN line i ON i.conversation_id = a.conversation_id AND i.direction = 'inbound' AND i.turn = a.turn - 1
        AND NOT i.past AND i.kind <> 'automatic' AND (i.removed_at IS NULL OR i.removed_at > a.sent_at)
    WHERE a.answers AND NOT EXISTS (
        SELECT FROM closes c
        WHERE c.conversation_id = a.conversation_id AND c.at >= i.received_at AND c.at < a.received_at)
    GROUP BY a.id, a.conversation_id, a.author_id, a.sent_at
), written AS (
    INSERT INTO inbox_response (conversation_id, answer_id, agent_id, started_at, answered_at, seconds)
    SELECT conversation_id, answer_id, author_id, started_at, answered_at,
        extract(epoch FROM answered_at - started_at)::int
    FROM waits
    ON CONFLICT (answer_id) DO UPDATE SET conversation_id = excluded.conversation_id, agent_id = excluded.agent_id,
        started_at = excluded.started_at, answered_at = excluded.answered_at, seconds = excluded.seconds,
        counted_seconds = CASE WHEN inbox_response.started_at = excluded.started_at
            AND inbox_response.answered_at = excluded.answered_at THEN inbox_response.counted_seconds END,
        due_at = CASE WHEN inbox_response.started_at = excluded.started_at THEN inbox_response.due_at END
    WHERE ROW (inbox_response.conversation_id, inbox_response.agent_id, inbox_response.started_at,
            inbox_response.answered_at)
        IS DISTINCT FROM ROW (excluded.conversation_id, excluded.agent_id, excluded.started_at, excluded.answered_at)
    RETURNING answer_id, conversation_id, started_at, answered_at, counted_seconds
), outdated AS (
    DELETE FROM inbox_response r WHERE r.conversation_id = ANY(%(ids)s)
        AND NOT EXISTS (SELECT FROM waits w WHERE w.answer_id = r.answer_id)
), unanswered AS (
    SELECT i.conversation_id, coalesce(min(i.sent_at) FILTER (WHERE i.kind <> 'found'), min(i.received_at)) AS since
    FROM line i
    WHERE i.direction = 'inbound' AND i.removed_at IS NULL AND i.turn = i.turns AND NOT i.past
        AND i.kind <> 'automatic'
        AND NOT EXISTS (SELECT FROM closes c WHERE c.conversation_id = i.conversation_id AND c.at >= i.received_at)
    GROUP BY i.conversation_id
), newest AS (
    SELECT DISTINCT ON (conversation_id) conversation_id, direction FROM line
    ORDER BY conversation_id, sent_at DESC, direction DESC, external_id DESC, id DESC
), shown AS (
    -- The newest message with words, files or cards: a photo alone is news too, and the page says what it is.
    SELECT DISTINCT ON (conversation_id) id, conversation_id, kind, text, subject, shown_as FROM line
    WHERE removed_at IS NULL AND (text <> '' OR kind IN ('unsupported', 'story_mention') OR shown_as IS NOT NULL
        OR EXISTS (SELECT FROM inbox_attachment f WHERE f.message_id = line.id))
    ORDER BY conversation_id, sent_at DESC, direction DESC, external_id DESC, id DESC
), files AS (
    SELECT f.message_id, CASE WHEN count(DISTINCT f.kind) = 1 THEN min(f.kind) ELSE 'mixed' END AS kind, count(*) AS n
    FROM shown JOIN inbox_attachment f ON f.message_id = shown.id GROUP BY f.message_id
), felt AS (
{_FELT.format(line="line", which="")}
), sums AS (
    SELECT conversation_id, count(*) AS messages, min(sent_at) AS first_at, max(sent_at) AS last_at,
        max(sent_at) FILTER (WHERE direction = 'inbound') AS inbound_at,
        {reply_window.OPENED_AT} AS opened_at,
        -- What was refused and has left since, in the same words, is dealt with.
        count(*) FILTER (WHERE state = 'held' OR (state = 'unknown' AND retry_at IS NULL) OR (
            state = 'failed' AND NOT EXISTS (
                SELECT FROM inbox_message later WHERE later.conversation_id = line.conversation_id
                    AND later.id > line.id AND later.state = 'sent' AND later.text = line.text AND line.text <> ''
            ))) AS failed,
        bool_or(EXISTS (SELECT FROM inbox_attachment f WHERE f.message_id = line.id)) AS files
    FROM line GROUP BY conversation_id
), windows AS (
    SELECT * FROM unnest(%(platforms)s::text[], %(seconds)s::float[]) AS w(platform, seconds)
)
UPDATE inbox_conversation c SET
    excerpt = coalesce(left(concat_ws(' · ', nullif(shown.subject, ''),
        btrim(regexp_replace(left(shown.text, 2000), '\s+', ' ', 'g'))), 280), ''),
    file_kind = coalesce(files.kind, CASE WHEN shown.kind IN ('unsupported', 'story_mention') THEN shown.kind
        WHEN shown.text = '' THEN shown.shown_as END, ''),
    file_count = coalesce(files.n, 0),
    has_attachment = coalesce(sums.files, false),
    message_count = coalesce(sums.messages, 0),
    waiting_since = told.waiting_since,
    due_at = told.due_at,
    due_marks = told.due_marks,
    target_minutes = CASE WHEN told.due_marks IS NOT NULL THEN o.target_minutes END,
    first_message_at = coalesce(sums.first_at, o.first_message_at),
    last_message_at = coalesce(sums.last_at, o.last_message_at),
    last_inbound_at = sums.inbound_at,
    last_direction = coalesce(newest.direction, ''),
    failed_count = coalesce(sums.failed, 0),
    {_MOODS},
    window_closes_at = {reply_window.CLOSES_AT},
    priority = {POINTS.format(told="told")}
FROM inbox_conversation o
    JOIN inbox_identity i ON i.id = o.identity_id
    JOIN channels_account a ON a.id = o.account_id
    LEFT JOIN sums ON sums.conversation_id = o.id
    LEFT JOIN felt ON felt.conversation_id = o.id
    LEFT JOIN shown ON shown.conversation_id = o.id
    LEFT JOIN files ON files.message_id = shown.id
    LEFT JOIN newest ON newest.conversation_id = o.id
    LEFT JOIN unanswered ON unanswered.conversation_id = o.id
    LEFT JOIN windows ON windows.platform = a.platform
    CROSS JOIN LATERAL (SELECT unanswered.since AS waiting_since, {_MOOD} AS mood, {_DUE}) told
WHERE c.id = o.id AND o.id = ANY(%(ids)s)
{_RETURNING}, o.waiting_since, o.due_at, o.target_minutes, c.status, {_ANSWERS}
"""  # noqa: S608  our own words

# Of an estimate nothing else on the row depends: the messages' other facts are left alone.
_REFRESH_MOODS = f"""
WITH felt AS (
{_FELT.format(line="inbox_message", which="AND conversation_id = ANY(%(ids)s)")}
)
UPDATE inbox_conversation c SET {_MOODS}, priority = {POINTS.format(told="told")}
FROM inbox_conversation o
    JOIN inbox_identity i ON i.id = o.identity_id
    LEFT JOIN felt ON felt.conversation_id = o.id
    CROSS JOIN LATERAL (SELECT o.waiting_since, o.due_at, o.due_marks, {_MOOD} AS mood) told
WHERE c.id = o.id AND o.id = ANY(%(ids)s)
{_RETURNING}
"""  # noqa: S608  our own words

# Locked first, in the order of their ids: a refresh must see what others committed, and cannot deadlock.
_LOCK = (
    "SELECT a.platform FROM inbox_conversation c JOIN channels_account a ON a.id = c.account_id"
    " WHERE c.id = ANY(%s) ORDER BY c.id FOR NO KEY UPDATE OF c"
)


@transaction.atomic(savepoint=False)
def refresh(conversation_ids: Collection[int]) -> None:
    """Recompute these conversations' list rows, waits and ranks in one statement."""
    ids = sorted(set(conversation_ids))
    if not ids:
        return
    windows = reply_window.seconds_of({platform for (platform,) in fetch(_LOCK, [ids])})
    rows = fetch(_REFRESH, {"ids": ids, "platforms": list(windows), "seconds": list(windows.values())})
    due.keep(row[: due.WAIT_FIELDS] for row in rows)
    measured.keep(_answers(row) for row in rows)
    late.note_ended(late.Ended(row[0], row[1], *_before(row)) for row in rows if _has_ended(row))


def refresh_and_announce(conversation_ids: Collection[int]) -> None:
    """End a change of these conversations: recompute their list rows, and tell open pages after the commit."""
    refresh(conversation_ids)
    announce(conversation_ids)


def refresh_moods(conversation_ids: Collection[int]) -> None:
    """Recompute mood, language and rank of these conversations, which the caller has locked."""
    if ids := sorted(set(conversation_ids)):
        due.keep(fetch(_REFRESH_MOODS, {"ids": ids}))


def _has_ended(row: Sequence[Any]) -> bool:
    """Whether somebody waited before and does no longer: what `_REFRESH` returns of a row."""
    since, (was_since, was_due, _minutes, _status) = row[4], _before(row)
    return was_due is not None and (since is None or since > was_since)


def _answers(row: Sequence[Any]) -> measured.Answers:
    """Return the answers written in a conversation, which are to be measured."""
    (_pk, account, team, points, *_wait, version), (was_since, was_due, *_rest) = row[: due.WAIT_FIELDS], _before(row)
    return measured.Answers(account, team, points, version, was_since, was_due, *row[-_ANSWER_FIELDS:])


def _before(row: Sequence[Any]) -> Sequence[Any]:
    """Return a wait as it stood before: since when, until when, its target's minutes; and the status now."""
    return row[due.WAIT_FIELDS : -_ANSWER_FIELDS]
