"""Every list that can be sorted by its reply window reads that order from an index."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index for "window closing" and for the open lists sorted by window, in place of the first's own."""

    dependencies = [("inbox", "0014_first_steps")]
    operations = [
        migrations.RemoveIndex(model_name="conversation", name="conv_window"),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                fields=["window_closes_at", "id"], name="conv_open_window", condition=models.Q(status="open")
            ),
        ),
    ]
