"""The CRM's connection, what is written there, and which record a contact is."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from crm.migrations._links import LINKS, LINKS_BACK
from crm.migrations._writes import WRITES, WRITES_BACK
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
                name="Connection",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("brand", models.CharField(max_length=12)),
                    ("host", models.CharField(editable=False, max_length=255)),
                    ("sealed", models.TextField(blank=True, editable=False)),
                    (
                        "writes",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(
                                choices=[
                                    ("message.received", "each message of a customer"),
                                    ("message.sent", "each answer of ours"),
                                    ("conversation.closed", "that a conversation is closed"),
                                    ("lead", "a conversation with a label for leads, as a lead"),
                                ],
                                max_length=30,
                            ),
                            blank=True,
                            default=list,
                            size=None,
                        ),
                    ),
                    ("with_words", models.BooleanField(default=True)),
                    (
                        "accounts",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.BigIntegerField(), blank=True, null=True, size=None
                        ),
                    ),
                    (
                        "teams",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.BigIntegerField(), blank=True, null=True, size=None
                        ),
                    ),
                    ("is_on", models.BooleanField(default=True)),
                    ("failing_since", models.DateTimeField(blank=True, editable=False, null=True)),
                    ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("removed_at", models.DateTimeField(blank=True, null=True)),
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
                    "constraints": [
                        models.UniqueConstraint(
                            models.Value(1), condition=models.Q(("removed_at", None)), name="one_crm_connected"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Link",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("record_id", models.CharField(blank=True, default="", max_length=200)),
                    ("is_chosen", models.BooleanField(default=False)),
                    ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    (
                        "chosen_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "connection",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="links",
                            to="crm.connection",
                        ),
                    ),
                    (
                        "contact",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="inbox.contact",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("connection", "contact"), name="one_record_of_contact")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Write",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("message.received", "each message of a customer"),
                                ("message.sent", "each answer of ours"),
                                ("conversation.closed", "that a conversation is closed"),
                                ("lead", "a conversation with a label for leads, as a lead"),
                            ],
                            max_length=30,
                        ),
                    ),
                    ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    (
                        "state",
                        models.CharField(
                            choices=[("waiting", "on its way"), ("done", "written"), ("failed", "not written")],
                            default="waiting",
                            max_length=8,
                        ),
                    ),
                    ("tries", models.PositiveSmallIntegerField(default=0)),
                    ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("tried_at", models.DateTimeField(blank=True, null=True)),
                    ("reason", models.CharField(blank=True, default="", max_length=30)),
                    ("detail", models.CharField(blank=True, default="", max_length=300)),
                    ("record_id", models.CharField(blank=True, default="", max_length=200)),
                    ("record_url", models.CharField(blank=True, default="", max_length=1000)),
                    (
                        "connection",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="ledger",
                            to="crm.connection",
                        ),
                    ),
                    (
                        "conversation",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            to="inbox.conversation",
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
                        models.Index(
                            condition=models.Q(("state", "waiting")), fields=["due_at", "id"], name="write_due"
                        ),
                        models.Index(fields=["conversation", "id"], name="write_of_conversation"),
                        models.Index(fields=["connection", "-at", "-id"], name="write_of_connection"),
                        models.Index(
                            condition=models.Q(("state", "failed")),
                            fields=["connection", "-at", "-id"],
                            name="write_failed",
                        ),
                        models.Index(condition=models.Q(("state", "done")), fields=["at"], name="write_done_at"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("message__isnull", False)),
                            fields=("connection", "kind", "message"),
                            name="one_write_of_message",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("kind", "lead")),
                            fields=("connection", "conversation"),
                            name="one_lead_of_conversation",
                        ),
                    ],
                },
            ),
        ),
        migrations.RunSQL(LINKS, LINKS_BACK),
        migrations.RunSQL(WRITES, WRITES_BACK),
    ]
