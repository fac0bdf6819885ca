"""Indexes of what few closed conversations are, made beside everybody's work.

Whoever was killed in it begins again, and keeps what was finished.
"""

from django.db import migrations, models

from inbox.migrations._indexes import made

_ORDERED = "inbox_conversation ({}closed_at DESC, id DESC) WHERE status = 'closed'"
_OF_TEAM = models.Q(("status", "closed"), ("team__isnull", False))
_WAITING = models.Q(("status", "closed"), ("waiting_since__isnull", False))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0009_counted_from_indexes")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                *made("conv_closed_team", f"{_ORDERED.format('team_id, ')} AND team_id IS NOT NULL"),
                *made("conv_closed_waiting", f"{_ORDERED.format('')} AND waiting_since IS NOT NULL"),
            ],
            state_operations=[
                migrations.AddIndex(
                    model_name="conversation",
                    index=models.Index(
                        condition=_OF_TEAM, fields=["team", "-closed_at", "-id"], name="conv_closed_team"
                    ),
                ),
                migrations.AddIndex(
                    model_name="conversation",
                    index=models.Index(condition=_WAITING, fields=["-closed_at", "-id"], name="conv_closed_waiting"),
                ),
            ],
        ),
    ]
