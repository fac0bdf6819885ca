"""What a customer saw when they wrote, and when the words we hold were written."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns, and no rows rewritten while the table is locked: 0029 dates what was edited before."""

    dependencies: ClassVar = [("inbox", "0019_hiding_waits_on_the_row")]

    operations: ClassVar = [
        migrations.AddField("message", "shown", models.JSONField(blank=True, default=list)),
        migrations.AddField("message", "worded_at", models.DateTimeField(blank=True, null=True)),
    ]
