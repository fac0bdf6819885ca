"""Saved queries, feeds, and the posts they found."""

import datetime
import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from monitoring.migrations._forgetting import FORGETTING, FORGETTING_BACK
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
                name="Feed",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("url", models.URLField(max_length=1000, unique=True)),
                    ("host", models.CharField(max_length=253)),
                    ("title", models.CharField(max_length=120)),
                    (
                        "kind",
                        models.CharField(
                            choices=[("blog", "Blog"), ("forum", "Forum"), ("news", "News")],
                            default="blog",
                            max_length=6,
                        ),
                    ),
                    ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("etag", models.CharField(blank=True, max_length=300)),
                    ("modified", models.CharField(blank=True, max_length=100)),
                    ("next_fetch_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("interval", models.DurationField(default=datetime.timedelta(seconds=900))),
                    ("claimed_until", models.DateTimeField(blank=True, null=True)),
                    ("fetched_at", models.DateTimeField(blank=True, null=True)),
                    ("new_at", models.DateTimeField(blank=True, null=True)),
                    ("failures", models.PositiveIntegerField(default=0)),
                    (
                        "problem",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("gone", "There is no feed any more at this address."),
                                ("refused", "The site refuses to give the feed."),
                                ("unreachable", "The site cannot be reached."),
                                ("private", "The address is inside a private network."),
                                ("too_large", "The feed is larger than we read."),
                                ("no_feed", "What stands there is no feed."),
                            ],
                            max_length=12,
                        ),
                    ),
                    ("body", models.BinaryField(blank=True, null=True)),
                    ("tries", models.PositiveSmallIntegerField(default=0, editable=False)),
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
                    "ordering": ["title", "pk"],
                    "indexes": [models.Index(fields=["next_fetch_at"], name="feed_due")],
                },
            ),
            migrations.CreateModel(
                name="Query",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("name", models.CharField(max_length=60, verbose_name="name")),
                    ("text", models.CharField(max_length=1000, verbose_name="query")),
                    (
                        "language",
                        models.CharField(
                            blank=True,
                            choices=[("nl", "Dutch"), ("en", "English"), ("de", "German"), ("fr", "French")],
                            max_length=2,
                            verbose_name="language",
                        ),
                    ),
                    ("in_feeds", models.BooleanField(default=True, verbose_name="blogs, forums and news")),
                    ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("paused_at", models.DateTimeField(blank=True, null=True)),
                    ("cursor", models.JSONField(blank=True, default=dict)),
                    ("next_search_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("interval", models.DurationField(default=datetime.timedelta(seconds=120))),
                    ("claimed_until", models.DateTimeField(blank=True, null=True)),
                    ("failures", models.PositiveIntegerField(default=0)),
                    ("problem", models.CharField(blank=True, max_length=40)),
                    (
                        "account",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="monitored",
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
                        "team",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="monitored",
                            to="inbox.team",
                        ),
                    ),
                ],
                options={
                    "ordering": ["name", "pk"],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("account__isnull", False), ("paused_at", None)),
                            fields=["next_search_at"],
                            name="query_due",
                        )
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("account", None), _negated=True), ("in_feeds", True), _connector="OR"
                            ),
                            name="query_is_asked_somewhere",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Post",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("source", models.CharField(max_length=20)),
                    ("external_id", models.CharField(max_length=200)),
                    ("site", models.CharField(blank=True, max_length=120)),
                    ("author_id", models.CharField(blank=True, max_length=160)),
                    ("author", models.CharField(blank=True, max_length=200)),
                    ("handle", models.CharField(blank=True, max_length=120)),
                    ("followers", models.PositiveIntegerField(blank=True, null=True)),
                    ("url", models.URLField(blank=True, max_length=1000)),
                    ("title", models.CharField(blank=True, max_length=300)),
                    ("text", models.TextField(blank=True)),
                    ("thread_id", models.CharField(blank=True, max_length=160)),
                    ("parent_id", models.CharField(blank=True, max_length=160)),
                    ("language", models.CharField(blank=True, max_length=5)),
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
                    ("estimated_at", models.DateTimeField(blank=True, null=True)),
                    ("published_at", models.DateTimeField()),
                    ("stored_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ("found_at", models.DateTimeField(blank=True, null=True)),
                    ("done_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "outcome",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("taken", "Taken up in the inbox"),
                                ("on_site", "Answered on the site itself"),
                                ("nothing", "Seen, nothing to do"),
                                ("others", "Not about us"),
                            ],
                            max_length=8,
                        ),
                    ),
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
                        "conversation",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to="inbox.conversation",
                        ),
                    ),
                    (
                        "done_by",
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
                        "feed",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="posts",
                            to="monitoring.feed",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(
                            condition=models.Q(("done_at", None), ("found_at__isnull", False)),
                            fields=["-found_at", "-id"],
                            name="post_to_see",
                        ),
                        models.Index(
                            condition=models.Q(("found_at__isnull", False)),
                            fields=["-found_at", "-id"],
                            name="post_found",
                        ),
                        models.Index(fields=["-published_at", "-id"], name="post_published"),
                        models.Index(
                            condition=models.Q(("estimated_at", None)), fields=["id"], name="post_to_estimate"
                        ),
                        models.Index(
                            condition=models.Q(("author_id", ""), _negated=True),
                            fields=["source", "author_id"],
                            name="post_of_author",
                        ),
                        models.Index(
                            condition=models.Q(("done_by__isnull", False)), fields=["done_by"], name="post_done_by"
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("source", "external_id"), name="one_post_per_id"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("done_at", None), ("outcome", "")),
                                ("done_at__isnull", False),
                                _connector="OR",
                            ),
                            name="outcome_has_a_time",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Hit",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    (
                        "post",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="hits", to="monitoring.post"
                        ),
                    ),
                    (
                        "query",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="hits",
                            to="monitoring.query",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("query", "post"), name="one_hit_per_query_and_post")
                    ],
                },
            ),
        ),
        migrations.RunSQL(FORGETTING, FORGETTING_BACK),
    ]
