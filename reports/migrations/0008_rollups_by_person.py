"""Figures summed up by day and person."""

from __future__ import annotations

from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The sums, and how far they go. Beat makes them; until then these figures are counted from the rows."""

    dependencies: ClassVar = [
        ("channels", "0003_targets_have_their_own_table"),
        ("inbox", "0045_index_mentions"),
        ("reports", "0007_goals_of_accounts_and_teams"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="rollupstate",
            name="people_horizon",
            field=models.BigIntegerField(null=True),
        ),
        migrations.CreateModel(
            name="PersonRollUp",
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
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                        include=("account", "team", "person", "kind", "bucket", "n"),
                        name="person_rollup_by_source",
                    ),
                    models.Index(fields=["day"], name="person_rollup_by_day"),
                    models.Index(
                        fields=["source", "day"],
                        name="person_rollup_large",
                        condition=models.Q(amounts__isnull=False),
                    ),
                ],
            },
        ),
    ]
