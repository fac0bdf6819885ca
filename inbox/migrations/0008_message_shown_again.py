"""When a hidden message was last shown again, so that an older report coming in late does not hide it."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column."""

    dependencies = [("inbox", "0007_index_events_of_accounts")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="shown_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
