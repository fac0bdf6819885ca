"""Indexes by due time and by window that hold what is counted, made beside everybody's work.

Whoever was killed in it begins again.
"""

from django.db import migrations, models

_OPEN = models.Q(("status", "open"))
_DUE, _WINDOW = ["account", "team"], ["account", "team", "waiting_since"]


def _made(name: str, field: str, included: str, former: str) -> list[migrations.RunSQL]:
    columns = f"ON inbox_conversation ({field}, id)"
    return [
        # One that was not finished stands there, and is used by nobody.
        migrations.RunSQL(f"DROP INDEX CONCURRENTLY IF EXISTS {name}", migrations.RunSQL.noop),
        migrations.RunSQL(
            f"CREATE INDEX CONCURRENTLY {name} {columns} INCLUDE ({included}) WHERE status = 'open'",
            f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
        ),
        migrations.RunSQL(
            f"DROP INDEX CONCURRENTLY IF EXISTS {former}",
            f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {former} {columns} WHERE status = 'open'",
        ),
    ]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0008_identity_name_index")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                *_made("conv_by_due", "due_at", "account_id, team_id", "conv_open_due"),
                *_made("conv_by_window", "window_closes_at", "account_id, team_id, waiting_since", "conv_open_window"),
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
