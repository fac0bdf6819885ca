"""Links to people and practice, whose tables are made after accounts."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from webcare.lib.at_once import AtOnce


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("channels", "0001_initial"),
        ("inbox", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AtOnce(
            migrations.AddField(
                model_name="account",
                name="paused_by",
                field=models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            migrations.AddField(
                model_name="account",
                name="practice",
                field=models.ForeignKey(
                    blank=True,
                    db_index=False,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="inbox.practiceseat",
                ),
            ),
            migrations.AddField(
                model_name="deletionrequest",
                name="erasures",
                field=models.ManyToManyField(related_name="+", to="inbox.erasure"),
            ),
            migrations.AddField(
                model_name="signin",
                name="by",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            migrations.AddIndex(
                model_name="account",
                index=models.Index(
                    condition=models.Q(("practice__isnull", False)), fields=["practice"], name="account_of_practice"
                ),
            ),
            migrations.AddConstraint(
                model_name="account",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        ("practice", None), models.Q(("sealed_credentials", ""), ("verify_token", "")), _connector="OR"
                    ),
                    name="practice_has_no_credentials",
                ),
            ),
        ),
    ]
