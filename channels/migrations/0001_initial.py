"""Accounts, what was heard from their platforms, and how far reading it is."""

import datetime
import uuid

import django.contrib.postgres.fields
import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import channels.models.chat
import channels.models.deletion_request
from webcare.lib.at_once import AtOnce


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        AtOnce(
            migrations.CreateModel(
                name="Account",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("platform", models.CharField(max_length=20)),
                    ("external_id", models.CharField(max_length=64)),
                    ("name", models.CharField(max_length=120)),
                    ("keeps_name", models.BooleanField(db_default=False, default=False, editable=False)),
                    ("handle", models.CharField(blank=True, max_length=120)),
                    ("sealed_credentials", models.TextField(blank=True, editable=False)),
                    ("verify_token", models.CharField(blank=True, max_length=64)),
                    (
                        "mode",
                        models.CharField(
                            choices=[
                                ("listen", "Listen only"),
                                ("react", "Answer"),
                                ("engage", "Answer and start conversations"),
                                ("publish", "Answer, start conversations and publish posts"),
                            ],
                            default="react",
                            max_length=10,
                        ),
                    ),
                    (
                        "signature",
                        models.CharField(
                            choices=[
                                ("none", "No signature"),
                                ("initials", "Initials (^AB)"),
                                ("first_name", "First name"),
                                ("team", "Team name"),
                            ],
                            default="none",
                            max_length=12,
                        ),
                    ),
                    ("team_name", models.CharField(blank=True, max_length=60)),
                    (
                        "colour",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("", "None"),
                                ("red", "Red"),
                                ("orange", "Orange"),
                                ("green", "Green"),
                                ("blue", "Blue"),
                                ("purple", "Purple"),
                            ],
                            max_length=10,
                        ),
                    ),
                    ("ask_every", models.DurationField(default=datetime.timedelta)),
                    ("budget", models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True)),
                    ("history_until", models.DateTimeField(blank=True, null=True)),
                    ("conversation_gap", models.DurationField(default=datetime.timedelta(days=3))),
                    ("agents_may_block", models.BooleanField(default=False)),
                    ("automatic_on", models.BooleanField(default=False)),
                    (
                        "automatic_language",
                        models.CharField(choices=[("nl", "Dutch"), ("en", "English")], default="nl", max_length=2),
                    ),
                    ("automatic_nl", models.TextField(blank=True)),
                    ("automatic_en", models.TextField(blank=True)),
                    ("last_success_at", models.DateTimeField(blank=True, null=True)),
                    ("last_message_at", models.DateTimeField(blank=True, null=True)),
                    ("last_delivery_at", models.DateTimeField(blank=True, null=True)),
                    ("needs_reauth_at", models.DateTimeField(blank=True, null=True)),
                    ("rate_limited_until", models.DateTimeField(blank=True, null=True)),
                    ("failing_since", models.DateTimeField(blank=True, null=True)),
                    ("failures", models.PositiveIntegerField(default=0)),
                    ("last_error", models.TextField(blank=True)),
                    ("last_error_reason", models.CharField(blank=True, max_length=30)),
                    ("warning", models.TextField(blank=True)),
                    ("paused_at", models.DateTimeField(blank=True, null=True)),
                    ("news", models.JSONField(blank=True, default=dict)),
                    ("templates_at", models.DateTimeField(blank=True, null=True)),
                    ("removed_at", models.DateTimeField(blank=True, null=True)),
                    ("access_ends_at", models.DateTimeField(blank=True, null=True)),
                    ("renewal_claimed_at", models.DateTimeField(blank=True, null=True)),
                    ("renewed_at", models.DateTimeField(blank=True, null=True)),
                    ("created_at", models.DateTimeField(auto_now_add=True)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("platform", "external_id"), name="one_account_per_platform_id")
                    ],
                },
            ),
            migrations.CreateModel(
                name="ChatSite",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "origins",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=200), blank=True, default=list, size=None
                        ),
                    ),
                    ("colour", models.CharField(default="#0d6a64", max_length=7)),
                    ("greeting_nl", models.CharField(blank=True, max_length=300)),
                    ("greeting_en", models.CharField(blank=True, max_length=300)),
                    ("greet_after", models.PositiveSmallIntegerField(blank=True, null=True)),
                    ("greet_on", models.CharField(blank=True, max_length=200)),
                    ("sealed_secret", models.TextField(blank=True, editable=False)),
                    (
                        "account",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE, related_name="chat_site", to="channels.account"
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="ChatVisitor",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "external_id",
                        models.CharField(
                            default=channels.models.chat._visitor_id, editable=False, max_length=40, unique=True
                        ),
                    ),
                    ("user_id", models.CharField(blank=True, max_length=120)),
                    ("name", models.CharField(blank=True, max_length=120)),
                    ("email", models.CharField(blank=True, max_length=254)),
                    ("language", models.CharField(blank=True, max_length=2)),
                    ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                    (
                        "account",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="chat_visitors",
                            to="channels.account",
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["seen_at"], name="chat_visitor_seen")],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("user_id", ""), _negated=True),
                            fields=("account", "user_id"),
                            name="one_chat_visitor_per_user",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ChatKey",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("digest", models.CharField(max_length=64, unique=True)),
                    ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                    (
                        "visitor",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="keys", to="channels.chatvisitor"
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="ChatMessage",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("is_ours", models.BooleanField(default=False)),
                    ("client_id", models.UUIDField()),
                    ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("removed_at", models.DateTimeField(blank=True, null=True)),
                    ("text", models.TextField(blank=True)),
                    ("choice", models.CharField(blank=True, max_length=100)),
                    ("choices", models.JSONField(blank=True, default=list)),
                    ("file", models.FileField(blank=True, upload_to="chat/")),
                    ("filename", models.CharField(blank=True, max_length=255)),
                    ("mime_type", models.CharField(blank=True, max_length=100)),
                    ("size", models.PositiveIntegerField(default=0)),
                    ("told", models.JSONField(blank=True, default=dict)),
                    ("delivered_at", models.DateTimeField(blank=True, null=True)),
                    ("read_at", models.DateTimeField(blank=True, null=True)),
                    ("news", models.PositiveSmallIntegerField(default=1)),
                    ("known", models.PositiveSmallIntegerField(default=0)),
                    (
                        "account",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="chat_messages",
                            to="channels.account",
                        ),
                    ),
                    (
                        "visitor",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="messages",
                            to="channels.chatvisitor",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(
                            condition=models.Q(("known__lt", models.F("news"))),
                            fields=["account", "id"],
                            name="chat_message_news",
                        ),
                        models.Index(fields=["visitor", "changed_at"], name="chat_message_talk"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("visitor", "client_id"), name="one_chat_message_per_client_id")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Checkup",
                fields=[
                    (
                        "account",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="checkup",
                            serialize=False,
                            to="channels.account",
                        ),
                    ),
                    ("at", models.DateTimeField(blank=True, null=True)),
                    ("valid_until", models.DateTimeField(blank=True, null=True)),
                    (
                        "scopes",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=80), blank=True, null=True, size=None
                        ),
                    ),
                    (
                        "scopes_lacking",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=80), blank=True, default=list, size=None
                        ),
                    ),
                    (
                        "fields",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=80), blank=True, null=True, size=None
                        ),
                    ),
                    (
                        "fields_lacking",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=80), blank=True, default=list, size=None
                        ),
                    ),
                    ("used", models.FloatField(blank=True, null=True)),
                    ("reachable", models.BooleanField(blank=True, null=True)),
                    ("reached_in", models.PositiveIntegerField(blank=True, null=True)),
                    ("unreachable_why", models.CharField(blank=True, max_length=200)),
                    ("compared_at", models.DateTimeField(blank=True, null=True)),
                    ("compared", models.PositiveIntegerField(default=0)),
                    ("missed", models.PositiveIntegerField(default=0)),
                ],
            ),
            migrations.CreateModel(
                name="DeletionRequest",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "code",
                        models.CharField(
                            default=channels.models.deletion_request._confirmation_code,
                            editable=False,
                            max_length=32,
                            unique=True,
                        ),
                    ),
                    ("digest", models.CharField(max_length=64, unique=True)),
                    ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ],
            ),
            migrations.CreateModel(
                name="Delivery",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("product", models.CharField(max_length=20)),
                    ("body", models.BinaryField()),
                    ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                    (
                        "status",
                        models.CharField(
                            choices=[("waiting", "Waiting"), ("read", "Read"), ("failed", "Could not be read")],
                            default="waiting",
                            max_length=10,
                        ),
                    ),
                    ("attempts", models.PositiveIntegerField(default=0)),
                    ("retry_at", models.DateTimeField(blank=True, null=True)),
                    ("claimed_at", models.DateTimeField(blank=True, null=True)),
                    ("losses", models.PositiveSmallIntegerField(default=0)),
                    ("alone", models.BooleanField(default=False)),
                    (
                        "looks_up",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.BigIntegerField(), blank=True, default=list, size=None
                        ),
                    ),
                    ("read_at", models.DateTimeField(blank=True, null=True)),
                    ("error", models.TextField(blank=True)),
                ],
                options={
                    "indexes": [
                        models.Index(condition=models.Q(("status", "waiting")), fields=["id"], name="delivery_waiting"),
                        models.Index(
                            condition=models.Q(("status", "failed")), fields=["-received_at"], name="delivery_failed"
                        ),
                        models.Index(fields=["received_at"], name="delivery_received"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="UnreadItem",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("reason", models.CharField(max_length=200)),
                    ("body", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                    ("digest", models.CharField(max_length=64)),
                    ("seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("times", models.PositiveIntegerField(default=1)),
                    (
                        "account",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="unread_items",
                            to="channels.account",
                        ),
                    ),
                    (
                        "delivery",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="unread_items",
                            to="channels.delivery",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("account", "digest"), name="one_unread_item_per_body", nulls_distinct=False
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Withdrawal",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("external_id", models.CharField(max_length=500)),
                    ("since", models.DateTimeField()),
                    ("told_at", models.DateTimeField(default=django.utils.timezone.now)),
                    (
                        "account",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="withdrawals",
                            to="channels.account",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("account", "external_id"), name="one_withdrawal_per_message")
                    ],
                },
            ),
            migrations.CreateModel(
                name="MessageTemplate",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("name", models.CharField(max_length=512)),
                    ("language", models.CharField(max_length=20)),
                    (
                        "status",
                        models.CharField(
                            choices=[
                                ("approved", "Approved"),
                                ("pending", "Being reviewed"),
                                ("in_appeal", "Being reviewed again"),
                                ("rejected", "Rejected"),
                                ("paused", "Paused"),
                                ("disabled", "Switched off"),
                            ],
                            max_length=40,
                        ),
                    ),
                    (
                        "category",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("utility", "Service"),
                                ("marketing", "Marketing"),
                                ("authentication", "One-time code"),
                            ],
                            max_length=40,
                        ),
                    ),
                    ("header", models.TextField(blank=True)),
                    ("body", models.TextField()),
                    ("footer", models.TextField(blank=True)),
                    ("buttons", models.JSONField(blank=True, default=list)),
                    ("gaps", models.JSONField(blank=True, default=list)),
                    ("named", models.BooleanField(default=False)),
                    (
                        "unfit",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("media", "Wants a file on top"),
                                ("code", "For one-time codes"),
                                ("special", "Has parts that are filled in elsewhere"),
                            ],
                            max_length=10,
                        ),
                    ),
                    ("fetched_at", models.DateTimeField(default=django.utils.timezone.now)),
                    (
                        "account",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="templates", to="channels.account"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("account", "name", "language"), name="one_template_per_name_and_language"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="QuotaUse",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("project", models.CharField(max_length=64)),
                    ("day", models.DateField()),
                    ("units", models.PositiveIntegerField(default=0)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("project", "day"), name="one_use_per_project_and_day")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Reading",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("stream", models.CharField(blank=True, max_length=30)),
                    (
                        "deliveries",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.BigIntegerField(), blank=True, default=list, size=None
                        ),
                    ),
                    ("items", models.PositiveIntegerField()),
                    ("new", models.PositiveIntegerField(default=0)),
                    ("refused", models.PositiveIntegerField(default=0)),
                    ("is_known", models.BooleanField(default=False)),
                    ("took", models.PositiveIntegerField(default=0)),
                    (
                        "account",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="readings",
                            to="channels.account",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["account", "-at", "-id"], name="reading_of_account"),
                        models.Index(fields=["at"], name="reading_at"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PlatformApp",
                fields=[
                    ("kind", models.CharField(max_length=10, primary_key=True, serialize=False)),
                    ("sealed", models.TextField(editable=False)),
                    ("changed_at", models.DateTimeField(auto_now=True)),
                ],
            ),
            migrations.CreateModel(
                name="SignIn",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("way", models.CharField(max_length=10)),
                    ("browser", models.CharField(max_length=64)),
                    ("state", models.CharField(max_length=64, unique=True)),
                    ("sealed", models.TextField(blank=True, editable=False)),
                    ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("returned_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "account",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="channels.account",
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["started_at"], name="sign_in_started")],
                },
            ),
            migrations.CreateModel(
                name="Stream",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("name", models.CharField(max_length=30)),
                    ("query", models.CharField(blank=True, max_length=512)),
                    ("enabled", models.BooleanField(default=True)),
                    ("cursor", models.JSONField(blank=True, default=dict)),
                    ("next_poll_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("interval", models.DurationField(default=datetime.timedelta(seconds=20))),
                    ("locked_until", models.DateTimeField(blank=True, null=True)),
                    ("last_polled_at", models.DateTimeField(blank=True, null=True)),
                    ("last_item_at", models.DateTimeField(blank=True, null=True)),
                    ("failures", models.PositiveIntegerField(default=0)),
                    (
                        "account",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="streams", to="channels.account"
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(condition=models.Q(("enabled", True)), fields=["next_poll_at"], name="stream_due")
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("account", "name", "query"), name="one_stream_per_account_and_query"
                        )
                    ],
                },
            ),
        ),
    ]
