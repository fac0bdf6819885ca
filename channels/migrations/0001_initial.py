"""Accounts, what was heard from their platforms, and how far reading it is."""

import datetime
import uuid

import django.contrib.postgres.fields
import django.core.serializers.json
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("platform", models.CharField(max_length=20)),
                ("external_id", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=120)),
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
                ("response_target", models.DurationField(default=datetime.timedelta(seconds=3600))),
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
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
        ),
        migrations.CreateModel(
            name="MessageTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
            ],
        ),
        migrations.CreateModel(
            name="Stream",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
            ],
        ),
        migrations.CreateModel(
            name="UnreadItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200)),
                ("body", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("digest", models.CharField(max_length=64)),
                ("seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("times", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("external_id", models.CharField(max_length=500)),
                ("since", models.DateTimeField()),
                ("told_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
    ]
