"""Every table of the inbox, with the functions its columns stand on and the triggers that keep them."""

import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import inbox.models.notification_choice
from inbox.migrations._answer_states import ANSWER_STATES, ANSWER_STATES_BACK
from inbox.migrations._event_log import EVENT_LOG, EVENT_LOG_BACK
from inbox.migrations._first_watched_words import FIRST_WATCHED_WORDS
from inbox.migrations._label_links import LABEL_LINKS, LABEL_LINKS_BACK
from inbox.migrations._occasions import OCCASIONS, OCCASIONS_BACK
from inbox.migrations._planning import PLANNING
from inbox.migrations._queue_counts import QUEUE_COUNTS, QUEUE_COUNTS_BACK
from inbox.migrations._raw_payloads import RAW_PAYLOADS, RAW_PAYLOADS_BACK
from inbox.migrations._reads import READS, READS_BACK
from inbox.migrations._reference_version import REFERENCE_VERSION, REFERENCE_VERSION_BACK
from inbox.migrations._row_version import ROW_VERSION, ROW_VERSION_BACK
from inbox.migrations._search_functions import FUNCTIONS
from webcare.lib.at_once import AtOnce


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("channels", "0001_initial"),
    ]

    operations = [
        *(migrations.RunSQL(made, f"DROP FUNCTION {name}") for made, name in FUNCTIONS),
        AtOnce(
            migrations.CreateModel(
                name="Contact",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                        models.CharField(
                            blank=True, choices=[("je", "je (informal)"), ("u", "u (formal)")], max_length=2
                        ),
                    ),
                    ("created_at", models.DateTimeField(auto_now_add=True)),
                    ("erased_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ],
            ),
            migrations.CreateModel(
                name="Identity",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="identities",
                            to="inbox.contact",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["contact", "id"], name="identity_of_contact"),
                        models.Index(
                            django.db.models.functions.text.Lower("handle"),
                            condition=models.Q(("handle", ""), _negated=True),
                            name="identity_handle",
                        ),
                        models.Index(
                            condition=models.Q(("phone", ""), _negated=True), fields=["phone"], name="identity_phone"
                        ),
                        django.contrib.postgres.indexes.GinIndex(
                            models.Func(
                                "name",
                                "handle",
                                "phone",
                                function="inbox_names",
                                output_field=django.contrib.postgres.search.SearchVectorField(),
                            ),
                            name="identity_words",
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("platform", "scope", "external_id"), name="one_identity_per_platform_id"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="FormerId",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("platform", "scope", "external_id", "until"), name="one_former_id_each"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="OtherId",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("platform", "scope", "external_id"), name="one_identity_per_other_id"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="CustomRole",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("title", models.CharField(max_length=40, verbose_name="name")),
                    ("description", models.CharField(blank=True, max_length=200, verbose_name="what it is for")),
                    (
                        "rights",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=16), size=None
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            django.db.models.functions.text.Lower("title"), name="one_role_of_a_title"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="User",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                    (
                        "date_joined",
                        models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined"),
                    ),
                    ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mail address")),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    (
                        "role",
                        models.CharField(
                            choices=[
                                ("trainee", "In training"),
                                ("agent", "Agent"),
                                ("spokesperson", "Spokesperson"),
                                ("lead", "Team lead"),
                                ("admin", "Admin"),
                                ("auditor", "Auditor"),
                                ("custom", "Role of our own"),
                            ],
                            default="agent",
                            max_length=12,
                        ),
                    ),
                    (
                        "custom_rights",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=16), blank=True, editable=False, null=True, size=None
                        ),
                    ),
                    (
                        "custom_title",
                        models.CharField(blank=True, db_default="", default="", editable=False, max_length=40),
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
                    (
                        "capacity",
                        models.PositiveSmallIntegerField(
                            default=20, validators=[django.core.validators.MaxValueValidator(500)]
                        ),
                    ),
                    ("browser_alerts", models.BooleanField(default=False)),
                    ("alert_sound", models.BooleanField(default=False)),
                    (
                        "first_steps_from",
                        models.DateTimeField(blank=True, default=django.utils.timezone.now, editable=False, null=True),
                    ),
                    ("first_opened_at", models.DateTimeField(blank=True, editable=False, null=True)),
                    ("is_demo", models.BooleanField(default=False, editable=False)),
                    ("sessions_ended", models.PositiveIntegerField(default=0, editable=False)),
                    ("second_factor_due", models.BooleanField(default=False, editable=False)),
                    ("sees_masks", models.BooleanField(db_default=False, default=False, editable=False)),
                    (
                        "led_teams",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.BigIntegerField(), blank=True, editable=False, null=True, size=None
                        ),
                    ),
                    ("invited_at", models.DateTimeField(blank=True, editable=False, null=True)),
                    ("all_accounts", models.BooleanField(default=False)),
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
                    (
                        "custom_role",
                        models.ForeignKey(
                            blank=True,
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="people",
                            to="inbox.customrole",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "user",
                    "verbose_name_plural": "users",
                    "abstract": False,
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("all_accounts", True), ("role", "auditor"), _negated=True),
                            name="auditors_have_no_accounts",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("custom_rights__isnull", False), ("custom_role__isnull", False), ("role", "custom")
                                ),
                                models.Q(
                                    models.Q(("role", "custom"), _negated=True),
                                    ("custom_rights", None),
                                    ("custom_role", None),
                                ),
                                _connector="OR",
                            ),
                            name="custom_roles_bring_rights",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ContactNote",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                name="IdentityMove",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="inbox.contact",
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["to_contact", "-at"], name="moves_to_contact")],
                },
            ),
            migrations.CreateModel(
                name="Block",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("account", "identity"), name="one_block_per_person")
                    ],
                },
            ),
            migrations.CreateModel(
                name="NotSamePerson",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                options={
                    "constraints": [models.UniqueConstraint(fields=("contact", "other"), name="one_refusal_per_pair")],
                },
            ),
            migrations.CreateModel(
                name="Team",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("name", models.CharField(max_length=60, verbose_name="name")),
                    ("handles_press", models.BooleanField(default=False, verbose_name="handles press")),
                    ("is_closed", models.BooleanField(default=False, verbose_name="closed to others")),
                    (
                        "dividing",
                        models.CharField(
                            choices=[
                                ("off", "To nobody: everybody takes what they want"),
                                ("turns", "In turns"),
                                ("least", "To whoever has the fewest open conversations"),
                            ],
                            default="off",
                            max_length=8,
                            verbose_name="divides its work",
                        ),
                    ),
                    (
                        "returns_after",
                        models.PositiveSmallIntegerField(
                            blank=True,
                            null=True,
                            validators=[
                                django.core.validators.MinValueValidator(1),
                                django.core.validators.MaxValueValidator(1440),
                            ],
                            verbose_name="minutes until it goes back",
                        ),
                    ),
                    (
                        "shift_end",
                        models.CharField(
                            choices=[
                                ("keep", "It stays with whoever has it"),
                                ("return", "It goes back to the queue, as far as a customer waits"),
                            ],
                            default="keep",
                            max_length=8,
                            verbose_name="when a shift ends",
                        ),
                    ),
                    ("archived_at", models.DateTimeField(blank=True, null=True)),
                    ("leads", models.ManyToManyField(blank=True, related_name="leading", to=settings.AUTH_USER_MODEL)),
                    ("members", models.ManyToManyField(blank=True, related_name="teams", to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    "ordering": ["name"],
                    "constraints": [
                        models.UniqueConstraint(django.db.models.functions.text.Lower("name"), name="one_team_per_name")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Label",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("name", models.CharField(max_length=40, verbose_name="name")),
                    ("is_complaint", models.BooleanField(default=False, verbose_name="marks a complaint")),
                    (
                        "needs_approval",
                        models.BooleanField(default=False, verbose_name="answers need a second person's approval"),
                    ),
                    (
                        "purpose",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("product", "A signal for the product: counted with its mood"),
                                ("lead", "Somebody who may buy: a lead"),
                            ],
                            default="",
                            max_length=8,
                            verbose_name="is for",
                        ),
                    ),
                    ("raised_on", models.DateField(blank=True, null=True, verbose_name="feedback raised on")),
                    ("archived_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "team",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="labels",
                            to="inbox.team",
                            verbose_name="goes to team",
                        ),
                    ),
                ],
                options={
                    "ordering": ["name"],
                    "constraints": [
                        models.UniqueConstraint(
                            django.db.models.functions.text.Lower("name"), name="one_label_per_name"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Conversation",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    (
                        "visibility",
                        models.CharField(choices=[("public", "public"), ("private", "private")], max_length=8),
                    ),
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
                    ("due_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "due_marks",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.DateTimeField(null=True), blank=True, null=True, size=None
                        ),
                    ),
                    ("target_minutes", models.PositiveIntegerField(blank=True, null=True)),
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
                                ("answered_on_site", "Answered on the site itself"),
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
                    ("reach", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                    ("priority", models.IntegerField(default=0)),
                    ("urgency", models.SmallIntegerField(db_default=0, default=0)),
                    ("is_complaint", models.BooleanField(default=False)),
                    ("crossed_line_at", models.DateTimeField(blank=True, null=True)),
                    ("handover_note", models.CharField(blank=True, max_length=500)),
                    ("erased_at", models.DateTimeField(blank=True, editable=False, null=True)),
                    ("created_at", models.DateTimeField(auto_now_add=True)),
                    ("version", models.BigIntegerField(default=0, editable=False)),
                    (
                        "account",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="conversations",
                            to="channels.account",
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
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="conversations",
                            to="inbox.contact",
                        ),
                    ),
                    (
                        "hides_for",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
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
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "identity",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="conversations",
                            to="inbox.identity",
                        ),
                    ),
                    (
                        "labels",
                        models.ManyToManyField(
                            related_name="conversations", through="inbox.ConversationLabel", to="inbox.label"
                        ),
                    ),
                    (
                        "team",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="conversations",
                            to="inbox.team",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(
                            condition=models.Q(("status", "open")),
                            fields=["waiting_since", "id"],
                            name="conv_open_waiting",
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
                            include=(
                                "team",
                                "assignee",
                                "due_at",
                                "due_marks",
                                "window_closes_at",
                                "mood",
                                "language",
                                "visibility",
                                "is_complaint",
                                "last_message_at",
                            ),
                            name="conv_open_account",
                        ),
                        models.Index(
                            condition=models.Q(("status", "closed")), fields=["-closed_at", "-id"], name="conv_closed"
                        ),
                        models.Index(
                            condition=models.Q(("status", "open")),
                            fields=["-priority", "waiting_since", "id"],
                            name="conv_open_priority",
                        ),
                        models.Index(
                            condition=models.Q(("status", "open")), fields=["due_at", "id"], name="conv_open_due"
                        ),
                        models.Index(
                            condition=models.Q(("status", "open")),
                            fields=["window_closes_at", "id"],
                            name="conv_open_window",
                        ),
                        models.Index(
                            condition=models.Q(("status", "open"), ("team__isnull", False)),
                            fields=["team", "waiting_since", "id"],
                            name="conv_open_team",
                        ),
                        models.Index(condition=models.Q(("failed_count__gt", 0)), fields=["id"], name="conv_failed"),
                        models.Index(
                            condition=models.Q(("mood_by__isnull", False)), fields=["mood_by"], name="conv_mood_by"
                        ),
                        models.Index(
                            condition=models.Q(("hides_for__isnull", False)),
                            fields=["hides_for", "id"],
                            name="conv_hides",
                        ),
                        models.Index(
                            condition=models.Q(("status", "snoozed")), fields=["snoozed_until"], name="conv_snoozed"
                        ),
                        models.Index(
                            condition=models.Q(("is_complaint", True), ("status", "closed")),
                            fields=["-closed_at", "-id"],
                            name="conv_complaints",
                        ),
                        models.Index(fields=["contact", "-last_message_at"], name="conv_of_contact"),
                        models.Index(
                            fields=["account", "identity", "visibility", "-last_message_at"], name="conv_of_identity"
                        ),
                        django.contrib.postgres.indexes.BrinIndex(
                            autosummarize=True, fields=["first_message_at"], name="conv_begun", pages_per_range=32
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
                                models.Q(("status", "closed"), _negated=True),
                                ("closed_at__isnull", False),
                                _connector="OR",
                            ),
                            name="closed_conversation_has_a_time",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("erased_at", None), ("status", "closed"), _connector="OR"),
                            name="erased_conversation_is_closed",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Message",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                    ("sent_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("sent_at_is_ours", models.BooleanField(db_default=False, default=False)),
                    ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("told", models.UUIDField(editable=False, null=True)),
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
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="messages",
                            to="channels.account",
                        ),
                    ),
                    (
                        "approved_by",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "author",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
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
                            db_index=False,
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
                            db_index=False,
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
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="answers",
                            to="inbox.message",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        django.contrib.postgres.indexes.GinIndex(fields=["words"], name="message_words"),
                        models.Index(
                            condition=models.Q(("conversation__isnull", False)),
                            fields=["-sent_at", "-id"],
                            name="message_newest",
                        ),
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
                        django.contrib.postgres.indexes.GinIndex(
                            condition=models.Q(("earlier_ids", []), _negated=True),
                            fields=["earlier_ids"],
                            name="message_earlier_ids",
                        ),
                        models.Index(
                            condition=models.Q(("state__in", ["queued", "sending", "retry", "unknown"])),
                            fields=["state", "retry_at"],
                            name="outbox",
                        ),
                        models.Index(
                            condition=models.Q(
                                ("state__in", ("queued", "sending", "retry", "unknown", "held", "approval"))
                            ),
                            fields=["conversation", "state"],
                            name="message_under_way",
                        ),
                        models.Index(
                            condition=models.Q(("author__isnull", False)), fields=["author"], name="message_author"
                        ),
                        models.Index(
                            condition=models.Q(("reply_to__isnull", False)),
                            fields=["reply_to"],
                            name="message_reply_to",
                        ),
                        models.Index(
                            condition=models.Q(("part_of__isnull", False)), fields=["part_of"], name="message_part_of"
                        ),
                        models.Index(
                            condition=models.Q(("context_state", "wanted")),
                            fields=["id"],
                            name="message_context_wanted",
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("account", "external_id"), name="one_message_per_platform_id"),
                        models.UniqueConstraint(
                            condition=models.Q(("first_external_id", ""), _negated=True),
                            fields=("account", "first_external_id"),
                            name="one_message_per_first_version",
                        ),
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
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "approval"), _negated=True),
                                models.Q(("approved_by", None), ("external_id__isnull", True)),
                                _connector="OR",
                            ),
                            name="only_unsent_answers_wait_for_approval",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("approved_by", models.F("author")), _negated=True),
                            name="nobody_approves_their_own_answer",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("automatic", False),
                                models.Q(("author", None), ("direction", "outbound"), ("visibility", "private")),
                                _connector="OR",
                            ),
                            name="automatic_is_private_and_nobodys",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Attachment",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="attachments",
                            to="inbox.message",
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
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="reactions",
                            to="inbox.message",
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
                name="Approach",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("words", models.TextField()),
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
                        "identity",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE, related_name="+", to="inbox.identity"
                        ),
                    ),
                    (
                        "message",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="+", to="inbox.message"
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["-at"], name="approach_at")],
                },
            ),
            migrations.CreateModel(
                name="Approval",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "why",
                        models.CharField(
                            choices=[
                                ("trainee", "Whoever wrote it is in training."),
                                ("picture", "A public picture or film."),
                                ("negative", "A public answer to somebody who is not happy."),
                                ("followers", "The customer has many followers."),
                                ("label", "The label of this conversation asks for it."),
                            ],
                            max_length=10,
                        ),
                    ),
                    ("written", models.TextField(blank=True)),
                    ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("due_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "fallback",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("tell", "the team leads are told again"),
                                ("return", "it goes back to whoever wrote it"),
                                ("send", "it is sent without approval"),
                            ],
                            max_length=8,
                        ),
                    ),
                    ("told_again_at", models.DateTimeField(blank=True, null=True)),
                    ("decided_at", models.DateTimeField(blank=True, null=True)),
                    ("decided_name", models.CharField(blank=True, max_length=100)),
                    (
                        "outcome",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("approved", "Approved"),
                                ("returned", "Given back"),
                                ("taken_back", "Taken back"),
                                ("skipped", "Sent without approval"),
                            ],
                            max_length=10,
                        ),
                    ),
                    ("changed", models.BooleanField(default=False)),
                    (
                        "decided_by",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "message",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE, related_name="approval", to="inbox.message"
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(
                            condition=models.Q(("decided_at", None), ("told_again_at", None)),
                            fields=["due_at"],
                            name="approval_due",
                        ),
                        models.Index(
                            condition=models.Q(("decided_at__isnull", False)),
                            fields=["decided_at"],
                            name="approval_decided",
                        ),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("decided_at", None), ("outcome", "")),
                                models.Q(("decided_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="approval_ends_with_an_outcome",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ApprovalLink",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("name", models.CharField(max_length=100, verbose_name="for whom")),
                    ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("expires_at", models.DateTimeField()),
                    ("used_at", models.DateTimeField(blank=True, null=True)),
                    ("revoked_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "approval",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="links", to="inbox.approval"
                        ),
                    ),
                    (
                        "made_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="Breach",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("since", models.DateTimeField()),
                    ("at", models.DateTimeField()),
                    ("minutes", models.PositiveIntegerField()),
                    (
                        "conversation",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="breaches",
                            to="inbox.conversation",
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["at"], name="breach_by_time")],
                    "constraints": [
                        models.UniqueConstraint(fields=("conversation", "since"), name="one_breach_of_a_wait"),
                        models.CheckConstraint(
                            condition=models.Q(("at__gt", models.F("since"))), name="breach_comes_after_its_start"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="EarlyEvent",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("external_id", models.CharField(max_length=255)),
                    ("kind", models.CharField(max_length=20)),
                    ("data", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                    ("digest", models.CharField(max_length=64)),
                    ("at", models.DateTimeField()),
                    ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                    (
                        "account",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="channels.account",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("account", "external_id", "digest"), name="one_early_event_each"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ErasureKey",
                fields=[
                    (
                        "id",
                        models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False),
                    ),
                    ("sealed", models.TextField()),
                ],
                options={
                    "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="one_erasure_key")],
                },
            ),
            migrations.CreateModel(
                name="ErasedId",
                fields=[
                    ("digest", models.UUIDField(primary_key=True, serialize=False)),
                ],
            ),
            migrations.CreateModel(
                name="Erasure",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("reason", models.CharField(max_length=200)),
                    ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("waits_for", models.CharField(blank=True, max_length=10)),
                    ("emptied_at", models.DateTimeField(blank=True, null=True)),
                    ("done_at", models.DateTimeField(blank=True, null=True)),
                    ("sealed", models.TextField(blank=True, editable=False)),
                    ("counts", models.JSONField(blank=True, default=dict)),
                    ("fingerprint", models.CharField(blank=True, max_length=16)),
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
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT, related_name="erasure", to="inbox.contact"
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(condition=models.Q(("done_at", None)), fields=["due_at"], name="erasure_due"),
                        models.Index(fields=["-at", "-id"], name="erasures_newest"),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("done_at", None),
                                models.Q(("emptied_at__isnull", False), ("sealed", "")),
                                _connector="OR",
                            ),
                            name="erasure_ends_with_nothing_left",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Escalation",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("ended_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "outcome",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("answered", "Answered"),
                                ("approved", "Agreed"),
                                ("withdrawn", "Withdrawn"),
                                ("closed", "Closed with its conversation"),
                            ],
                            max_length=10,
                        ),
                    ),
                    (
                        "asked",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "asked_by",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
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
                            related_name="escalations",
                            to="inbox.conversation",
                        ),
                    ),
                    (
                        "answer",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to="inbox.message",
                        ),
                    ),
                    (
                        "question",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="+", to="inbox.message"
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(condition=models.Q(("ended_at", None)), fields=["asked"], name="question_open")
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("ended_at", None)), fields=("conversation",), name="one_open_question"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("asked", models.F("asked_by")), _negated=True),
                            name="nobody_asks_themselves",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("ended_at", None), ("outcome", "")),
                                models.Q(("ended_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="question_ends_with_an_outcome",
                        ),
                    ],
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
                options={
                    "indexes": [
                        models.Index(condition=models.Q(("given_up", False)), fields=["due_at"], name="estimate_due")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Event",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("verb", models.CharField(max_length=40)),
                    ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    (
                        "data",
                        models.JSONField(
                            blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder
                        ),
                    ),
                    (
                        "account",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
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
                            db_index=False,
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
                options={
                    "indexes": [
                        models.Index(fields=["conversation", "id"], name="event_of_conversation"),
                        models.Index(
                            condition=models.Q(("conversation", None)), fields=["-at"], name="event_of_no_conversation"
                        ),
                        models.Index(fields=["-at", "-id"], name="event_newest"),
                        models.Index(fields=["actor", "-at", "-id"], name="event_of_person"),
                        models.Index(fields=["account", "-at", "-id"], name="event_of_account"),
                        models.Index(fields=["verb", "-at"], name="event_of_verb"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Notice",
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
                    "indexes": [models.Index(fields=["expires_at"], name="notice_until")],
                },
            ),
            migrations.CreateModel(
                name="Incident",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                        "started_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
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
                ],
                options={
                    "indexes": [
                        models.Index(fields=["-started_at", "-id"], name="incident_newest"),
                        models.Index(condition=models.Q(("ended_at", None)), fields=["id"], name="incident_running"),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("account_ids", []), _negated=True), name="incident_concerns_an_account"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="IncidentReply",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                options={
                    "indexes": [
                        models.Index(fields=["incident", "-id"], name="incident_reply_newest"),
                        models.Index(
                            condition=models.Q(("state", "waiting")),
                            fields=["account", "id"],
                            name="incident_reply_waiting",
                        ),
                        models.Index(
                            condition=models.Q(("handed_at__isnull", False)),
                            fields=["account", "-handed_at"],
                            name="incident_reply_pace",
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("incident", "conversation"), name="one_answer_per_incident"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "waiting"), _negated=True),
                                models.Q(("message", None), ("stopped_at", None)),
                                _connector="OR",
                            ),
                            name="what_waits_was_not_sent",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Lookalike",
                fields=[
                    (
                        "identity",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="lookalike",
                            serialize=False,
                            to="inbox.identity",
                        ),
                    ),
                    ("found_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("dismissed_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "account",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="+", to="channels.account"
                        ),
                    ),
                    (
                        "dismissed_by",
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
                        models.CheckConstraint(
                            condition=models.Q(
                                ("dismissed_at__isnull", False), ("dismissed_by", None), _connector="OR"
                            ),
                            name="lookalike_dismissed_at_a_time",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="PracticeRound",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("name", models.CharField(max_length=80, verbose_name="name")),
                    ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("ended_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "ordering": ["-created_at", "-pk"],
                },
            ),
            migrations.CreateModel(
                name="Spike",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    (
                        "kind",
                        models.CharField(
                            choices=[("volume", "Unusually busy"), ("negative", "Unusually negative")], max_length=8
                        ),
                    ),
                    ("began_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("over_at", models.DateTimeField(blank=True, null=True)),
                    ("value", models.PositiveIntegerField()),
                    ("usual", models.PositiveIntegerField()),
                    ("limit", models.PositiveIntegerField()),
                    ("peak", models.PositiveIntegerField()),
                    (
                        "account",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="spikes", to="channels.account"
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["-began_at", "-id"], name="spike_newest"),
                        models.Index(fields=["account", "kind", "-over_at"], name="spike_of_account"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("over_at", None)),
                            fields=("account", "kind"),
                            name="one_spike_at_a_time",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Notification",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("mention", "Named in a note"),
                                ("assigned", "Given a conversation"),
                                ("approval", "Asked to approve an answer"),
                                ("returned", "Got an answer back"),
                                ("escalated", "Asked when in doubt"),
                                ("advised", "Got an answer to a question"),
                                ("nearly_late", "Nearly late"),
                                ("late", "Late"),
                                ("spike", "Unusually busy or negative"),
                                ("rule", "Told by a rule"),
                                ("access", "Access to an account ends"),
                                ("low_score", "A low score from a customer"),
                                ("practice", "Invited to practise"),
                                ("lookalike", "Somebody looks like us"),
                                ("post_asked", "Asked to approve a post"),
                                ("post_back", "Got a post back"),
                                ("post_stuck", "A post did not leave"),
                            ],
                            max_length=12,
                        ),
                    ),
                    ("occasion", models.CharField(blank=True, db_default="", default="", max_length=120)),
                    ("subject", models.CharField(blank=True, db_default="", default="", max_length=120)),
                    ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("read_at", models.DateTimeField(blank=True, null=True)),
                    ("in_page", models.BooleanField(db_default=True, default=True)),
                    ("mail_at", models.DateTimeField(blank=True, null=True)),
                    ("mailed_at", models.DateTimeField(blank=True, null=True)),
                    ("push_at", models.DateTimeField(blank=True, null=True)),
                    ("pushed_at", models.DateTimeField(blank=True, null=True)),
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
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="notifications",
                            to="inbox.conversation",
                        ),
                    ),
                    (
                        "incident",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="inbox.incident",
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
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="notifications",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "practice",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="inbox.practiceround",
                        ),
                    ),
                    (
                        "spike",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="inbox.spike",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(
                            condition=models.Q(("read_at", None)), fields=["user", "-at"], name="notification_unread"
                        ),
                        models.Index(
                            condition=models.Q(("kind", "mention"), ("read_at", None)),
                            fields=["user"],
                            name="notification_mention",
                        ),
                        models.Index(
                            condition=models.Q(("kind__in", ["nearly_late", "late"]), ("read_at", None)),
                            fields=["conversation"],
                            name="notification_of_wait",
                        ),
                        models.Index(
                            condition=models.Q(("mail_at__isnull", False)),
                            fields=["mail_at"],
                            name="notification_to_mail",
                        ),
                        models.Index(
                            condition=models.Q(("push_at__isnull", False)),
                            fields=["push_at"],
                            name="notification_to_push",
                        ),
                        models.Index(fields=["user", "-at", "-id"], name="notification_of_person"),
                        models.Index(fields=["at"], name="notification_by_time"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("occasion", ""), _negated=True),
                            fields=("occasion", "user"),
                            name="told_once_of_an_occasion",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("conversation__isnull", False),
                                ("account__isnull", False),
                                ("practice__isnull", False),
                                _connector="OR",
                            ),
                            name="notification_leads_somewhere",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="NotificationChoice",
                fields=[
                    (
                        "user",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="notification_choice",
                            serialize=False,
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "page",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=12),
                            blank=True,
                            default=inbox.models.notification_choice._all,
                            size=None,
                        ),
                    ),
                    (
                        "mail",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=12),
                            blank=True,
                            default=inbox.models.notification_choice._mailed,
                            size=None,
                        ),
                    ),
                    (
                        "push",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=12),
                            blank=True,
                            default=inbox.models.notification_choice._all,
                            size=None,
                        ),
                    ),
                    (
                        "push_names",
                        models.BooleanField(
                            db_default=False, default=False, verbose_name="Show names in push messages"
                        ),
                    ),
                    ("quiet_from", models.TimeField(blank=True, null=True, verbose_name="quiet from")),
                    ("quiet_until", models.TimeField(blank=True, null=True, verbose_name="quiet until")),
                    ("time_zone", models.CharField(blank=True, max_length=40, verbose_name="time zone")),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("quiet_from", None), ("quiet_until", None)),
                                models.Q(("quiet_from__isnull", False), ("quiet_until__isnull", False)),
                                _connector="OR",
                            ),
                            name="quiet_hours_begin_and_end",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Organisation",
                fields=[
                    (
                        "id",
                        models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False),
                    ),
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
                    (
                        "approves_negative",
                        models.BooleanField(
                            default=False,
                            verbose_name="public answers to who is angry or annoyed need a second person's approval",
                        ),
                    ),
                    (
                        "approves_followers",
                        models.PositiveIntegerField(
                            blank=True,
                            null=True,
                            verbose_name="answers to who has at least so many followers need a second person's approval",
                        ),
                    ),
                    (
                        "approves_posts",
                        models.BooleanField(
                            db_default=False,
                            default=False,
                            verbose_name="planned posts need a second person's approval",
                        ),
                    ),
                    (
                        "approval_minutes",
                        models.PositiveSmallIntegerField(
                            default=0,
                            validators=[django.core.validators.MaxValueValidator(1440)],
                            verbose_name="minutes to approve an answer",
                        ),
                    ),
                    (
                        "approval_fallback",
                        models.CharField(
                            choices=[
                                ("tell", "the team leads are told again"),
                                ("return", "it goes back to whoever wrote it"),
                                ("send", "it is sent without approval"),
                            ],
                            default="tell",
                            max_length=8,
                            verbose_name="when nobody approves in time",
                        ),
                    ),
                    (
                        "holidays",
                        models.CharField(
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
                    (
                        "masks_personal_data",
                        models.BooleanField(
                            db_default=False,
                            default=False,
                            verbose_name="customers' phone numbers, e-mail addresses, account numbers and BSN are masked",
                        ),
                    ),
                    (
                        "second_factor",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=12), blank=True, default=list, size=None
                        ),
                    ),
                    (
                        "networks",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=49), blank=True, default=list, size=None
                        ),
                    ),
                    ("monitors", models.BooleanField(db_default=False, default=False, editable=False)),
                ],
                options={
                    "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="one_organisation")],
                },
            ),
            migrations.CreateModel(
                name="OpeningSchedule",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("zone", models.CharField(blank=True, max_length=40, verbose_name="time zone")),
                    (
                        "holidays",
                        models.CharField(
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
                    (
                        "account",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="opening_schedule",
                            to="channels.account",
                        ),
                    ),
                    (
                        "team",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="opening_schedule",
                            to="inbox.team",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("account__isnull", True), ("team__isnull", False)),
                                models.Q(("account__isnull", False), ("team__isnull", True)),
                                _connector="OR",
                            ),
                            name="opening_schedule_of_an_account_or_a_team",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="OpeningDay",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("weekday", models.PositiveSmallIntegerField(blank=True, null=True)),
                    ("date", models.DateField(blank=True, null=True)),
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
                    (
                        "schedule",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="days",
                            to="inbox.openingschedule",
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
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("weekday__isnull", False)),
                            fields=("schedule", "weekday"),
                            name="one_opening_day_per_weekday",
                            nulls_distinct=False,
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("date__isnull", False)),
                            fields=("schedule", "date"),
                            name="one_opening_day_per_date",
                            nulls_distinct=False,
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="AutomaticReply",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("closed_since", models.DateTimeField()),
                    ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                    (
                        "conversation",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="automatic_replies",
                            to="inbox.conversation",
                        ),
                    ),
                    (
                        "message",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="automatic_reply",
                            to="inbox.message",
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["made_at"], name="automatic_reply_by_time")],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("conversation", "closed_since"), name="one_automatic_message_per_closed_period"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="PersonExport",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    (
                        "known",
                        models.CharField(
                            choices=[
                                ("wrote", "They asked from their own account or number"),
                                ("seen", "Saw a document, and did not keep it"),
                                ("other", "In another way"),
                            ],
                            max_length=8,
                            verbose_name="How do you know that it is them?",
                        ),
                    ),
                    (
                        "language",
                        models.CharField(
                            choices=[("nl", "Dutch"), ("en", "English")],
                            default="nl",
                            max_length=2,
                            verbose_name="language of the file",
                        ),
                    ),
                    ("with_notes", models.BooleanField(default=False, verbose_name="I read the notes")),
                    ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("tries", models.PositiveSmallIntegerField(default=0)),
                    ("failed_at", models.DateTimeField(blank=True, null=True)),
                    ("made_at", models.DateTimeField(blank=True, null=True)),
                    ("expires_at", models.DateTimeField(blank=True, null=True)),
                    ("fetched_at", models.DateTimeField(blank=True, null=True)),
                    ("size", models.PositiveBigIntegerField(blank=True, null=True)),
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
                            on_delete=django.db.models.deletion.CASCADE, related_name="exports", to="inbox.contact"
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(
                            condition=models.Q(("failed_at", None), ("made_at", None)),
                            fields=["due_at"],
                            name="export_due",
                        ),
                        models.Index(fields=["-at", "-id"], name="exports_newest"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PracticeCase",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("position", models.PositiveSmallIntegerField()),
                    ("title", models.CharField(max_length=120)),
                    ("platform", models.CharField(max_length=20)),
                    ("is_public", models.BooleanField(default=True)),
                    ("customer", models.CharField(max_length=80)),
                    ("words", models.TextField()),
                    ("task", models.TextField(blank=True)),
                    ("draft", models.TextField(blank=True)),
                    ("hints", models.TextField(blank=True)),
                    (
                        "round",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="cases", to="inbox.practiceround"
                        ),
                    ),
                ],
                options={
                    "ordering": ["position", "pk"],
                },
            ),
            migrations.CreateModel(
                name="PracticeSeat",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("began_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "person",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="practice_seats",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "round",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="seats", to="inbox.practiceround"
                        ),
                    ),
                ],
                options={
                    "constraints": [models.UniqueConstraint(fields=("round", "person"), name="one_seat_per_person")],
                },
            ),
            migrations.CreateModel(
                name="PracticeCopy",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "score",
                        models.PositiveSmallIntegerField(
                            blank=True,
                            null=True,
                            validators=[
                                django.core.validators.MinValueValidator(1),
                                django.core.validators.MaxValueValidator(5),
                            ],
                        ),
                    ),
                    ("remark", models.TextField(blank=True)),
                    (
                        "case",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="copies", to="inbox.practicecase"
                        ),
                    ),
                    (
                        "conversation",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="practice_copy",
                            to="inbox.conversation",
                        ),
                    ),
                    (
                        "scored_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "seat",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="copies", to="inbox.practiceseat"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("seat", "case"), name="one_copy_per_person"),
                        models.CheckConstraint(
                            condition=models.Q(("score", None), ("score__range", (1, 5)), _connector="OR"),
                            name="practice_score_is_one_to_five",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Presence",
                fields=[
                    (
                        "user",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="presence",
                            serialize=False,
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "chosen",
                        models.CharField(
                            choices=[("present", "Present"), ("away", "Away for a moment"), ("off", "Not at work")],
                            default="present",
                            max_length=8,
                        ),
                    ),
                    ("seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("given_at", models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("chosen__in", ["present", "away", "off"])), name="presence_is_known"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="PushKey",
                fields=[
                    (
                        "id",
                        models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False),
                    ),
                    ("public", models.CharField(max_length=100)),
                    ("sealed_private", models.TextField()),
                    ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ],
                options={
                    "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="one_push_key")],
                },
            ),
            migrations.CreateModel(
                name="PushSubscription",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("endpoint", models.CharField(max_length=1000, unique=True)),
                    ("sealed_keys", models.TextField()),
                    ("browser", models.CharField(max_length=60)),
                    ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("pushed_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "user",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="push_subscriptions",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["user", "at"], name="push_of_person")],
                },
            ),
            migrations.CreateModel(
                name="PushDelivery",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("tries", models.PositiveSmallIntegerField(default=0)),
                    (
                        "notification",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="push_deliveries",
                            to="inbox.notification",
                        ),
                    ),
                    (
                        "subscription",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="deliveries",
                            to="inbox.pushsubscription",
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["due_at"], name="push_delivery_due")],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("notification", "subscription"), name="pushed_once_to_a_browser"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="QueueCount",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "kind",
                        models.CharField(
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
                    ("of_id", models.BigIntegerField(default=0)),
                    ("team_id", models.BigIntegerField(default=0)),
                    ("n", models.IntegerField()),
                    (
                        "account",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="channels.account",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(
                            fields=["account", "kind", "of_id", "team_id"], include=("n",), name="queue_counts"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ReleasedPost",
                fields=[
                    (
                        "message",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="released_post",
                            serialize=False,
                            to="inbox.message",
                        ),
                    ),
                    ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    (
                        "by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="Response",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("started_at", models.DateTimeField()),
                    ("answered_at", models.DateTimeField()),
                    ("seconds", models.PositiveIntegerField()),
                    ("counted_seconds", models.PositiveIntegerField(blank=True, null=True)),
                    ("due_at", models.DateTimeField(blank=True, null=True)),
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
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="responses",
                            to="inbox.conversation",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(
                            fields=["answered_at"],
                            include=("conversation", "agent", "seconds", "counted_seconds", "due_at"),
                            name="response_by_time",
                        )
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("answered_at__gte", models.F("started_at"))),
                            name="answer_comes_after_question",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="RetentionRule",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "months",
                        models.PositiveSmallIntegerField(
                            blank=True,
                            null=True,
                            validators=[
                                django.core.validators.MinValueValidator(1),
                                django.core.validators.MaxValueValidator(240),
                            ],
                            verbose_name="months",
                        ),
                    ),
                    ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    (
                        "account",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="retention",
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
                        "label",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="retention",
                            to="inbox.label",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("account", "label"), name="one_retention_rule_each", nulls_distinct=False
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("account", None), ("label", None), _connector="OR"),
                            name="retention_is_of_one_thing",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("months", None), ("months__gte", 1), _connector="OR"),
                            name="retention_is_a_month_at_least",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="RetentionRun",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("day", models.DateField(unique=True)),
                    ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("ended_at", models.DateTimeField(blank=True, null=True)),
                    ("conversations", models.PositiveIntegerField(default=0)),
                    ("messages", models.PositiveIntegerField(default=0)),
                    ("files", models.PositiveIntegerField(default=0)),
                    ("people", models.PositiveIntegerField(default=0)),
                    ("failed", models.PositiveIntegerField(default=0)),
                    ("rules", models.JSONField(default=list)),
                ],
                options={
                    "ordering": ["-day"],
                },
            ),
            migrations.CreateModel(
                name="Review",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                options={
                    "indexes": [models.Index(fields=["-at", "-id"], name="reviews_newest")],
                    "constraints": [
                        models.UniqueConstraint(fields=("message", "reviewer"), name="one_review_per_answer_and_lead")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Rule",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("per_hour__gte", 1), ("per_hour__lte", 1000)), name="rule_has_a_limit"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("is_on", False), ("on_since__isnull", False), _connector="OR"),
                            name="rule_is_on_since",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="RuleOccasion",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("name", models.CharField(max_length=80)),
                    (
                        "kinds",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=10), size=None
                        ),
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
                    ("since", models.DateTimeField(blank=True, null=True)),
                    ("done_at", models.DateTimeField(blank=True, null=True)),
                    ("given_up", models.BooleanField(default=False)),
                    (
                        "conversation",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
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
                        "rule",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="inbox.rule",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(
                            condition=models.Q(("done_at", None), ("given_up", False)),
                            fields=["due_at"],
                            name="occasion_due",
                        ),
                        models.Index(
                            condition=models.Q(("message__isnull", False)),
                            fields=["message"],
                            name="occasion_of_message",
                        ),
                        models.Index(
                            condition=models.Q(("rule__isnull", False)),
                            fields=["rule", "conversation"],
                            name="occasion_of_rule",
                        ),
                        models.Index(
                            condition=models.Q(("done_at__isnull", False)), fields=["done_at"], name="occasion_done"
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("conversation", "name"), name="one_occasion_of_a_name")
                    ],
                },
            ),
            migrations.CreateModel(
                name="RuleStroke",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("at", models.DateTimeField()),
                    ("after", models.BigIntegerField(default=0)),
                    ("done_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "rule",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="inbox.rule",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(condition=models.Q(("done_at", None)), fields=["at"], name="stroke_undone")
                    ],
                    "constraints": [models.UniqueConstraint(fields=("rule", "at"), name="one_stroke_at_a_moment")],
                },
            ),
            migrations.CreateModel(
                name="RuleApplication",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                options={
                    "indexes": [models.Index(fields=["rule", "-at", "-id"], name="applications_of_rule")],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("rule", "version", "conversation", "occasion"), name="one_application_per_occasion"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Webhook",
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
                    ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("archived_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "added_by",
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
                name="RuleErrand",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("place", models.PositiveSmallIntegerField()),
                    ("body", models.JSONField(default=dict)),
                    (
                        "state",
                        models.CharField(
                            choices=[("waiting", "on its way"), ("done", "done"), ("failed", "failed")],
                            default="waiting",
                            max_length=8,
                        ),
                    ),
                    ("tries", models.PositiveSmallIntegerField(default=0)),
                    ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("status", models.PositiveSmallIntegerField(blank=True, null=True)),
                    ("reason", models.CharField(blank=True, max_length=30)),
                    (
                        "application",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="errands",
                            to="inbox.ruleapplication",
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
                        "webhook",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="errands",
                            to="inbox.webhook",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(condition=models.Q(("state", "waiting")), fields=["due_at"], name="errand_due")
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("application", "place"), name="one_errand_per_action"),
                        models.CheckConstraint(
                            condition=models.Q(("webhook", None), ("message", None), _connector="XOR"),
                            name="errand_is_of_a_webhook_or_a_message",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SpikeWatch",
                fields=[
                    (
                        "account",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="spike_watch",
                            serialize=False,
                            to="channels.account",
                        ),
                    ),
                    (
                        "sensitivity",
                        models.CharField(
                            choices=[
                                ("off", "Do not watch"),
                                ("low", "Only what is very unusual"),
                                ("normal", "What is clearly unusual"),
                                ("high", "Soon, and sometimes for nothing"),
                            ],
                            default="normal",
                            max_length=8,
                            verbose_name="warn of",
                        ),
                    ),
                    (
                        "cool_down",
                        models.PositiveSmallIntegerField(
                            default=120,
                            validators=[
                                django.core.validators.MinValueValidator(15),
                                django.core.validators.MaxValueValidator(1440),
                            ],
                            verbose_name="minutes of silence after a spike",
                        ),
                    ),
                    ("learned_from", models.DateTimeField(blank=True, editable=False, null=True)),
                    ("people", models.ManyToManyField(blank=True, related_name="+", to=settings.AUTH_USER_MODEL)),
                ],
            ),
            migrations.CreateModel(
                name="Surprise",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("what", models.CharField(max_length=120)),
                    ("cents", models.PositiveIntegerField(blank=True, null=True)),
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
                        "conversation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="surprises",
                            to="inbox.conversation",
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["at"], name="surprises_by_time")],
                },
            ),
            migrations.CreateModel(
                name="SurveySettings",
                fields=[
                    (
                        "account",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="survey_settings",
                            serialize=False,
                            to="channels.account",
                        ),
                    ),
                    ("is_on", models.BooleanField(default=False, verbose_name="Ask how satisfied customers are")),
                    (
                        "delay",
                        models.PositiveSmallIntegerField(
                            choices=[(1, "1 minute"), (15, "15 minutes"), (60, "1 hour"), (240, "4 hours")],
                            default=15,
                            verbose_name="How long after closing",
                        ),
                    ),
                    (
                        "rest_days",
                        models.PositiveSmallIntegerField(
                            default=30,
                            validators=[
                                django.core.validators.MinValueValidator(1),
                                django.core.validators.MaxValueValidator(365),
                            ],
                            verbose_name="Ask a customer at most once in so many days",
                        ),
                    ),
                    (
                        "text_nl",
                        models.TextField(
                            blank=True,
                            default="Hoe tevreden ben je over hoe we je hielpen?",
                            max_length=600,
                            verbose_name="Question in Dutch",
                        ),
                    ),
                    (
                        "text_en",
                        models.TextField(
                            blank=True,
                            default="How satisfied are you with our help?",
                            max_length=600,
                            verbose_name="Question in English",
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="Survey",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("rest", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                    ("score", models.PositiveSmallIntegerField(blank=True, null=True)),
                    ("scored_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "agent",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "contact",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="surveys", to="inbox.contact"
                        ),
                    ),
                    (
                        "conversation",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="surveys", to="inbox.conversation"
                        ),
                    ),
                    (
                        "message",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE, related_name="survey", to="inbox.message"
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["asked_at"], name="survey_asked"),
                        models.Index(
                            condition=models.Q(("score__isnull", False)), fields=["scored_at"], name="survey_scored"
                        ),
                    ],
                    "constraints": [
                        django.contrib.postgres.constraints.ExclusionConstraint(
                            expressions=[
                                (
                                    models.Func(
                                        models.F("contact"),
                                        models.F("contact"),
                                        models.Value("[]"),
                                        function="int8range",
                                    ),
                                    "&&",
                                ),
                                ("rest", "&&"),
                            ],
                            name="one_survey_at_a_time_per_contact",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("score", None), ("scored_at", None)),
                                models.Q(("score__range", (1, 5)), ("scored_at__isnull", False)),
                                _connector="OR",
                            ),
                            name="score_is_one_to_five",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ResponseTarget",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                    (
                        "account",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="targets",
                            to="channels.account",
                        ),
                    ),
                    (
                        "team",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="targets",
                            to="inbox.team",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("account", "team", "priority_from"),
                            name="one_target_for_the_same",
                            nulls_distinct=False,
                            violation_error_message="There is a target for the same conversations already. Change that one.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("minutes__gte", 1), ("minutes__lte", 20160)),
                            name="target_is_a_time_to_keep",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ConversationLabel",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="label_links",
                            to="inbox.conversation",
                        ),
                    ),
                    (
                        "label",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="links",
                            to="inbox.label",
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["label", "-last_message_at"], name="conversations_by_label")],
                    "constraints": [
                        models.UniqueConstraint(fields=("conversation", "label"), name="one_link_per_label")
                    ],
                },
            ),
            migrations.CreateModel(
                name="SavedView",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                    "indexes": [models.Index(fields=["owner"], name="views_of_person")],
                },
            ),
            migrations.CreateModel(
                name="UndoableAct",
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
                    (
                        "refusals",
                        models.JSONField(default=list, encoder=django.core.serializers.json.DjangoJSONEncoder),
                    ),
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
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="undoable_acts",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["user", "-id"], name="undoable_of_user")],
                },
            ),
            migrations.CreateModel(
                name="CannedReply",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                    (
                        "team",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="canned_replies",
                            to="inbox.team",
                            verbose_name="team",
                        ),
                    ),
                ],
                options={
                    "ordering": ["title", "pk"],
                },
            ),
            migrations.CreateModel(
                name="Draft",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="drafts",
                            to="inbox.conversation",
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
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="drafts",
                            to=settings.AUTH_USER_MODEL,
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
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("conversation", "user"), name="one_draft_per_person")
                    ],
                },
            ),
            migrations.CreateModel(
                name="CannedText",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                name="CannedUse",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("unchanged", models.BooleanField()),
                    ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    (
                        "canned",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="uses",
                            to="inbox.cannedreply",
                        ),
                    ),
                    (
                        "message",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE, related_name="canned_use", to="inbox.message"
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["canned", "-at"], name="uses_of_canned_reply")],
                },
            ),
            migrations.CreateModel(
                name="Guideline",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("title", models.CharField(max_length=80, verbose_name="title")),
                    ("platform", models.CharField(blank=True, max_length=20, verbose_name="channel")),
                    ("archived_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "team",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="guidelines",
                            to="inbox.team",
                            verbose_name="team",
                        ),
                    ),
                ],
                options={
                    "ordering": ["title", "pk"],
                },
            ),
            migrations.CreateModel(
                name="GuidelineVersion",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                name="WatchedWord",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
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
                    (
                        "advice",
                        models.CharField(blank=True, max_length=300, verbose_name="what to write or mind instead"),
                    ),
                ],
                options={
                    "ordering": ["kind", "phrase"],
                    "constraints": [models.UniqueConstraint(fields=("kind", "phrase"), name="one_watched_word_each")],
                },
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(READS, READS_BACK)],
            state_operations=[
                migrations.CreateModel(
                    name="Read",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("user_id", models.BigIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("opened", "opened a conversation"),
                                    ("searched", "searched"),
                                    ("exported", "exported a person"),
                                    ("looked", "looked at what is held of a person"),
                                    ("revealed", "had masked data shown"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("conversation_id", models.BigIntegerField(null=True)),
                        ("contact_id", models.BigIntegerField(null=True)),
                        (
                            "what",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("number", "a number"),
                                    ("address", "a mail address"),
                                    ("handle", "a handle"),
                                    ("words", "words"),
                                    ("person", "one person's messages"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("found", models.IntegerField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["-at", "-id"], name="read_newest"),
                            models.Index(fields=["user_id", "-at"], name="read_by_person"),
                            models.Index(fields=["contact_id", "-at"], name="read_of_contact"),
                        ],
                    },
                ),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(RAW_PAYLOADS, RAW_PAYLOADS_BACK)],
            state_operations=[
                migrations.CreateModel(
                    name="RawPayload",
                    fields=[
                        (
                            "message",
                            models.OneToOneField(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="payload",
                                serialize=False,
                                to="inbox.message",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("body", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                    ],
                ),
            ],
        ),
        migrations.RunSQL(ANSWER_STATES, ANSWER_STATES_BACK),
        migrations.RunSQL(EVENT_LOG, EVENT_LOG_BACK),
        migrations.RunSQL(LABEL_LINKS, LABEL_LINKS_BACK),
        migrations.RunSQL(OCCASIONS, OCCASIONS_BACK),
        migrations.RunSQL(QUEUE_COUNTS, QUEUE_COUNTS_BACK),
        migrations.RunSQL(REFERENCE_VERSION, REFERENCE_VERSION_BACK),
        migrations.RunSQL(ROW_VERSION, ROW_VERSION_BACK),
        migrations.RunSQL(PLANNING, migrations.RunSQL.noop),
        migrations.RunSQL(FIRST_WATCHED_WORDS, migrations.RunSQL.noop),
    ]
