"""Counts of the queues know the team too: who may not look into a team counts without it."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

_KINDS_OF_C = """inbox_counted_as(c.status, c.assignee_id, c.team_id, c.waiting_since, c.last_direction,
    c.window_closes_at, c.due_at, c.failed_count) k"""
_NEW, _OLD = "SELECT 1 AS sign, n.* FROM new_rows n", "SELECT -1 AS sign, o.* FROM old_rows o"
_BOTH = f"{_NEW} UNION ALL {_OLD}"
_GONE = """
DROP VIEW inbox_truecount;
DROP TRIGGER count_insert ON inbox_conversation;
DROP TRIGGER count_update ON inbox_conversation;
DROP TRIGGER count_delete ON inbox_conversation;
DROP FUNCTION inbox_count_insert(), inbox_count_update(), inbox_count_delete();
TRUNCATE inbox_queuecount;
"""


def _counting(event: str, signed: str, referencing: str, *, by_team: bool) -> str:
    """Return a trigger that appends what the rows of one statement change. Linear in them, whatever its plan is."""
    team, given, places = ("team_id, ", "coalesce(c.team_id, 0) AS team_id, ", 4) if by_team else ("", "", 3)
    numbers = ", ".join(str(place + 1) for place in range(places))
    return f"""
CREATE FUNCTION inbox_count_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inbox_queuecount (account_id, {team}kind, of_id, n)
    WITH signed AS ({signed}), counted AS (
        SELECT c.account_id, {given}k.kind, k.of_id, c.sign FROM signed c CROSS JOIN LATERAL {_KINDS_OF_C}
        UNION ALL
        SELECT c.account_id, {given}'label', l.label_id, c.sign
        FROM (
            SELECT id, account_id, team_id, sum(sign) AS sign FROM signed WHERE status = 'open'
            GROUP BY 1, 2, 3 HAVING sum(sign) <> 0
        ) c JOIN inbox_conversationlabel l ON l.conversation_id = c.id
    )
    SELECT account_id, {team}kind, of_id, sum(sign) FROM counted GROUP BY {numbers} HAVING sum(sign) <> 0;
    RETURN NULL;
END $$;
CREATE TRIGGER count_{event} AFTER {event} ON inbox_conversation REFERENCING {referencing}
    FOR EACH STATEMENT EXECUTE FUNCTION inbox_count_{event}();
"""  # noqa: S608  our own words


def _kept(*, by_team: bool) -> str:
    """Return how labels are counted, and every conversation as it counts now."""
    team, given, places = ("team_id, ", "coalesce(c.team_id, 0) AS team_id, ", 4) if by_team else ("", "", 3)
    columns = f"account_id, {team}kind, of_id"
    return f"""
CREATE OR REPLACE FUNCTION inbox_count_label(link inbox_conversationlabel, sign integer) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    -- Who closes it at the same time waits here, or is waited for: one of both sees what the other did.
    PERFORM 1 FROM inbox_conversation WHERE id = link.conversation_id FOR NO KEY UPDATE;
    INSERT INTO inbox_queuecount (account_id, {team}kind, of_id, n)
    SELECT c.account_id, {given}'label', link.label_id, sign FROM inbox_conversation c
    WHERE c.id = link.conversation_id AND c.status = 'open';
END $$;
CREATE VIEW inbox_truecount AS
SELECT {columns}, count(*) AS n
FROM (
    SELECT c.account_id, {given}k.kind, k.of_id FROM inbox_conversation c CROSS JOIN LATERAL {_KINDS_OF_C}
    WHERE c.status <> 'closed' OR c.failed_count > 0
    UNION ALL
    SELECT c.account_id, {given}'label', l.label_id
    FROM inbox_conversation c JOIN inbox_conversationlabel l ON l.conversation_id = c.id WHERE c.status = 'open'
) counted
GROUP BY {", ".join(str(place + 1) for place in range(places))};
INSERT INTO inbox_queuecount ({columns}, n) SELECT {columns}, n FROM inbox_truecount;
"""  # noqa: S608  our own words


def _counts(*, by_team: bool) -> str:
    """Return what replaces the counting: by team too, or as it was without."""
    return (
        _GONE
        + _counting("insert", _NEW, "NEW TABLE AS new_rows", by_team=by_team)
        + _counting("update", _BOTH, "OLD TABLE AS old_rows NEW TABLE AS new_rows", by_team=by_team)
        + _counting("delete", _OLD, "OLD TABLE AS old_rows", by_team=by_team)
        + _kept(by_team=by_team)
    )


class Migration(migrations.Migration):
    """A column, its place in the index, and triggers that write it."""

    dependencies: ClassVar = [("inbox", "0025_incidents")]

    operations: ClassVar = [
        migrations.AddField("queuecount", "team_id", models.BigIntegerField(default=0)),
        migrations.RemoveIndex("queuecount", "queue_counts"),
        migrations.AddIndex(
            "queuecount",
            models.Index(fields=["account", "kind", "of_id", "team_id"], include=("n",), name="queue_counts"),
        ),
        migrations.RunSQL(_counts(by_team=True), _counts(by_team=False)),
    ]
