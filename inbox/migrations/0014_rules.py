"""Rules, what sets them off, and what they did; a priority that a rule may raise."""

from __future__ import annotations

import uuid
from importlib import import_module
from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

_occasions = import_module("inbox.migrations._occasions")


class Migration(migrations.Migration):
    """Tables, and the triggers that note what sets rules off."""

    dependencies: ClassVar = [
        ("inbox", "0013_approval_links"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="conversation",
            name="urgency",
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("position", models.PositiveIntegerField(default=0)),
                ("is_on", models.BooleanField(default=False)),
                ("on_since", models.DateTimeField(blank=True, null=True)),
                ("paused_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("when", models.JSONField(default=list)),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), default=list, size=None
                    ),
                ),
                ("conditions", models.JSONField(default=dict)),
                ("actions", models.JSONField(default=list)),
                ("stops", models.BooleanField(default=False)),
                ("once", models.BooleanField(default=False)),
                ("per_hour", models.PositiveIntegerField(default=100)),
                (
                    "accounts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, null=True, size=None
                    ),
                ),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="RuleApplication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("occasion", models.CharField(max_length=80)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "did",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), default=list, size=None
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rule_applications",
                        to="inbox.conversation",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="applications",
                        to="inbox.rule",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RuleOccasion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), size=None),
                ),
                (
                    "chain",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("given_up", models.BooleanField(default=False)),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="inbox.conversation"
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="inbox.message",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="inbox.rule",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(("per_hour__gte", 1), ("per_hour__lte", 1000)), name="rule_has_a_limit"
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_on", False), ("on_since__isnull", False), _connector="OR"),
                name="rule_is_on_since",
            ),
        ),
        migrations.AddIndex(
            model_name="ruleapplication",
            index=models.Index(fields=["rule", "-at", "-id"], name="applications_of_rule"),
        ),
        migrations.AddConstraint(
            model_name="ruleapplication",
            constraint=models.UniqueConstraint(
                fields=("rule", "version", "conversation", "occasion"), name="one_application_per_occasion"
            ),
        ),
        migrations.AddIndex(
            model_name="ruleoccasion",
            index=models.Index(
                condition=models.Q(("done_at", None), ("given_up", False)), fields=["due_at"], name="occasion_due"
            ),
        ),
        migrations.AddIndex(
            model_name="ruleoccasion",
            index=models.Index(
                condition=models.Q(("message__isnull", False)), fields=["message"], name="occasion_of_message"
            ),
        ),
        migrations.AddIndex(
            model_name="ruleoccasion",
            index=models.Index(
                condition=models.Q(("done_at__isnull", False)), fields=["done_at"], name="occasion_done"
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleoccasion",
            constraint=models.UniqueConstraint(fields=("conversation", "name"), name="one_occasion_of_a_name"),
        ),
        migrations.RunSQL(_occasions.OCCASIONS, _occasions.OCCASIONS_BACK),
    ]
