"""Sums that hold all amounts together, of days and of months, in tables of their own.

The former release goes on with those it has. Here they are forgotten; a release after this one drops them.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _columns(*who):
    return [
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        ("source", models.CharField(max_length=12)),
        ("is_month", models.BooleanField()),
        ("day", models.DateField()),
        ("kind", models.CharField(blank=True, max_length=20)),
        ("n", models.PositiveIntegerField()),
        ("total", models.BigIntegerField()),
        ("amounts", django.contrib.postgres.fields.ArrayField(models.IntegerField(), null=True, size=None)),
        ("account", _link("channels.account")),
        ("team", _link("inbox.team", null=True)),
        *who,
    ]


def _link(to, on_delete=django.db.models.deletion.CASCADE, **more):
    return models.ForeignKey(to=to, on_delete=on_delete, db_constraint=False, db_index=False, related_name="+", **more)


def _index(name, *who):
    return models.Index(
        fields=["source", "is_month", "day"], include=("account", "team", *who, "kind", "n", "total"), name=name
    )


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0003_email_for_chats"),
        ("inbox", "0003_draft_helped"),
        ("reports", "0005_negatives_apart"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel(name) for name in ("LabelRollUp", "PersonRollUp", "RollUp", "RollUpState")
            ]
        ),
        migrations.CreateModel("Sum", _columns(), options={"abstract": False, "indexes": [_index("sum_by_source")]}),
        migrations.CreateModel(
            "PersonSum",
            _columns(("person", _link(settings.AUTH_USER_MODEL, django.db.models.deletion.SET_NULL, null=True))),
            options={"abstract": False, "indexes": [_index("person_sum_by_source", "person")]},
        ),
        migrations.CreateModel(
            "LabelSum",
            _columns(("label", _link("inbox.label"))),
            options={"abstract": False, "indexes": [_index("label_sum_by_source", "label")]},
        ),
        migrations.CreateModel(
            "SumState",
            [
                ("id", models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ("last", models.DateField()),
                ("zone", models.CharField(max_length=60)),
                ("horizon", models.BigIntegerField()),
            ],
        ),
    ]
