"""Every table of the inbox, with the functions its columns stand on and the triggers that keep them."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.serializers.json
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from inbox.migrations import _first_watched_words
from inbox.migrations._search_functions import FUNCTIONS
from inbox.migrations._triggers import TRIGGERS


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("channels", "0001_initial"),
    ]

    operations = [
        *[migrations.RunSQL(made, f"DROP FUNCTION {name}") for made, name in FUNCTIONS],
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(blank=True, max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("customer", "Customer"),
                            ("press", "Press"),
                            ("opinion", "Opinion maker"),
                            ("critic", "Critic"),
                            ("colleague", "Colleague"),
                        ],
                        default="customer",
                        max_length=10,
                    ),
                ),
                (
                    "address",
                    models.CharField(blank=True, choices=[("je", "je (informal)"), ("u", "u (formal)")], max_length=2),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Guideline",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=80, verbose_name="title")),
                ("platform", models.CharField(blank=True, max_length=20, verbose_name="channel")),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["title", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "direction",
                    models.CharField(
                        choices=[
                            ("inbound", "From the customer"),
                            ("outbound", "From us"),
                            ("note", "Note"),
                            ("context", "Context"),
                        ],
                        max_length=10,
                    ),
                ),
                ("kind", models.CharField(blank=True, max_length=20)),
                ("visibility", models.CharField(blank=True, max_length=8)),
                ("external_id", models.CharField(blank=True, max_length=255, null=True)),
                ("first_external_id", models.CharField(blank=True, max_length=255)),
                (
                    "earlier_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=255), blank=True, default=list, size=None
                    ),
                ),
                ("thread_id", models.CharField(blank=True, max_length=255)),
                ("parent_external_id", models.CharField(blank=True, max_length=255)),
                ("parent_missing", models.BooleanField(default=False)),
                ("context_state", models.CharField(blank=True, max_length=8)),
                ("text", models.TextField(blank=True)),
                ("shown", models.JSONField(blank=True, default=list)),
                ("permalink", models.URLField(blank=True, max_length=1000)),
                (
                    "raw",
                    models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
                ),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("edited_at", models.DateTimeField(blank=True, null=True)),
                ("worded_at", models.DateTimeField(blank=True, null=True)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("hidden_at", models.DateTimeField(blank=True, null=True)),
                ("shown_at", models.DateTimeField(blank=True, null=True)),
                ("our_emoji", models.CharField(blank=True, max_length=40)),
                ("our_emoji_at", models.DateTimeField(blank=True, null=True)),
                ("liked_at", models.DateTimeField(blank=True, null=True)),
                ("opens_window", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("queued", "Waiting to be sent"),
                            ("sending", "Being sent"),
                            ("sent", "Sent"),
                            ("retry", "Will be tried again"),
                            ("unknown", "Not certain whether it was sent"),
                            ("held", "Held: something came in between"),
                            ("failed", "Not sent"),
                            ("cancelled", "Taken back"),
                            ("approval", "Waiting for approval"),
                        ],
                        max_length=10,
                    ),
                ),
                ("route", models.CharField(blank=True, max_length=20)),
                ("template", models.JSONField(blank=True, null=True)),
                ("send_after", models.DateTimeField(blank=True, null=True)),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("retry_at", models.DateTimeField(blank=True, null=True)),
                ("lookups", models.PositiveSmallIntegerField(default=0)),
                ("error", models.TextField(blank=True)),
                ("error_code", models.CharField(blank=True, max_length=40)),
                ("error_reason", models.CharField(blank=True, max_length=30)),
                ("seen_message_id", models.BigIntegerField(blank=True, null=True)),
                ("closes_after", models.BooleanField(default=False)),
                ("automatic", models.BooleanField(default=False)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("mood", models.CharField(blank=True, max_length=10)),
                ("language", models.CharField(blank=True, max_length=5)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "words",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func("text", function="inbox_words"),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="channels.account"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined")),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mail address")),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "role",
                    models.CharField(
                        choices=[("agent", "Agent"), ("lead", "Team lead"), ("admin", "Admin")],
                        default="agent",
                        max_length=10,
                    ),
                ),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                ("own_initials", models.CharField(blank=True, max_length=4)),
                (
                    "language",
                    models.CharField(choices=[("nl", "Dutch"), ("en", "English")], default="nl", max_length=5),
                ),
                (
                    "density",
                    models.CharField(
                        choices=[("comfortable", "Comfortable"), ("compact", "Compact")],
                        default="comfortable",
                        max_length=12,
                    ),
                ),
                (
                    "theme",
                    models.CharField(
                        choices=[("system", "As the computer"), ("light", "Light"), ("dark", "Dark")],
                        default="system",
                        max_length=8,
                    ),
                ),
                ("undo_seconds", models.PositiveSmallIntegerField(default=5)),
                ("browser_alerts", models.BooleanField(default=False)),
                ("alert_sound", models.BooleanField(default=False)),
                (
                    "first_steps_from",
                    models.DateTimeField(blank=True, default=django.utils.timezone.now, editable=False, null=True),
                ),
                ("first_opened_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                ("sessions_ended", models.PositiveIntegerField(default=0, editable=False)),
                ("accounts", models.ManyToManyField(blank=True, related_name="people", to="channels.account")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ContactNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="inbox.contact"
                    ),
                ),
            ],
            options={
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="GuidelineVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="text")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "guideline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="inbox.guideline"
                    ),
                ),
                (
                    "read_by",
                    models.ManyToManyField(blank=True, related_name="read_guidelines", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("platform", models.CharField(max_length=20)),
                ("scope", models.CharField(blank=True, max_length=64)),
                ("external_id", models.CharField(max_length=160)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("handle", models.CharField(blank=True, max_length=120)),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("avatar_url", models.URLField(blank=True, max_length=1000)),
                ("followers", models.PositiveIntegerField(blank=True, null=True)),
                ("verified", models.BooleanField(blank=True, null=True)),
                ("location", models.CharField(blank=True, max_length=200)),
                ("first_seen_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField()),
                ("told_at", models.JSONField(blank=True, default=dict)),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="identities", to="inbox.contact"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FormerId",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("platform", models.CharField(max_length=20)),
                ("scope", models.CharField(blank=True, max_length=64)),
                ("external_id", models.CharField(max_length=160)),
                ("until", models.DateTimeField()),
                (
                    "identity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="former_ids", to="inbox.identity"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Conversation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("visibility", models.CharField(choices=[("public", "public"), ("private", "private")], max_length=8)),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("snoozed", "Snoozed"), ("closed", "Closed")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("excerpt", models.CharField(blank=True, max_length=280)),
                ("has_attachment", models.BooleanField(default=False)),
                ("file_kind", models.CharField(blank=True, max_length=20)),
                ("file_count", models.PositiveSmallIntegerField(default=0)),
                ("message_count", models.PositiveIntegerField(default=0)),
                ("waiting_since", models.DateTimeField(blank=True, null=True)),
                ("first_message_at", models.DateTimeField()),
                ("last_message_at", models.DateTimeField()),
                ("last_inbound_at", models.DateTimeField(blank=True, null=True)),
                ("last_direction", models.CharField(blank=True, max_length=10)),
                ("failed_count", models.PositiveIntegerField(default=0)),
                ("window_closes_at", models.DateTimeField(blank=True, null=True)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                ("snoozed_until", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "close_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("answered", "Answered"),
                            ("no_question", "No question"),
                            ("answered_elsewhere", "Already answered elsewhere"),
                            ("troll", "Troll"),
                            ("spam", "Spam"),
                            ("unsolvable", "Cannot be solved"),
                            ("liked", "Handled by a like"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "mood",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("angry", "angry"),
                            ("annoyed", "annoyed"),
                            ("neutral", "neutral"),
                            ("happy", "happy"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "tone",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("businesslike", "businesslike"),
                            ("informal", "informal"),
                            ("humour", "humour welcome"),
                        ],
                        max_length=12,
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=5)),
                ("priority", models.IntegerField(default=0)),
                ("is_complaint", models.BooleanField(default=False)),
                ("crossed_line_at", models.DateTimeField(blank=True, null=True)),
                ("handover_note", models.CharField(blank=True, max_length=500)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("version", models.BigIntegerField(default=0, editable=False)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="conversations", to="channels.account"
                    ),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="conversations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="conversations", to="inbox.contact"
                    ),
                ),
                (
                    "hides_for",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mood_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "identity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="conversations", to="inbox.identity"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=20)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="blocks", to="channels.account"
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
                    "identity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="blocks", to="inbox.identity"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IdentityMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("carried", models.JSONField(blank=True, default=dict)),
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
                    "from_contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="inbox.contact"
                    ),
                ),
                (
                    "identity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="moves", to="inbox.identity"
                    ),
                ),
                (
                    "to_contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="inbox.contact"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Label",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("is_complaint", models.BooleanField(default=False, verbose_name="marks a complaint")),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(django.db.models.functions.text.Lower("name"), name="one_label_per_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="ConversationLabel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("last_message_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="label_links", to="inbox.conversation"
                    ),
                ),
                (
                    "label",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="inbox.label"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="conversation",
            name="labels",
            field=models.ManyToManyField(
                related_name="conversations", through="inbox.ConversationLabel", to="inbox.label"
            ),
        ),
        migrations.CreateModel(
            name="CannedReply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=80, verbose_name="title")),
                (
                    "scope",
                    models.CharField(
                        choices=[("private", "Only me"), ("team", "My team"), ("all", "Everyone")],
                        default="all",
                        max_length=8,
                        verbose_name="who can use it",
                    ),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="review on")),
                ("picture", models.FileField(blank=True, upload_to="canned/", verbose_name="picture")),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "accounts",
                    models.ManyToManyField(
                        blank=True, related_name="canned_replies", to="channels.account", verbose_name="accounts"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="canned_replies",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "label",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="canned_replies",
                        to="inbox.label",
                        verbose_name="topic",
                    ),
                ),
            ],
            options={
                "ordering": ["title", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PendingEstimate",
            fields=[
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="inbox.message",
                    ),
                ),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("given_up", models.BooleanField(default=False)),
            ],
        ),
        migrations.AddField(
            model_name="message",
            name="approved_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="author",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="messages",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="conversation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="inbox.conversation",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="identity",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="inbox.identity",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="part_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="parts",
                to="inbox.message",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="reply_to",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="answers",
                to="inbox.message",
            ),
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verb", models.CharField(max_length=40)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "data",
                    models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
                ),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="channels.account",
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="inbox.conversation",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="inbox.message",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tab", models.CharField(max_length=20)),
                ("text", models.TextField()),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "canned",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="inbox.cannedreply",
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="inbox.conversation"
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="channels.account",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "reply_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="inbox.message",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CannedUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unchanged", models.BooleanField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "canned",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="uses", to="inbox.cannedreply"
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="canned_use", to="inbox.message"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AutomaticReply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("closed_since", models.DateTimeField()),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="automatic_replies",
                        to="inbox.conversation",
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="automatic_reply", to="inbox.message"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("kind", models.CharField(max_length=10)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Being fetched"),
                            ("stored", "Stored"),
                            ("failed", "Could not be fetched"),
                            ("refused", "Refused: too large or not an allowed type"),
                            ("none", "No file"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("source_url", models.TextField(blank=True)),
                ("external_id", models.CharField(blank=True, max_length=255)),
                ("file", models.FileField(blank=True, max_length=300, upload_to="attachments/%Y/%m/")),
                ("mime_type", models.CharField(blank=True, max_length=100)),
                ("filename", models.CharField(blank=True, max_length=200)),
                ("alt_text", models.TextField(blank=True)),
                ("text", models.TextField(blank=True)),
                ("size", models.PositiveBigIntegerField(blank=True, null=True)),
                ("width", models.PositiveIntegerField(blank=True, null=True)),
                ("height", models.PositiveIntegerField(blank=True, null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("retry_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.TextField(blank=True)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attachments", to="inbox.message"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("disruption", "Disruption"),
                            ("campaign", "Campaign"),
                            ("sensitive", "Sensitive news"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("text", models.CharField(max_length=500, verbose_name="text")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField(verbose_name="until")),
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
                    "read_by",
                    models.ManyToManyField(blank=True, related_name="read_notices", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("mention", "Named in a note"),
                            ("assigned", "Given a conversation"),
                            ("approval", "Asked to approve an answer"),
                            ("returned", "Got an answer back"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
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
                        related_name="notifications",
                        to="inbox.conversation",
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NotSamePerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="inbox.contact"
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="inbox.contact"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OpeningDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weekday", models.PositiveSmallIntegerField(blank=True, null=True, unique=True)),
                ("date", models.DateField(blank=True, null=True, unique=True)),
                ("name", models.CharField(blank=True, max_length=60)),
                (
                    "spans",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=django.contrib.postgres.fields.ArrayField(base_field=models.TimeField(), size=2),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
            ],
            options={
                "ordering": ["date", "weekday"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("date__isnull", False), ("weekday__isnull", True)),
                            models.Q(("date__isnull", True), ("weekday__range", (0, 6))),
                            _connector="OR",
                        ),
                        name="opening_day_is_a_weekday_or_a_date",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(blank=True, max_length=60, verbose_name="name")),
                (
                    "address",
                    models.CharField(
                        blank=True,
                        choices=[("je", "je (informal)"), ("u", "u (formal)")],
                        max_length=2,
                        verbose_name="address customers as",
                    ),
                ),
                (
                    "approves_pictures",
                    models.BooleanField(
                        default=False, verbose_name="public pictures and films need a second person's approval"
                    ),
                ),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="one_organisation")],
            },
        ),
        migrations.CreateModel(
            name="OtherId",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("platform", models.CharField(max_length=20)),
                ("scope", models.CharField(blank=True, max_length=64)),
                ("external_id", models.CharField(max_length=160)),
                (
                    "identity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="other_ids", to="inbox.identity"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reaction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("emoji", models.CharField(blank=True, max_length=40)),
                ("at", models.DateTimeField()),
                (
                    "identity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reactions", to="inbox.identity"
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reactions", to="inbox.message"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Response",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField()),
                ("seconds", models.PositiveIntegerField()),
                (
                    "agent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="responses",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "answer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="response", to="inbox.message"
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="responses", to="inbox.conversation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("yes", "Accommodating"),
                            ("partly", "Partly accommodating"),
                            ("no", "Not accommodating"),
                        ],
                        max_length=6,
                    ),
                ),
                ("remark", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reviews", to="inbox.message"
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("query", models.CharField(max_length=500)),
                ("is_shared", models.BooleanField(default=False, verbose_name="shared with everyone")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["position", "name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("handles_press", models.BooleanField(default=False, verbose_name="handles press")),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                ("members", models.ManyToManyField(blank=True, related_name="teams", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.AddField(
            model_name="guideline",
            name="team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="guidelines",
                to="inbox.team",
                verbose_name="team",
            ),
        ),
        migrations.AddField(
            model_name="conversation",
            name="team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="conversations",
                to="inbox.team",
            ),
        ),
        migrations.AddField(
            model_name="cannedreply",
            name="team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="canned_replies",
                to="inbox.team",
                verbose_name="team",
            ),
        ),
        migrations.CreateModel(
            name="UndoableAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("send", "send"),
                            ("close", "close"),
                            ("reopen", "reopen"),
                            ("snooze", "snooze"),
                            ("assign", "assign"),
                            ("team", "team"),
                            ("label", "label"),
                            ("unlabel", "unlabel"),
                            ("link", "link"),
                            ("unlink", "unlink"),
                        ],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("steps", models.JSONField(default=list, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("about", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("", ""), ("undone", "undone"), ("partly", "partly"), ("late", "late")],
                        max_length=8,
                    ),
                ),
                ("refusals", models.JSONField(default=list, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                (
                    "conversation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="inbox.conversation",
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="inbox.message",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="undoable_acts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WatchedWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cliche", "Cliché"),
                            ("defensive", "Defensive"),
                            ("sensitive", "Sensitive topic"),
                            ("correct", "Spelled correctly"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("phrase", models.CharField(max_length=200, verbose_name="phrase")),
                ("advice", models.CharField(blank=True, max_length=300, verbose_name="what to write or mind instead")),
            ],
            options={
                "ordering": ["kind", "phrase"],
                "constraints": [models.UniqueConstraint(fields=("kind", "phrase"), name="one_watched_word_each")],
            },
        ),
        migrations.CreateModel(
            name="CannedText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("platform", models.CharField(blank=True, max_length=20, verbose_name="channel")),
                ("language", models.CharField(blank=True, max_length=5, verbose_name="language")),
                ("text", models.TextField(verbose_name="text")),
                (
                    "canned",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="texts", to="inbox.cannedreply"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("canned", "platform", "language"), name="one_wording_each")
                ],
            },
        ),
        migrations.CreateModel(
            name="EarlyEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("external_id", models.CharField(max_length=255)),
                ("kind", models.CharField(max_length=20)),
                ("data", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="channels.account"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account", "external_id", "digest"), name="one_early_event_each")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="identity",
            index=models.Index(fields=["contact", "id"], name="identity_of_contact"),
        ),
        migrations.AddIndex(
            model_name="identity",
            index=models.Index(
                django.db.models.functions.text.Lower("handle"),
                condition=models.Q(("handle", ""), _negated=True),
                name="identity_handle",
            ),
        ),
        migrations.AddIndex(
            model_name="identity",
            index=models.Index(
                condition=models.Q(("phone", ""), _negated=True), fields=["phone"], name="identity_phone"
            ),
        ),
        migrations.AddIndex(
            model_name="identity",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    "name",
                    "handle",
                    "phone",
                    function="inbox_names",
                    output_field=django.contrib.postgres.search.SearchVectorField(),
                ),
                name="identity_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="identity",
            constraint=models.UniqueConstraint(
                fields=("platform", "scope", "external_id"), name="one_identity_per_platform_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="formerid",
            constraint=models.UniqueConstraint(
                fields=("platform", "scope", "external_id", "until"), name="one_former_id_each"
            ),
        ),
        migrations.AddConstraint(
            model_name="block",
            constraint=models.UniqueConstraint(fields=("account", "identity"), name="one_block_per_person"),
        ),
        migrations.AddIndex(
            model_name="identitymove",
            index=models.Index(fields=["to_contact", "-at"], name="moves_to_contact"),
        ),
        migrations.AddIndex(
            model_name="conversationlabel",
            index=models.Index(fields=["label", "-last_message_at"], name="conversations_by_label"),
        ),
        migrations.AddConstraint(
            model_name="conversationlabel",
            constraint=models.UniqueConstraint(fields=("conversation", "label"), name="one_link_per_label"),
        ),
        migrations.AddIndex(
            model_name="pendingestimate",
            index=models.Index(condition=models.Q(("given_up", False)), fields=["due_at"], name="estimate_due"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=django.contrib.postgres.indexes.GinIndex(fields=["words"], name="message_words"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("conversation__isnull", False)), fields=["-sent_at", "-id"], name="message_newest"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["conversation", "-sent_at", "-id"], name="message_thread"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("thread_id", ""), _negated=True),
                fields=["account", "thread_id"],
                name="message_by_thread",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("parent_external_id", ""), _negated=True),
                fields=["account", "parent_external_id"],
                name="message_by_parent",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("earlier_ids", []), _negated=True),
                fields=["earlier_ids"],
                name="message_earlier_ids",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state__in", ["queued", "sending", "retry", "unknown"])),
                fields=["state", "retry_at"],
                name="outbox",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state", "approval")), fields=["conversation"], name="message_approval"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("context_state", "wanted")), fields=["id"], name="message_context_wanted"
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(fields=("account", "external_id"), name="one_message_per_platform_id"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                condition=models.Q(("first_external_id", ""), _negated=True),
                fields=("account", "first_external_id"),
                name="one_message_per_first_version",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("direction", "note"), _negated=True),
                    models.Q(("external_id__isnull", True), ("route", ""), ("state", "")),
                    _connector="OR",
                ),
                name="note_can_never_be_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("direction", "context"), _negated=True), ("conversation__isnull", True), _connector="OR"
                ),
                name="context_belongs_to_a_thread",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("direction__in", ["inbound", "note"]), _negated=True),
                    ("conversation__isnull", False),
                    _connector="OR",
                ),
                name="message_has_a_conversation",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("direction", "outbound"), ("state", ""), _connector="OR"),
                name="only_answers_have_a_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approval"), _negated=True),
                    models.Q(("approved_by", None), ("external_id__isnull", True), ("visibility", "public")),
                    _connector="OR",
                ),
                name="only_unsent_public_answers_wait_for_approval",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("approved_by", models.F("author")), _negated=True),
                name="nobody_approves_their_own_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("automatic", False),
                    models.Q(("author", None), ("direction", "outbound"), ("visibility", "private")),
                    _connector="OR",
                ),
                name="automatic_is_private_and_nobodys",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["conversation", "id"], name="event_of_conversation"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("conversation", None)), fields=["-at"], name="event_of_no_conversation"
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(fields=("conversation", "user"), name="one_draft_per_person"),
        ),
        migrations.AddIndex(
            model_name="canneduse",
            index=models.Index(fields=["canned", "-at"], name="uses_of_canned_reply"),
        ),
        migrations.AddIndex(
            model_name="automaticreply",
            index=models.Index(fields=["made_at"], name="automatic_reply_by_time"),
        ),
        migrations.AddConstraint(
            model_name="automaticreply",
            constraint=models.UniqueConstraint(
                fields=("conversation", "closed_since"), name="one_automatic_message_per_closed_period"
            ),
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["retry_at"], name="attachment_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.UniqueConstraint(fields=("message", "position"), name="one_attachment_per_place"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["expires_at"], name="notice_until"),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("read_at", None)), fields=["user", "-at"], name="notification_unread"
            ),
        ),
        migrations.AddConstraint(
            model_name="notsameperson",
            constraint=models.UniqueConstraint(fields=("contact", "other"), name="one_refusal_per_pair"),
        ),
        migrations.AddConstraint(
            model_name="otherid",
            constraint=models.UniqueConstraint(
                fields=("platform", "scope", "external_id"), name="one_identity_per_other_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="reaction",
            constraint=models.UniqueConstraint(fields=("message", "identity"), name="one_reaction_per_person"),
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(fields=["answered_at"], name="response_by_time"),
        ),
        migrations.AddConstraint(
            model_name="response",
            constraint=models.CheckConstraint(
                condition=models.Q(("answered_at__gte", models.F("started_at"))), name="answer_comes_after_question"
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["-at", "-id"], name="reviews_newest"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(fields=("message", "reviewer"), name="one_review_per_answer_and_lead"),
        ),
        migrations.AddIndex(
            model_name="savedview",
            index=models.Index(fields=["owner"], name="views_of_person"),
        ),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower("name"), name="one_team_per_name"),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("status", "open")), fields=["waiting_since", "id"], name="conv_open_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("status", "open")), fields=["-last_message_at", "-id"], name="conv_open_newest"
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("assignee__isnull", False), ("status", "open")),
                fields=["assignee", "waiting_since", "id"],
                name="conv_mine",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("assignee__isnull", True), ("status", "open")),
                fields=["waiting_since", "id"],
                name="conv_unassigned",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("status", "open")),
                fields=["account", "waiting_since", "id"],
                name="conv_open_account",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("status", "closed")), fields=["-closed_at", "-id"], name="conv_closed"
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("status", "open")),
                fields=["-priority", "waiting_since", "id"],
                name="conv_open_priority",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("status", "open")), fields=["window_closes_at", "id"], name="conv_open_window"
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("status", "open"), ("team__isnull", False)),
                fields=["team", "waiting_since", "id"],
                name="conv_open_team",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(condition=models.Q(("failed_count__gt", 0)), fields=["id"], name="conv_failed"),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(condition=models.Q(("hides_for__isnull", False)), fields=["id"], name="conv_hides"),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("status", "snoozed")), fields=["snoozed_until"], name="conv_snoozed"
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("status", "closed"), _negated=True),
                fields=["account", "status", "assignee"],
                include=("waiting_since", "last_direction", "window_closes_at", "failed_count", "team", "id"),
                name="conv_counts",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("is_complaint", True), ("status", "closed")),
                fields=["-closed_at", "-id"],
                name="conv_complaints",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(fields=["contact", "-last_message_at"], name="conv_of_contact"),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                fields=["account", "identity", "visibility", "-last_message_at"], name="conv_of_identity"
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(fields=["version"], name="conv_version"),
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "closed"), _negated=True),
                fields=("account", "identity", "visibility"),
                name="one_not_closed_conversation_per_person_and_side",
            ),
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "closed"), _negated=True), ("closed_at__isnull", False), _connector="OR"
                ),
                name="closed_conversation_has_a_time",
            ),
        ),
        migrations.AddIndex(
            model_name="undoableact",
            index=models.Index(fields=["user", "-id"], name="undoable_of_user"),
        ),
        # Finer statistics: searches would be planned blindly.
        migrations.RunSQL("ALTER TABLE inbox_message ALTER COLUMN words SET STATISTICS 1000", migrations.RunSQL.noop),
        *[migrations.RunSQL(made, taken_back) for made, taken_back in TRIGGERS],
        migrations.RunPython(_first_watched_words.add, migrations.RunPython.noop),
    ]
