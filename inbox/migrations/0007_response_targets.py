"""Response targets in a table of their own; due times in the row, counted by their hour; breaches."""

from __future__ import annotations

import uuid
from importlib import import_module
from typing import ClassVar

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

_counts = import_module("inbox.migrations.0002_queue_counts")

_DUE = """        ('due', floor(extract(epoch FROM due_at) / 3600)::bigint, status = 'open' AND due_at IS NOT NULL),
        ('failed'"""

_GONE = """
DELETE FROM inbox_queuecount WHERE kind = 'due';
DROP VIEW inbox_truecount;
DROP TRIGGER count_insert ON inbox_conversation;
DROP TRIGGER count_update ON inbox_conversation;
DROP TRIGGER count_delete ON inbox_conversation;
DROP FUNCTION inbox_count_insert(), inbox_count_update(), inbox_count_delete();
"""


def _counting(*, due: bool) -> str:
    """Return what replaces the counting: with due times, or as it was without."""
    made: str = _counts.COUNTED_AS + _counts.COUNT_CONVERSATIONS + _counts.TRUTH.partition("INSERT INTO")[0]
    gone = "timestamptz, text, timestamptz, integer" if due else "timestamptz, text, timestamptz, timestamptz, integer"
    if due:
        made = made.replace("failed_count integer", "due_at timestamptz, failed_count integer")
        made = made.replace("c.failed_count) k", "c.due_at, c.failed_count) k")
        made = made.replace("        ('failed'", _DUE)
    return _GONE + f"DROP FUNCTION inbox_counted_as(text, bigint, bigint, {gone});" + made


# A target is a reason to compute due times anew, and so are the opening hours.
_FOLLOW = """
CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION inbox_reference_changed();
"""
_TABLES = ("inbox_responsetarget", "inbox_openingday")
# Until now each account had one target, and its clock ran day and night. An hour is what holds without any.
_TARGETS = """
INSERT INTO inbox_responsetarget (code, minutes, account_id, in_opening_hours)
SELECT gen_random_uuid(), least(greatest(extract(epoch FROM response_target)::int / 60, 1), 20160), id, false
FROM channels_account WHERE removed_at IS NULL AND response_target <> interval '1 hour';
"""
_DUE_TIMES = """
UPDATE inbox_conversation c SET
    due_at = c.waiting_since + a.response_target,
    due_marks = ARRAY[c.waiting_since + a.response_target * 0.8, c.waiting_since + a.response_target * 2,
        c.waiting_since + a.response_target * 4],
    target_minutes = greatest(extract(epoch FROM a.response_target)::int / 60, 1)
FROM channels_account a WHERE a.id = c.account_id AND c.waiting_since IS NOT NULL AND c.status <> 'closed';
"""
# What was late before is no news now.
_BREACHES = """
INSERT INTO inbox_breach (conversation_id, since, at, minutes)
SELECT id, waiting_since, due_at, target_minutes FROM inbox_conversation WHERE due_at <= now() AND status <> 'closed';
"""


class Migration(migrations.Migration):
    """Tables, columns, and what stands in them from before."""

    dependencies: ClassVar = [
        ("channels", "0002_initial"),
        ("inbox", "0006_log_is_read"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Breach",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("minutes", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="ResponseTarget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "minutes",
                    models.PositiveIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(20160),
                        ],
                        verbose_name="minutes",
                    ),
                ),
                ("priority_from", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("in_opening_hours", models.BooleanField(default=False)),
            ],
        ),
        migrations.AddField(
            model_name="conversation",
            name="due_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="conversation",
            name="due_marks",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.DateTimeField(null=True), blank=True, null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="conversation",
            name="target_minutes",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="organisation",
            name="holidays",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="queuecount",
            name="kind",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("snoozed", "Snoozed"),
                    ("holder", "Holder"),
                    ("team", "Team"),
                    ("label", "Label"),
                    ("answered", "Answered"),
                    ("window", "Window"),
                    ("due", "Due"),
                    ("failed", "Failed"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(condition=models.Q(("status", "open")), fields=["due_at", "id"], name="conv_open_due"),
        ),
        migrations.AddField(
            model_name="breach",
            name="conversation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="breaches", to="inbox.conversation"
            ),
        ),
        migrations.AddField(
            model_name="responsetarget",
            name="account",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="targets",
                to="channels.account",
            ),
        ),
        migrations.AddField(
            model_name="responsetarget",
            name="team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="targets",
                to="inbox.team",
            ),
        ),
        migrations.AddIndex(
            model_name="breach",
            index=models.Index(fields=["at"], name="breach_by_time"),
        ),
        migrations.AddConstraint(
            model_name="breach",
            constraint=models.UniqueConstraint(fields=("conversation", "since"), name="one_breach_of_a_wait"),
        ),
        migrations.AddConstraint(
            model_name="breach",
            constraint=models.CheckConstraint(
                condition=models.Q(("at__gt", models.F("since"))), name="breach_comes_after_its_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="responsetarget",
            constraint=models.UniqueConstraint(
                fields=("account", "team", "priority_from"),
                name="one_target_for_the_same",
                nulls_distinct=False,
                violation_error_message="There is a target for the same conversations already. Change that one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="responsetarget",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__gte", 1), ("minutes__lte", 20160)), name="target_is_a_time_to_keep"
            ),
        ),
        *(
            migrations.RunSQL(_FOLLOW.format(table=table), f"DROP TRIGGER reference_changed ON {table};")
            for table in _TABLES
        ),
        migrations.RunSQL(_counting(due=True), _counting(due=False)),
        migrations.RunSQL(_TARGETS + _DUE_TIMES + _BREACHES, migrations.RunSQL.noop),
    ]
