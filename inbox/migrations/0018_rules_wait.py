"""Rules that look when somebody waited for so long, or at a time of day."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """When a wait began, and how far a stroke of the clock was seen to."""

    dependencies: ClassVar = [("inbox", "0017_reach")]

    operations: ClassVar = [
        migrations.AddField(model_name="ruleoccasion", name="since", field=models.DateTimeField(blank=True, null=True)),
        migrations.CreateModel(
            name="RuleStroke",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("after", models.BigIntegerField(default=0)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "rule",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="inbox.rule"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("rule", "at"), name="one_stroke_at_a_moment")],
                "indexes": [
                    models.Index(condition=models.Q(("done_at", None)), fields=["at"], name="stroke_undone"),
                ],
            },
        ),
    ]
