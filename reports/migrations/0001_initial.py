"""The public promise, sums by day, reports by mail and goals."""

import uuid

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from reports.migrations._promise_page import PROMISE_PAGE, PROMISE_PAGE_BACK
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
                name="Goal",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("figure", models.CharField(max_length=40)),
                    ("starts", models.DateField()),
                    ("value", models.FloatField(blank=True, null=True)),
                    ("at", models.DateTimeField(default=django.utils.timezone.now)),
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
                        "team",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="inbox.team",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("figure", "starts", "account", "team"),
                            name="one_goal_from_a_day_on",
                            nulls_distinct=False,
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("account", None), ("team", None), _connector="OR"),
                            name="goal_is_of_an_account_or_of_a_team",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="MailedReport",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    (
                        "every",
                        models.CharField(
                            choices=[("week", "every week, on Monday"), ("month", "every month, on the first")],
                            max_length=5,
                            verbose_name="how often",
                        ),
                    ),
                    ("filters", models.CharField(blank=True, default="", max_length=300)),
                    ("title", models.CharField(blank=True, default="", max_length=300)),
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
                        "reader",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("reader", "every", "filters"), name="one_report_of_the_same_to_a_reader"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="SentReport",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("first", models.DateField()),
                    ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    (
                        "report",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="sent", to="reports.mailedreport"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("report", "first"), name="each_period_mailed_once")
                    ],
                },
            ),
            migrations.CreateModel(
                name="PromisePage",
                fields=[
                    (
                        "id",
                        models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False),
                    ),
                    ("is_public", models.BooleanField(default=False)),
                    (
                        "colour",
                        models.CharField(
                            default="#0d6a64",
                            max_length=7,
                            validators=[
                                django.core.validators.RegexValidator(
                                    "^#[0-9a-fA-F]{6}\\Z", "Choose a colour like #0d6a64."
                                )
                            ],
                        ),
                    ),
                    ("website", models.URLField(blank=True)),
                    ("privacy", models.URLField(blank=True)),
                    ("embedded_by", models.TextField(blank=True, max_length=1000)),
                    ("headline_nl", models.CharField(blank=True, max_length=80)),
                    ("headline_en", models.CharField(blank=True, max_length=80)),
                    ("intro_nl", models.TextField(blank=True, max_length=500)),
                    ("intro_en", models.TextField(blank=True, max_length=500)),
                    ("rules_nl", models.TextField(blank=True, max_length=3000)),
                    ("rules_en", models.TextField(blank=True, max_length=3000)),
                    ("complaints_nl", models.TextField(blank=True, max_length=4000)),
                    ("complaints_en", models.TextField(blank=True, max_length=4000)),
                ],
                options={
                    "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="one_promise_page")],
                },
            ),
            migrations.CreateModel(
                name="MeasuredChannel",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("platform", models.CharField(max_length=20, unique=True)),
                    ("first", models.DateField()),
                    ("last", models.DateField()),
                    ("n", models.PositiveIntegerField()),
                    ("median_seconds", models.FloatField(null=True)),
                    ("p90_seconds", models.FloatField(null=True)),
                    ("within_target", models.FloatField(null=True)),
                    ("measured_at", models.DateTimeField()),
                ],
            ),
            migrations.CreateModel(
                name="RollUp",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("source", models.CharField(max_length=12)),
                    ("day", models.DateField()),
                    ("kind", models.CharField(blank=True, max_length=20)),
                    ("bucket", models.IntegerField()),
                    ("n", models.PositiveIntegerField()),
                    (
                        "amounts",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.IntegerField(), null=True, size=None
                        ),
                    ),
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
                    (
                        "team",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="inbox.team",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(
                            fields=["source", "day"],
                            include=("account", "team", "kind", "bucket", "n"),
                            name="rollup_by_source",
                        ),
                        models.Index(fields=["day"], name="rollup_by_day"),
                        models.Index(
                            condition=models.Q(("amounts__isnull", False)),
                            fields=["source", "bucket", "day"],
                            name="rollup_by_size",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PersonRollUp",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("source", models.CharField(max_length=12)),
                    ("day", models.DateField()),
                    ("kind", models.CharField(blank=True, max_length=20)),
                    ("bucket", models.IntegerField()),
                    ("n", models.PositiveIntegerField()),
                    (
                        "amounts",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.IntegerField(), null=True, size=None
                        ),
                    ),
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
                    (
                        "person",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "team",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="inbox.team",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(
                            fields=["source", "day"],
                            include=("account", "team", "person", "kind", "bucket", "n"),
                            name="person_rollup_by_source",
                        ),
                        models.Index(fields=["day"], name="person_rollup_by_day"),
                        models.Index(
                            condition=models.Q(("amounts__isnull", False)),
                            fields=["source", "day"],
                            name="person_rollup_large",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="LabelRollUp",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("source", models.CharField(max_length=12)),
                    ("day", models.DateField()),
                    ("kind", models.CharField(blank=True, max_length=20)),
                    ("bucket", models.IntegerField()),
                    ("n", models.PositiveIntegerField()),
                    (
                        "amounts",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.IntegerField(), null=True, size=None
                        ),
                    ),
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
                    (
                        "label",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="inbox.label",
                        ),
                    ),
                    (
                        "team",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="inbox.team",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(
                            fields=["source", "day"],
                            include=("account", "team", "label", "kind", "bucket", "n"),
                            name="label_rollup_by_source",
                        ),
                        models.Index(fields=["day"], name="label_rollup_by_day"),
                        models.Index(
                            condition=models.Q(("amounts__isnull", False)),
                            fields=["source", "day"],
                            name="label_rollup_large",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="RollUpState",
                fields=[
                    (
                        "id",
                        models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False),
                    ),
                    ("last", models.DateField()),
                    ("zone", models.CharField(max_length=60)),
                    ("horizon", models.BigIntegerField()),
                    ("people_horizon", models.BigIntegerField(null=True)),
                ],
            ),
        ),
        migrations.RunSQL(PROMISE_PAGE, PROMISE_PAGE_BACK),
    ]
