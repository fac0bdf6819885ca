"""What is unusually busy or negative, and who is told."""

from __future__ import annotations

import uuid
from typing import ClassVar

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """How each account is watched, and each spike."""

    dependencies: ClassVar = [
        ("channels", "0003_targets_have_their_own_table"),
        ("inbox", "0023_each_spelling_once"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Spike",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
        ),
        migrations.AddField(
            model_name="notification",
            name="spike",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="inbox.spike"
            ),
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
        migrations.AddIndex(
            model_name="spike",
            index=models.Index(fields=["-began_at", "-id"], name="spike_newest"),
        ),
        migrations.AddIndex(
            model_name="spike",
            index=models.Index(fields=["account", "kind", "-over_at"], name="spike_of_account"),
        ),
        migrations.AddConstraint(
            model_name="spike",
            constraint=models.UniqueConstraint(
                condition=models.Q(("over_at", None)), fields=("account", "kind"), name="one_spike_at_a_time"
            ),
        ),
    ]
