"""Counts of the queues, kept by triggers as signed changes (docs/decisions/0009-counts-kept-as-changes.md).

`count_insert`, `count_update` and `count_delete` on conversations, `count_labels` on their labels. They know the team
too: who may not look into a team counts without it. The view `inbox_truecount` holds the truth.
"""

from __future__ import annotations

_COUNTED_AS = """
-- What one conversation counts for. The only place that says so.
CREATE FUNCTION inbox_counted_as(
    status text, assignee_id bigint, team_id bigint, waiting_since timestamptz, last_direction text,
    window_closes_at timestamptz, due_at timestamptz, failed_count integer
) RETURNS TABLE (kind text, of_id bigint) LANGUAGE sql STABLE AS $$
    SELECT counted.kind, counted.of_id FROM (VALUES
        ('open', 0::bigint, status = 'open'),
        ('snoozed', 0, status = 'snoozed'),
        ('holder', coalesce(assignee_id, 0), status = 'open'),
        ('team', team_id, status = 'open' AND team_id IS NOT NULL),
        ('answered', 0, status = 'open' AND waiting_since IS NULL AND last_direction = 'outbound'),
        ('window', floor(extract(epoch FROM window_closes_at) / 3600)::bigint,
            status = 'open' AND waiting_since IS NOT NULL AND window_closes_at IS NOT NULL),
        ('due', floor(extract(epoch FROM due_at) / 3600)::bigint, status = 'open' AND due_at IS NOT NULL),
        ('failed', 0, failed_count > 0)
    ) counted (kind, of_id, counts)
    WHERE counted.counts
$$;
"""

_KINDS_OF_C = """inbox_counted_as(c.status, c.assignee_id, c.team_id, c.waiting_since, c.last_direction,
    c.window_closes_at, c.due_at, c.failed_count) k"""


def _counting(event: str, signed: str, referencing: str) -> str:
    """Return a trigger that appends what the rows of one statement change. Linear in them, whatever its plan is."""
    return f"""
CREATE FUNCTION inbox_count_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inbox_queuecount (account_id, team_id, kind, of_id, n)
    WITH signed AS ({signed}), counted AS (
        SELECT c.account_id, coalesce(c.team_id, 0) AS team_id, k.kind, k.of_id, c.sign FROM signed c CROSS JOIN LATERAL {_KINDS_OF_C}
        UNION ALL
        SELECT c.account_id, coalesce(c.team_id, 0) AS team_id, 'label', l.label_id, c.sign
        FROM (
            SELECT id, account_id, team_id, sum(sign) AS sign FROM signed WHERE status = 'open'
            GROUP BY 1, 2, 3 HAVING sum(sign) <> 0
        ) c JOIN inbox_conversationlabel l ON l.conversation_id = c.id
    )
    SELECT account_id, team_id, kind, of_id, sum(sign) FROM counted GROUP BY 1, 2, 3, 4 HAVING sum(sign) <> 0;
    RETURN NULL;
END $$;
CREATE TRIGGER count_{event} AFTER {event} ON inbox_conversation REFERENCING {referencing}
    FOR EACH STATEMENT EXECUTE FUNCTION inbox_count_{event}();
"""  # noqa: S608  our own words


_NEW, _OLD = "SELECT 1 AS sign, n.* FROM new_rows n", "SELECT -1 AS sign, o.* FROM old_rows o"
_CONVERSATIONS = (
    _counting("insert", _NEW, "NEW TABLE AS new_rows")
    + _counting("update", f"{_NEW} UNION ALL {_OLD}", "OLD TABLE AS old_rows NEW TABLE AS new_rows")
    + _counting("delete", _OLD, "OLD TABLE AS old_rows")
)

_LABELS = """
CREATE FUNCTION inbox_count_label(link inbox_conversationlabel, sign integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- Who closes it at the same time waits here, or is waited for: one of both sees what the other did.
    PERFORM 1 FROM inbox_conversation WHERE id = link.conversation_id FOR NO KEY UPDATE;
    INSERT INTO inbox_queuecount (account_id, team_id, kind, of_id, n)
    SELECT c.account_id, coalesce(c.team_id, 0) AS team_id, 'label', link.label_id, sign FROM inbox_conversation c
    WHERE c.id = link.conversation_id AND c.status = 'open';
END $$;
CREATE FUNCTION inbox_count_labels() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM inbox_count_label(OLD, -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM inbox_count_label(NEW, 1);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER count_labels AFTER INSERT OR DELETE OR UPDATE OF conversation_id, label_id ON inbox_conversationlabel
    FOR EACH ROW EXECUTE FUNCTION inbox_count_labels();
"""

# Every conversation as it counts now, for checking (inbox/lists/queue_counts.py).
_TRUTH = f"""
CREATE VIEW inbox_truecount AS
SELECT account_id, team_id, kind, of_id, count(*) AS n
FROM (
    SELECT c.account_id, coalesce(c.team_id, 0) AS team_id, k.kind, k.of_id FROM inbox_conversation c CROSS JOIN LATERAL {_KINDS_OF_C}
    WHERE c.status <> 'closed' OR c.failed_count > 0
    UNION ALL
    SELECT c.account_id, coalesce(c.team_id, 0) AS team_id, 'label', l.label_id
    FROM inbox_conversation c JOIN inbox_conversationlabel l ON l.conversation_id = c.id WHERE c.status = 'open'
) counted
GROUP BY 1, 2, 3, 4;
"""  # noqa: S608  our own words

QUEUE_COUNTS = _COUNTED_AS + _CONVERSATIONS + _LABELS + _TRUTH
QUEUE_COUNTS_BACK = """
DROP VIEW inbox_truecount;
DROP TRIGGER count_insert ON inbox_conversation;
DROP TRIGGER count_update ON inbox_conversation;
DROP TRIGGER count_delete ON inbox_conversation;
DROP TRIGGER count_labels ON inbox_conversationlabel;
DROP FUNCTION inbox_count_insert(), inbox_count_update(), inbox_count_delete();
DROP FUNCTION inbox_count_labels(), inbox_count_label(inbox_conversationlabel, integer);
DROP FUNCTION inbox_counted_as(text, bigint, bigint, timestamptz, text, timestamptz, timestamptz, integer);
"""
