"""How a conversation goes: it can be handled by a like."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """One more reason to close."""

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
    ]
