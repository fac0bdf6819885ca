"""Posts that are planned, with their pictures and a part for each account."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

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
                name="Post",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("text", models.TextField(verbose_name="text")),
                    ("link", models.URLField(blank=True, max_length=500, verbose_name="link")),
                    ("at", models.DateTimeField(verbose_name="moment")),
                    ("time_zone", models.CharField(blank=True, max_length=40, verbose_name="time zone")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "Draft"),
                                ("asked", "Waiting for approval"),
                                ("planned", "Planned"),
                                ("withdrawn", "Withdrawn"),
                            ],
                            default="draft",
                            max_length=10,
                        ),
                    ),
                    ("version", models.PositiveIntegerField(default=0)),
                    ("approved_at", models.DateTimeField(blank=True, null=True)),
                    ("comment", models.CharField(blank=True, max_length=500)),
                    ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                        "author",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["at", "id"], name="post_by_moment")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("approved_by", models.F("author")), _negated=True),
                            name="nobody_approves_their_own_post",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Part",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("text", models.TextField(blank=True)),
                    (
                        "account",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="+", to="channels.account"
                        ),
                    ),
                    (
                        "message",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="planned_post",
                            to="inbox.message",
                        ),
                    ),
                    (
                        "post",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="publishing.post"
                        ),
                    ),
                ],
                options={
                    "ordering": ["account__platform", "account__name", "pk"],
                    "constraints": [
                        models.UniqueConstraint(fields=("post", "account"), name="one_part_of_a_post_an_account")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Picture",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("file", models.FileField(max_length=300, upload_to="posts/%Y/%m/")),
                    ("mime_type", models.CharField(max_length=100)),
                    ("filename", models.CharField(max_length=200)),
                    ("size", models.PositiveBigIntegerField()),
                    ("alt_text", models.CharField(max_length=1000)),
                    (
                        "post",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="pictures", to="publishing.post"
                        ),
                    ),
                ],
                options={
                    "ordering": ["pk"],
                },
            ),
        ),
    ]
