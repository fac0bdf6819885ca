"""Tokens of other programs, and the endpoints that are told what happens."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from api.migrations._tellings import TELLINGS, TELLINGS_BACK
from webcare.lib.at_once import AtOnce


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("channels", "0002_initial"),
        ("inbox", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AtOnce(
            migrations.CreateModel(
                name="Token",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("name", models.CharField(max_length=60, verbose_name="name")),
                    ("prefix", models.CharField(editable=False, max_length=12, unique=True)),
                    ("digest", models.CharField(editable=False, max_length=64)),
                    (
                        "scopes",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(
                                choices=[
                                    ("read", "read conversations, canned replies and accounts"),
                                    ("note", "write notes"),
                                    ("reply", "answer customers"),
                                    ("assign", "assign, close, snooze and reopen"),
                                    ("label", "put labels on and take them off"),
                                    ("contacts", "read what is known of customers"),
                                    ("figures", "read the figures"),
                                ],
                                max_length=10,
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
                    ("expires_at", models.DateTimeField()),
                    ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("last_used_at", models.DateTimeField(blank=True, null=True)),
                    ("last_used_from", models.GenericIPAddressField(blank=True, null=True)),
                    ("revoked_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "made_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "person",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="api_tokens",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "ordering": ["-made_at", "-pk"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("scopes", []), _negated=True), name="token_is_for_something"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="IdempotentCall",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("key", models.CharField(max_length=255)),
                    ("digest", models.CharField(max_length=64)),
                    ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("status", models.PositiveSmallIntegerField(null=True)),
                    ("answer", models.JSONField(null=True)),
                    (
                        "token",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="api.token",
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["at"], name="call_at")],
                    "constraints": [models.UniqueConstraint(fields=("token", "key"), name="one_call_of_a_key")],
                },
            ),
            migrations.CreateModel(
                name="Endpoint",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                        models.Index(
                            condition=models.Q(("state", "failed")), fields=["endpoint"], name="telling_failed"
                        ),
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
        ),
        migrations.RunSQL(TELLINGS, TELLINGS_BACK),
    ]
