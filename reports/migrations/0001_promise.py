"""The public promise, and what was measured for it."""

from __future__ import annotations

from typing import ClassVar

import django.core.validators
from django.db import migrations, models

# The page is kept in each process by the version of what hardly changes.
_FOLLOW = """
CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE ON reports_promisepage
    FOR EACH STATEMENT EXECUTE FUNCTION inbox_reference_changed();
"""


class Migration(migrations.Migration):
    """Two tables."""

    dependencies: ClassVar = [("inbox", "0008_response_measured")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="MeasuredChannel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("platform", models.CharField(max_length=20, unique=True)),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("n", models.PositiveIntegerField()),
                ("median_seconds", models.FloatField(null=True)),
                ("p90_seconds", models.FloatField(null=True)),
                ("within_target", models.FloatField(null=True)),
                ("measured_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PromisePage",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ("is_public", models.BooleanField(default=False)),
                (
                    "colour",
                    models.CharField(
                        default="#0d6a64",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-fA-F]{6}\\Z", "Choose a colour like #0d6a64."
                            )
                        ],
                    ),
                ),
                ("website", models.URLField(blank=True)),
                ("privacy", models.URLField(blank=True)),
                ("embedded_by", models.TextField(blank=True, max_length=1000)),
                ("headline_nl", models.CharField(blank=True, max_length=80)),
                ("headline_en", models.CharField(blank=True, max_length=80)),
                ("intro_nl", models.TextField(blank=True, max_length=500)),
                ("intro_en", models.TextField(blank=True, max_length=500)),
                ("rules_nl", models.TextField(blank=True, max_length=3000)),
                ("rules_en", models.TextField(blank=True, max_length=3000)),
                ("complaints_nl", models.TextField(blank=True, max_length=4000)),
                ("complaints_en", models.TextField(blank=True, max_length=4000)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="one_promise_page")],
            },
        ),
        migrations.RunSQL(_FOLLOW, "DROP TRIGGER reference_changed ON reports_promisepage;"),
    ]
