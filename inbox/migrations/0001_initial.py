import uuid

import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("channels", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
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
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
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
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="identities", to="inbox.contact"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["contact", "id"], name="identity_of_contact")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("platform", "scope", "external_id"), name="one_identity_per_platform_id"
                    )
                ],
            },
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
                        ],
                        max_length=20,
                    ),
                ),
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
                    "identity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="conversations", to="inbox.identity"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "open")), fields=["waiting_since", "id"], name="conv_open_waiting"
                    ),
                    models.Index(
                        condition=models.Q(("status", "open")),
                        fields=["-last_message_at", "-id"],
                        name="conv_open_newest",
                    ),
                    models.Index(
                        condition=models.Q(("assignee__isnull", False), ("status", "open")),
                        fields=["assignee", "waiting_since", "id"],
                        name="conv_mine",
                    ),
                    models.Index(
                        condition=models.Q(("assignee__isnull", True), ("status", "open")),
                        fields=["waiting_since", "id"],
                        name="conv_unassigned",
                    ),
                    models.Index(
                        condition=models.Q(("status", "open")),
                        fields=["account", "waiting_since", "id"],
                        name="conv_open_account",
                    ),
                    models.Index(
                        condition=models.Q(("status", "closed")), fields=["-closed_at", "-id"], name="conv_closed"
                    ),
                    models.Index(
                        condition=models.Q(("status", "snoozed")), fields=["snoozed_until"], name="conv_snoozed"
                    ),
                    models.Index(fields=["contact", "-last_message_at"], name="conv_of_contact"),
                    models.Index(
                        fields=["account", "identity", "visibility", "-last_message_at"], name="conv_of_identity"
                    ),
                    models.Index(fields=["version"], name="conv_version"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "closed"), _negated=True),
                        fields=("account", "identity", "visibility"),
                        name="one_not_closed_conversation_per_person_and_side",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "closed"), _negated=True), ("closed_at__isnull", False), _connector="OR"
                        ),
                        name="closed_conversation_has_a_time",
                    ),
                ],
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
                ("thread_id", models.CharField(blank=True, max_length=255)),
                ("parent_external_id", models.CharField(blank=True, max_length=255)),
                ("parent_missing", models.BooleanField(default=False)),
                ("context_state", models.CharField(blank=True, max_length=8)),
                ("text", models.TextField(blank=True)),
                ("permalink", models.URLField(blank=True, max_length=1000)),
                (
                    "raw",
                    models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
                ),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("edited_at", models.DateTimeField(blank=True, null=True)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("hidden_at", models.DateTimeField(blank=True, null=True)),
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
                ("error", models.TextField(blank=True)),
                ("error_code", models.CharField(blank=True, max_length=40)),
                ("error_reason", models.CharField(blank=True, max_length=30)),
                ("seen_version", models.BigIntegerField(blank=True, null=True)),
                ("closes_after", models.BooleanField(default=False)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="channels.account"
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="messages",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="inbox.conversation",
                    ),
                ),
                (
                    "identity",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="inbox.identity",
                    ),
                ),
                (
                    "part_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="parts",
                        to="inbox.message",
                    ),
                ),
                (
                    "reply_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="answers",
                        to="inbox.message",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["conversation", "-sent_at", "-id"], name="message_thread"),
                    models.Index(
                        condition=models.Q(("thread_id", ""), _negated=True),
                        fields=["account", "thread_id"],
                        name="message_by_thread",
                    ),
                    models.Index(
                        condition=models.Q(("parent_external_id", ""), _negated=True),
                        fields=["account", "parent_external_id"],
                        name="message_by_parent",
                    ),
                    models.Index(
                        condition=models.Q(("first_external_id", ""), _negated=True),
                        fields=["account", "first_external_id"],
                        name="message_first_version",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "sending", "retry", "unknown"])),
                        fields=["state", "retry_at"],
                        name="outbox",
                    ),
                    models.Index(
                        condition=models.Q(("context_state", "wanted")), fields=["id"], name="message_context_wanted"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "external_id"), name="one_message_per_platform_id"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("direction", "note"), _negated=True),
                            models.Q(("external_id__isnull", True), ("route", ""), ("state", "")),
                            _connector="OR",
                        ),
                        name="note_can_never_be_sent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("direction", "context"), _negated=True),
                            ("conversation__isnull", True),
                            _connector="OR",
                        ),
                        name="context_belongs_to_a_thread",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("direction__in", ["inbound", "note"]), _negated=True),
                            ("conversation__isnull", False),
                            _connector="OR",
                        ),
                        name="message_has_a_conversation",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("direction", "outbound"), ("state", ""), _connector="OR"),
                        name="only_answers_have_a_state",
                    ),
                ],
            },
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
            options={
                "indexes": [models.Index(fields=["conversation", "id"], name="event_of_conversation")],
            },
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["retry_at"], name="attachment_waiting"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("message", "position"), name="one_attachment_per_place")
                ],
            },
        ),
        migrations.CreateModel(
            name="Reaction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("emoji", models.CharField(max_length=40)),
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
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("message", "identity"), name="one_reaction_per_person")
                ],
            },
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
            options={
                "indexes": [models.Index(fields=["answered_at"], name="response_by_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("answered_at__gte", models.F("started_at"))),
                        name="answer_comes_after_question",
                    )
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
    ]
