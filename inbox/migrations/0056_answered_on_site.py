"""A case of a blog or a forum is closed as answered there."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

_REASONS = [
    ("answered", "Answered"),
    ("no_question", "No question"),
    ("answered_elsewhere", "Already answered elsewhere"),
    ("answered_on_site", "Answered on the site itself"),
    ("troll", "Troll"),
    ("spam", "Spam"),
    ("unsolvable", "Cannot be solved"),
    ("liked", "Handled by a like"),
]


class Migration(migrations.Migration):
    """The column stays as it is."""

    dependencies: ClassVar = [("inbox", "0055_monitoring"), ("inbox", "0057_planned_posts")]

    operations: ClassVar = [
        migrations.AlterField(
            "conversation", "close_reason", models.CharField(blank=True, choices=_REASONS, max_length=20)
        ),
    ]
