"""An index of those who wait, by due time, made beside everybody's work."""

from django.db import migrations, models

from inbox.migrations._indexes import made

_WAITING = models.Q(("status", "open"), ("waiting_since__isnull", False))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0010_closed_indexes")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=made(
                "conv_waiting_due",
                "inbox_conversation (due_at, id) WHERE status = 'open' AND waiting_since IS NOT NULL",
            ),
            state_operations=[
                migrations.AddIndex(
                    model_name="conversation",
                    index=models.Index(condition=_WAITING, fields=["due_at", "id"], name="conv_waiting_due"),
                ),
            ],
        ),
    ]
