"""Figures summed up by day."""

from __future__ import annotations

from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The sums, and up to when they go. Beat makes them."""

    dependencies: ClassVar = [
        ("channels", "0003_targets_have_their_own_table"),
        ("inbox", "0008_response_measured"),
        ("reports", "0001_promise"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="RollUpState",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ("last", models.DateField()),
                ("zone", models.CharField(max_length=60)),
                ("horizon", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="RollUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=12)),
                ("day", models.DateField()),
                ("kind", models.CharField(blank=True, max_length=20)),
                ("bucket", models.IntegerField()),
                ("n", models.PositiveIntegerField()),
                (
                    "amounts",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), null=True, size=None),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="channels.account",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="inbox.team",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["source", "day"],
                        include=("account", "team", "kind", "bucket", "n"),
                        name="rollup_by_source",
                    ),
                    models.Index(fields=["day"], name="rollup_by_day"),
                ],
            },
        ),
    ]
