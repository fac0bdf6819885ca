"""Surprises for customers."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What somebody was sent, and what it cost."""

    dependencies: ClassVar = [("inbox", "0020_label_purpose")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Surprise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=120)),
                ("cents", models.PositiveIntegerField(blank=True, null=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="surprises",
                        to="inbox.conversation",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["at"], name="surprises_by_time")]},
        ),
    ]
