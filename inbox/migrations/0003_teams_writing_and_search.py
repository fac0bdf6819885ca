import uuid

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0002_initial"),
        ("inbox", "0002_row_versions_and_append_only_log"),
    ]

    operations = [
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
            name="WatchedWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cliche", "Cliché"),
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
        migrations.AddField(
            model_name="contact",
            name="address",
            field=models.CharField(blank=True, choices=[("je", "je (informal)"), ("u", "u (formal)")], max_length=2),
        ),
        migrations.AddField(
            model_name="contact",
            name="kind",
            field=models.CharField(
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
        migrations.AddField(
            model_name="conversation",
            name="crossed_line_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="conversation",
            name="handover_note",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="conversation",
            name="is_complaint",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="conversation",
            name="language",
            field=models.CharField(blank=True, max_length=5),
        ),
        migrations.AddField(
            model_name="conversation",
            name="mood",
            field=models.CharField(
                blank=True,
                choices=[("angry", "angry"), ("annoyed", "annoyed"), ("neutral", "neutral"), ("happy", "happy")],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="conversation",
            name="mood_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="conversation",
            name="priority",
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name="message",
            name="language",
            field=models.CharField(blank=True, max_length=5),
        ),
        migrations.AddField(
            model_name="message",
            name="mood",
            field=models.CharField(blank=True, max_length=10),
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
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="canned_replies",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "ordering": ["title", "pk"],
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
            options={
                "indexes": [models.Index(fields=["canned", "-at"], name="uses_of_canned_reply")],
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
                    "reply_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="inbox.message",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("conversation", "user"), name="one_draft_per_person")],
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
            name="IdentityMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
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
            options={
                "indexes": [models.Index(fields=["label", "-last_message_at"], name="conversations_by_label")],
                "constraints": [models.UniqueConstraint(fields=("conversation", "label"), name="one_link_per_label")],
            },
        ),
        migrations.AddField(
            model_name="cannedreply",
            name="label",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="canned_replies",
                to="inbox.label",
                verbose_name="topic",
            ),
        ),
        migrations.AddField(
            model_name="conversation",
            name="labels",
            field=models.ManyToManyField(
                related_name="conversations", through="inbox.ConversationLabel", to="inbox.label"
            ),
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
                "indexes": [models.Index(fields=["expires_at"], name="notice_until")],
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("mention", "Named in a note"), ("assigned", "Given a conversation")], max_length=10
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
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("read_at", None)), fields=["user", "-at"], name="notification_unread"
                    )
                ],
            },
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
            options={
                "constraints": [models.UniqueConstraint(fields=("contact", "other"), name="one_refusal_per_pair")],
            },
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
                "indexes": [models.Index(fields=["owner"], name="views_of_person")],
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
                "constraints": [
                    models.UniqueConstraint(django.db.models.functions.text.Lower("name"), name="one_team_per_name")
                ],
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
                condition=models.Q(("status", "open"), ("window_closes_at__isnull", False)),
                fields=["window_closes_at", "id"],
                name="conv_window",
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
        migrations.AddField(
            model_name="message",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.contrib.postgres.search.CombinedSearchVector(
                    django.contrib.postgres.search.CombinedSearchVector(
                        django.contrib.postgres.search.SearchVector("text", config="dutch"),
                        "||",
                        django.contrib.postgres.search.SearchVector("text", config="english"),
                        django.contrib.postgres.search.SearchConfig("dutch"),
                    ),
                    "||",
                    django.contrib.postgres.search.SearchVector("text", config="simple"),
                    django.contrib.postgres.search.SearchConfig("dutch"),
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=django.contrib.postgres.indexes.GinIndex(fields=["words"], name="message_words"),
        ),
    ]
