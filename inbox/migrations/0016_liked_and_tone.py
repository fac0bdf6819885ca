"""How a conversation goes: it can be handled by a like, and has a tone."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """One more reason to close, and how one writes."""

    dependencies = [("inbox", "0015_index_open_by_window")]
    operations = [
        migrations.AlterField(
            model_name="conversation",
            name="close_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("answered", "Answered"),
                    ("no_question", "No question"),
                    ("answered_elsewhere", "Already answered elsewhere"),
                    ("troll", "Troll"),
                    ("spam", "Spam"),
                    ("unsolvable", "Cannot be solved"),
                    ("liked", "Handled by a like"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="conversation",
            name="tone",
            field=models.CharField(
                blank=True,
                choices=[
                    ("businesslike", "businesslike"),
                    ("informal", "informal"),
                    ("humour", "humour welcome"),
                ],
                default="",
                max_length=12,
            ),
            preserve_default=False,
        ),
    ]
