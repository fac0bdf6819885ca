"""How each answer stood against its target."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

# Of answers from before, the clock is known where every target's runs day and night; what was promised is not.
_FROM_BEFORE = """
UPDATE inbox_response SET counted_seconds = seconds
WHERE NOT EXISTS (SELECT FROM inbox_responsetarget WHERE in_opening_hours);
"""


class Migration(migrations.Migration):
    """Columns, what is known of before, and an index that figures are read from."""

    dependencies: ClassVar = [("inbox", "0007_response_targets")]

    operations: ClassVar = [
        migrations.AddField("response", "counted_seconds", models.PositiveIntegerField(blank=True, null=True)),
        migrations.AddField("response", "due_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunSQL(_FROM_BEFORE, migrations.RunSQL.noop),
        migrations.RemoveIndex("response", "response_by_time"),
        migrations.AddIndex(
            "response",
            models.Index(
                fields=["answered_at"],
                include=("conversation", "agent", "seconds", "counted_seconds", "due_at"),
                name="response_by_time",
            ),
        ),
    ]
