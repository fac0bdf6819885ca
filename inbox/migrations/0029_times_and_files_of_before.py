"""What 0020 and 0025 added is filled for what was there before, in batches: nobody waits while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.db import migrations, transaction

BATCH = 5_000  # ids looked at in one transaction

_DATE_WORDS = """
UPDATE inbox_message m SET worded_at = m.edited_at
FROM (
    SELECT id FROM inbox_message
    WHERE id BETWEEN %s AND %s AND edited_at IS NOT NULL AND worded_at IS NULL
        AND greatest(edited_at, received_at) < %s
    ORDER BY id FOR NO KEY UPDATE
) before
WHERE m.id = before.id
"""

_WITHOUT_FILES = """
SELECT c.id FROM inbox_conversation c
WHERE c.id BETWEEN %s AND %s AND c.file_kind = '' AND (c.has_attachment OR EXISTS (
    SELECT FROM inbox_message m WHERE m.conversation_id = c.id AND m.kind IN ('unsupported', 'story_mention')))
ORDER BY c.id FOR NO KEY UPDATE
"""

# The newest message with words or files, as inbox/triage/summary.py finds it.
_FILL_FILES = r"""
UPDATE inbox_conversation c SET excerpt = newest.excerpt, file_kind = newest.kind, file_count = newest.files
FROM unnest(%s::bigint[]) AS before(id) CROSS JOIN LATERAL (
    SELECT left(btrim(regexp_replace(left(said.words, 2000), '\s+', ' ', 'g')), 280) AS excerpt,
        coalesce(attached.kind, CASE WHEN m.kind IN ('unsupported', 'story_mention') THEN m.kind END, '') AS kind,
        coalesce(attached.n, 0) AS files
    FROM inbox_message m
        CROSS JOIN LATERAL (
            SELECT coalesce(nullif(m.text, ''), m.shown->0->>'title', m.shown->0->>'reference', '') AS words
        ) said
        LEFT JOIN LATERAL (
            SELECT CASE WHEN count(DISTINCT f.kind) = 1 THEN min(f.kind) ELSE 'mixed' END AS kind, count(*) AS n
            FROM inbox_attachment f WHERE f.message_id = m.id HAVING count(*) > 0
        ) attached ON true
    WHERE m.conversation_id = before.id AND m.direction IN ('inbound', 'outbound') AND m.state <> 'cancelled'
        AND NOT m.automatic AND m.removed_at IS NULL
        AND (said.words <> '' OR attached.n IS NOT NULL OR m.kind IN ('unsupported', 'story_mention'))
    ORDER BY m.sent_at DESC, m.direction DESC, m.external_id DESC, m.id DESC LIMIT 1
) newest
WHERE c.id = before.id AND newest.kind <> ''
"""


def date_words(apps: Any, editor: Any) -> None:
    """Date words that were edited before 0020 by their edit.

    A later edit may have no such time on purpose: it came without its words, and they may still follow.
    """
    with editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT applied FROM django_migrations WHERE (app, name) = ('inbox', '0020_shown_and_worded_at')"
        )
        applied = cursor.fetchone()
        for first, last in _batches(cursor, "inbox_message") if applied else ():
            cursor.execute(_DATE_WORDS, [first, last, *applied])


def fill_files(apps: Any, editor: Any) -> None:
    """Say on a conversation's row which files its newest message has, with that message's words."""
    with editor.connection.cursor() as cursor:
        for first, last in _batches(cursor, "inbox_conversation"):
            with transaction.atomic(using=editor.connection.alias):
                # Locked first: what is computed then is not older than what others wrote.
                cursor.execute(_WITHOUT_FILES, [first, last])
                cursor.execute(_FILL_FILES, [[pk for (pk,) in cursor.fetchall()]])


def forget_acts(apps: Any, editor: Any) -> None:
    """Forget what could be undone: it was kept in another way, with the words of handover notes."""
    apps.get_model("inbox", "UndoableAct").objects.using(editor.connection.alias).all().delete()


def _batches(cursor: Any, table: str) -> Iterator[tuple[int, int]]:
    cursor.execute(f"SELECT coalesce(min(id), 1), coalesce(max(id), 0) FROM {table}")  # noqa: S608  our own names
    lowest, highest = cursor.fetchone()
    for first in range(lowest, highest + 1, BATCH):
        yield first, first + BATCH - 1


class Migration(migrations.Migration):
    """Each batch is a transaction of its own. Started anew, it goes on with what is not filled yet."""

    atomic = False
    dependencies: ClassVar = [("inbox", "0028_search_in_one_normal_form")]

    operations: ClassVar = [
        migrations.RunPython(date_words, migrations.RunPython.noop),
        migrations.RunPython(fill_files, migrations.RunPython.noop),
        migrations.RunPython(forget_acts, migrations.RunPython.noop),
    ]
