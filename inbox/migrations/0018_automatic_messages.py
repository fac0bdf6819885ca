"""Opening hours, and messages that leave by themselves outside them: one per conversation and closed period."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """The week and its exceptions, what was sent by itself, and the mark on such a message."""

    dependencies = [("channels", "0005_automatic_messages"), ("inbox", "0017_reviews_and_defensive_words")]

    operations = [
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
            options={"ordering": ["date", "weekday"]},
        ),
        migrations.AddConstraint(
            model_name="openingday",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("date__isnull", False), ("weekday__isnull", True)),
                    models.Q(("date__isnull", True), ("weekday__range", (0, 6))),
                    _connector="OR",
                ),
                name="opening_day_is_a_weekday_or_a_date",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="automatic",
            field=models.BooleanField(default=False),
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
    ]
