"""Indexes by due time and by window that hold what is counted, made beside everybody's work.

Whoever was killed in it begins again, and keeps what was finished. The former indexes go last.
"""

from collections.abc import Callable
from typing import Any

from django.db import migrations, models

_OPEN = models.Q(("status", "open"))
_DUE, _WINDOW = ["account", "team"], ["account", "team", "waiting_since"]


def _drop_unfinished(name: str) -> Callable[..., None]:
    """Return what drops an index that was not finished: it stands there, and is used by nobody."""

    def drop(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001 - as Django calls it
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(%s) AND NOT indisvalid", [name])
            if cursor.fetchone():
                cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")

    return drop


def _made(name: str, field: str, included: str) -> list[Any]:
    return [
        migrations.RunPython(_drop_unfinished(name), migrations.RunPython.noop),
        migrations.RunSQL(
            f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON inbox_conversation ({field}, id)"
            f" INCLUDE ({included}) WHERE status = 'open'",
            f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
        ),
    ]


def _gone(name: str, field: str) -> list[Any]:
    # On the way back the second comes first.
    return [
        migrations.RunSQL(
            f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
            f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON inbox_conversation ({field}, id) WHERE status = 'open'",
        ),
        migrations.RunPython(migrations.RunPython.noop, _drop_unfinished(name)),
    ]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0008_identity_name_index")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                *_made("conv_by_due", "due_at", "account_id, team_id"),
                *_made("conv_by_window", "window_closes_at", "account_id, team_id, waiting_since"),
                *_gone("conv_open_due", "due_at"),
                *_gone("conv_open_window", "window_closes_at"),
            ],
            state_operations=[
                migrations.RemoveIndex(model_name="conversation", name="conv_open_due"),
                migrations.RemoveIndex(model_name="conversation", name="conv_open_window"),
                migrations.AddIndex(
                    model_name="conversation",
                    index=models.Index(condition=_OPEN, fields=["due_at", "id"], include=_DUE, name="conv_by_due"),
                ),
                migrations.AddIndex(
                    model_name="conversation",
                    index=models.Index(
                        condition=_OPEN, fields=["window_closes_at", "id"], include=_WINDOW, name="conv_by_window"
                    ),
                ),
            ],
        ),
    ]
