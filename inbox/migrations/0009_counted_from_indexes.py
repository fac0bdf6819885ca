"""Indexes by due time and by window that hold what is counted, made beside everybody's work.

Whoever was killed in it begins again, and keeps what was finished. The former indexes go last.
"""

from typing import Any

from django.db import migrations, models

from inbox.migrations._indexes import drop_unfinished, made

_OPEN = models.Q(("status", "open"))
_DUE, _WINDOW = ["account", "team"], ["account", "team", "waiting_since"]


def _made(name: str, field: str, included: str) -> list[Any]:
    return made(name, f"inbox_conversation ({field}, id) INCLUDE ({included}) WHERE status = 'open'")


def _gone(name: str, field: str) -> list[Any]:
    # On the way back the second comes first.
    return [
        migrations.RunSQL(
            f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
            f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON inbox_conversation ({field}, id) WHERE status = 'open'",
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_unfinished(name)),
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
