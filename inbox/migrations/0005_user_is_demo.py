"""Marks the demo's people, whose passwords are printed for all to read."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds User.is_demo."""

    dependencies = [("inbox", "0004_label_links_follow_conversation")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="is_demo",
            field=models.BooleanField(default=False, editable=False),
        ),
    ]
