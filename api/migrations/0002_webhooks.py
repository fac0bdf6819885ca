"""Endpoints of others, and what each is told: noted by triggers."""

from __future__ import annotations

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from api.migrations._tellings import TELLINGS, TELLINGS_BACK


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0001_tokens"),
        ("inbox", "0039_reads"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Endpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("sealed_url", models.TextField(editable=False)),
                ("host", models.CharField(editable=False, max_length=255)),
                ("sealed_secret", models.TextField(editable=False)),
                ("sealed_old_secret", models.TextField(blank=True, editable=False)),
                ("old_until", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("conversation.created", "a conversation begins"),
                                ("conversation.updated", "a conversation changes"),
                                ("conversation.assigned", "somebody gets a conversation, or gives it back"),
                                ("conversation.closed", "a conversation is closed"),
                                ("conversation.breached", "a customer waits longer than the target"),
                                ("message.received", "a customer writes"),
                                ("message.sent", "an answer was sent"),
                                ("message.failed", "an answer could not be sent"),
                                ("note.created", "a colleague writes a note"),
                            ],
                            max_length=30,
                        ),
                        size=None,
                    ),
                ),
                (
                    "accounts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, null=True, size=None
                    ),
                ),
                ("with_words", models.BooleanField(default=False)),
                ("is_on", models.BooleanField(default=True)),
                ("failing_since", models.DateTimeField(blank=True, editable=False, null=True)),
                ("gave_up_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Telling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(max_length=30)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "on its way"), ("done", "told"), ("failed", "given up")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("tried_at", models.DateTimeField(blank=True, null=True)),
                ("status", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=30)),
                (
                    "conversation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="inbox.conversation",
                    ),
                ),
                (
                    "endpoint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tellings",
                        to="api.endpoint",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="inbox.message",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "waiting")), fields=["due_at"], name="telling_due"),
                    models.Index(fields=["endpoint", "-at", "-id"], name="telling_of_endpoint"),
                    models.Index(condition=models.Q(("state", "failed")), fields=["endpoint"], name="telling_failed"),
                    models.Index(fields=["at"], name="telling_at"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "conversation.updated"), ("state", "waiting"), ("tries", 0)),
                        fields=("endpoint", "conversation"),
                        name="one_telling_of_changes",
                    )
                ],
            },
        ),
        migrations.RunSQL(TELLINGS, TELLINGS_BACK),
    ]
