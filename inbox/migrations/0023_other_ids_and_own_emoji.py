"""Further ids of a person, when each fact was told, and the emoji we put on a message in a platform's own app."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """One table and three columns."""

    dependencies: ClassVar = [("inbox", "0022_sessions_ended")]

    operations: ClassVar = [
        migrations.AddField("identity", "told_at", models.JSONField(blank=True, default=dict)),
        migrations.AddField(
            "message", "our_emoji", models.CharField(blank=True, max_length=40, default=""), preserve_default=False
        ),
        migrations.AddField("message", "our_emoji_at", models.DateTimeField(blank=True, null=True)),
        migrations.CreateModel(
            name="OtherId",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("platform", models.CharField(max_length=20)),
                ("scope", models.CharField(blank=True, max_length=64)),
                ("external_id", models.CharField(max_length=160)),
                (
                    "identity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="other_ids", to="inbox.identity"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["platform", "scope", "external_id"], name="one_identity_per_other_id"
                    )
                ]
            },
        ),
    ]
