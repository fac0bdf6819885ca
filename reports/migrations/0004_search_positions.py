"""Search positions that people write down."""

import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0001_initial"),
        ("reports", "0003_reach_of_negatives"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchPosition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("day", models.DateField(default=django.utils.timezone.localdate, verbose_name="Day")),
                (
                    "engine",
                    models.CharField(
                        choices=[
                            ("google", "Google"),
                            ("bing", "Bing"),
                            ("duckduckgo", "DuckDuckGo"),
                            ("ecosia", "Ecosia"),
                            ("startpage", "Startpage"),
                            ("youtube", "YouTube"),
                            ("other", "Another one"),
                        ],
                        default="google",
                        max_length=12,
                        verbose_name="Search engine",
                    ),
                ),
                ("term", models.CharField(max_length=120, verbose_name="Search term")),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="Position",
                    ),
                ),
                ("is_ours", models.BooleanField(default=True, verbose_name="The result is ours")),
                ("url", models.URLField(blank=True, max_length=500, verbose_name="Address of the result")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="Note")),
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="inbox.conversation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-day", "-id"], name="positions_by_day")],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("term"),
                        models.F("engine"),
                        models.F("day"),
                        models.F("is_ours"),
                        models.F("url"),
                        name="one_position_of_a_result_a_day",
                        violation_error_message="This result was written down for that day already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("position", None), ("position__range", (1, 100)), _connector="OR"),
                        name="position_is_one_to_a_hundred",
                    ),
                ],
            },
        ),
    ]
