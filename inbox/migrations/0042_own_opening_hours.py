"""Opening hours of an account or a team: a schedule of its own, to which days belong."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

# Hours are a reason to compute due times anew, whosever they are.
_FOLLOW = """
CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE ON inbox_openingschedule
    FOR EACH STATEMENT EXECUTE FUNCTION inbox_reference_changed();
"""
_FOLLOW_BACK = "DROP TRIGGER reference_changed ON inbox_openingschedule;"


class Migration(migrations.Migration):
    """What there is belongs to the organisation."""

    dependencies: ClassVar = [
        ("channels", "0005_account_health"),
        ("inbox", "0039_reads"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="OpeningSchedule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("zone", models.CharField(blank=True, max_length=40, verbose_name="time zone")),
                (
                    "holidays",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("NL", "the Netherlands"),
                            ("BE", "Belgium"),
                            ("DE", "Germany"),
                            ("FR", "France"),
                            ("GB", "the United Kingdom"),
                        ],
                        max_length=2,
                        verbose_name="public holidays",
                    ),
                ),
                (
                    "account",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="opening_schedule",
                        to="channels.account",
                    ),
                ),
                (
                    "team",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="opening_schedule",
                        to="inbox.team",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="openingschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("account__isnull", True), ("team__isnull", False))
                | models.Q(("account__isnull", False), ("team__isnull", True)),
                name="opening_schedule_of_an_account_or_a_team",
            ),
        ),
        migrations.AddField(
            model_name="openingday",
            name="schedule",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="days",
                to="inbox.openingschedule",
            ),
        ),
        migrations.AlterField(
            model_name="openingday",
            name="date",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="openingday",
            name="weekday",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="openingday",
            constraint=models.UniqueConstraint(
                condition=models.Q(("weekday__isnull", False)),
                fields=("schedule", "weekday"),
                name="one_opening_day_per_weekday",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="openingday",
            constraint=models.UniqueConstraint(
                condition=models.Q(("date__isnull", False)),
                fields=("schedule", "date"),
                name="one_opening_day_per_date",
                nulls_distinct=False,
            ),
        ),
        migrations.RunSQL(_FOLLOW, _FOLLOW_BACK),
    ]
