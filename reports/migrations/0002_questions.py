"""Questions in groups, made behind, and who asked each."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from reports.migrations._forgetting import FORGETTING, FORGETTING_BACK
from webcare.lib.at_once import AtOnce


def _beyond(to: str) -> models.ForeignKey:
    """Return a reference that the database does not check: triggers see to it."""
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to=to,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0002_initial"),
        ("inbox", "0001_initial"),
        ("reports", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AtOnce(
            migrations.CreateModel(
                name="QuestionState",
                fields=[
                    (
                        "id",
                        models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False),
                    ),
                    ("last_message", models.BigIntegerField()),
                    ("grouped_at", models.DateTimeField(default=django.utils.timezone.now)),
                ],
            ),
            migrations.CreateModel(
                name="Question",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("last_at", models.DateTimeField()),
                    ("set_aside_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "set_aside_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={"indexes": [models.Index(fields=["-last_at"], name="question_newest")]},
            ),
            migrations.CreateModel(
                name="Asking",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("asked_at", models.DateTimeField()),
                    ("is_model", models.BooleanField(default=False)),
                    ("account", _beyond("channels.account")),
                    ("conversation", _beyond("inbox.conversation")),
                    ("message", _beyond("inbox.message")),
                    (
                        "question",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="askings",
                            to="reports.question",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(
                            fields=["asked_at"], include=("question", "account", "conversation"), name="asking_counted"
                        ),
                        models.Index(
                            fields=["question", "-asked_at", "-conversation"],
                            include=("account",),
                            name="asking_of_question",
                        ),
                        models.Index(fields=["conversation"], name="asking_of_conversation"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("message",), name="one_question_of_a_message"),
                        models.UniqueConstraint(fields=("question", "conversation"), name="who_asks_twice_counts_once"),
                        models.UniqueConstraint(
                            condition=models.Q(("is_model", True)), fields=("question",), name="one_model_of_a_question"
                        ),
                    ],
                },
            ),
        ),
        migrations.RunSQL(FORGETTING, FORGETTING_BACK),
    ]
