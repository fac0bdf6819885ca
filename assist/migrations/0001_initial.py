"""The assistant's server, and what it translated."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from assist.migrations._forgetting import FORGETTING, FORGETTING_BACK
from webcare.lib.at_once import AtOnce


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("inbox", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AtOnce(
            migrations.CreateModel(
                name="Server",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("address", models.CharField(max_length=500)),
                    ("model", models.CharField(max_length=200)),
                    ("sealed", models.TextField(blank=True, editable=False)),
                    (
                        "helps",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                        ),
                    ),
                    ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                    (
                        "made_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "constraints": [models.UniqueConstraint(models.Value(1), name="one_assist_server")],
                },
            ),
            migrations.CreateModel(
                name="Translation",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("language", models.CharField(max_length=5)),
                    ("text", models.TextField()),
                    ("has_gaps", models.BooleanField(default=False)),
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
                        "message",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="inbox.message",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("message", "language"), name="one_translation_of_a_message")
                    ],
                },
            ),
        ),
        migrations.RunSQL(FORGETTING, FORGETTING_BACK),
    ]
