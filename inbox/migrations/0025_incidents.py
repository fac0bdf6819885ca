"""Disturbances that many write about, and their answers."""

from __future__ import annotations

import uuid
from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The incident is reference data: a change of one gives it a new version."""

    dependencies: ClassVar = [
        ("channels", "0003_targets_have_their_own_table"),
        ("inbox", "0024_spikes"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("text", models.TextField(max_length=1000, verbose_name="text for customers")),
                (
                    "account_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                ("words", models.CharField(blank=True, max_length=300, verbose_name="words")),
                ("since", models.DateTimeField()),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("holds_automatic", models.BooleanField(default=True)),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "text_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "label",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="inbox.label",
                    ),
                ),
                (
                    "notice",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="incident",
                        to="inbox.notice",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="notification",
            name="incident",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="inbox.incident",
            ),
        ),
        migrations.CreateModel(
            name="IncidentReply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("seen_message_id", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("handed", "In the outbox"),
                            ("skipped", "Skipped"),
                            ("stopped", "Stopped"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("answered", "Answered already"),
                            ("wrote", "Wrote again since"),
                            ("writing", "A colleague is writing an answer"),
                            ("closed", "Was closed or put aside"),
                            ("repeated", "This answer stands there already"),
                            ("language", "Writes in another language"),
                            ("address", "Wants to be addressed otherwise"),
                            ("unfinished", "The text is not complete here"),
                            ("uncertain", "May have arrived already"),
                            ("refused", "Cannot be answered now"),
                        ],
                        max_length=12,
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("handed_at", models.DateTimeField(blank=True, null=True)),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
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
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="incident_replies",
                        to="inbox.conversation",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="replies",
                        to="inbox.incident",
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="incident_reply",
                        to="inbox.message",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["-started_at", "-id"], name="incident_newest"),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(condition=models.Q(("ended_at", None)), fields=["id"], name="incident_running"),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(("account_ids", []), _negated=True), name="incident_concerns_an_account"
            ),
        ),
        migrations.AddIndex(
            model_name="incidentreply",
            index=models.Index(fields=["incident", "-id"], name="incident_reply_newest"),
        ),
        migrations.AddIndex(
            model_name="incidentreply",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["account", "id"], name="incident_reply_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="incidentreply",
            index=models.Index(
                condition=models.Q(("handed_at__isnull", False)),
                fields=["account", "-handed_at"],
                name="incident_reply_pace",
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentreply",
            constraint=models.UniqueConstraint(fields=("incident", "conversation"), name="one_answer_per_incident"),
        ),
        migrations.AddConstraint(
            model_name="incidentreply",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "waiting"), _negated=True),
                    models.Q(("message", None), ("stopped_at", None)),
                    _connector="OR",
                ),
                name="what_waits_was_not_sent",
            ),
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE ON inbox_incident
                FOR EACH STATEMENT EXECUTE FUNCTION inbox_reference_changed();
            """,
            "DROP TRIGGER reference_changed ON inbox_incident;",
        ),
    ]
