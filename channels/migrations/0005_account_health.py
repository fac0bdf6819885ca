"""What was found at each look at an account, and the ledger of what was read."""

from __future__ import annotations

from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """A checkup per account, and a line per reading."""

    dependencies: ClassVar = [
        ("channels", "0004_accounts_of_practice"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Checkup",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="checkup",
                        serialize=False,
                        to="channels.account",
                    ),
                ),
                ("at", models.DateTimeField(blank=True, null=True)),
                ("valid_until", models.DateTimeField(blank=True, null=True)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), blank=True, null=True, size=None
                    ),
                ),
                (
                    "scopes_lacking",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), blank=True, default=list, size=None
                    ),
                ),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), blank=True, null=True, size=None
                    ),
                ),
                (
                    "fields_lacking",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), blank=True, default=list, size=None
                    ),
                ),
                ("used", models.FloatField(blank=True, null=True)),
                ("reachable", models.BooleanField(blank=True, null=True)),
                ("reached_in", models.PositiveIntegerField(blank=True, null=True)),
                ("unreachable_why", models.CharField(blank=True, max_length=200)),
                ("compared_at", models.DateTimeField(blank=True, null=True)),
                ("compared", models.PositiveIntegerField(default=0)),
                ("missed", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("stream", models.CharField(blank=True, max_length=30)),
                (
                    "deliveries",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("items", models.PositiveIntegerField()),
                ("new", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("is_known", models.BooleanField(default=False)),
                ("took", models.PositiveIntegerField(default=0)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readings",
                        to="channels.account",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account", "-at", "-id"], name="reading_of_account"),
                    models.Index(fields=["at"], name="reading_at"),
                ],
            },
        ),
    ]
