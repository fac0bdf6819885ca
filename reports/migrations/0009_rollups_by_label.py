"""Figures summed up by day and label. Sums are not checked against other tables: what they are made of is."""

from __future__ import annotations

from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The sums of labels. Beat makes them anew; until then figures of persons and labels are counted from the rows."""

    dependencies: ClassVar = [
        ("channels", "0003_targets_have_their_own_table"),
        ("inbox", "0045_index_mentions"),
        ("reports", "0008_rollups_by_person"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="rollup",
            name="account",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="channels.account",
            ),
        ),
        migrations.AlterField(
            model_name="rollup",
            name="team",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="inbox.team",
            ),
        ),
        migrations.AlterField(
            model_name="personrollup",
            name="account",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="channels.account",
            ),
        ),
        migrations.AlterField(
            model_name="personrollup",
            name="team",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="inbox.team",
            ),
        ),
        migrations.AlterField(
            model_name="personrollup",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="LabelRollUp",
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
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="channels.account",
                    ),
                ),
                (
                    "label",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="inbox.label",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_constraint=False,
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
                        include=("account", "team", "label", "kind", "bucket", "n"),
                        name="label_rollup_by_source",
                    ),
                    models.Index(fields=["day"], name="label_rollup_by_day"),
                    models.Index(
                        fields=["source", "day"],
                        name="label_rollup_large",
                        condition=models.Q(amounts__isnull=False),
                    ),
                ],
            },
        ),
        migrations.RunSQL("UPDATE reports_rollupstate SET people_horizon = NULL", migrations.RunSQL.noop),
    ]
