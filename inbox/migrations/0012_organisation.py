import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0003_index_failed_deliveries"),
        ("inbox", "0011_finding_work"),
    ]

    operations = [
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(blank=True, max_length=60, verbose_name="name")),
                (
                    "address",
                    models.CharField(
                        blank=True,
                        choices=[("je", "je (informal)"), ("u", "u (formal)")],
                        max_length=2,
                        verbose_name="address customers as",
                    ),
                ),
                (
                    "approves_pictures",
                    models.BooleanField(
                        default=False, verbose_name="public pictures and films need a second person's approval"
                    ),
                ),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="one_organisation")],
            },
        ),
        migrations.AddField(
            model_name="draft",
            name="sender",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="channels.account",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="approved_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="approved_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="state",
            field=models.CharField(
                blank=True,
                choices=[
                    ("queued", "Waiting to be sent"),
                    ("sending", "Being sent"),
                    ("sent", "Sent"),
                    ("retry", "Will be tried again"),
                    ("unknown", "Not certain whether it was sent"),
                    ("held", "Held: something came in between"),
                    ("failed", "Not sent"),
                    ("cancelled", "Taken back"),
                    ("approval", "Waiting for approval"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="notification",
            name="kind",
            field=models.CharField(
                choices=[
                    ("mention", "Named in a note"),
                    ("assigned", "Given a conversation"),
                    ("approval", "Asked to approve an answer"),
                    ("returned", "Got an answer back"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state", "approval")), fields=["conversation"], name="message_approval"
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approval"), _negated=True),
                    models.Q(("approved_by", None), ("external_id__isnull", True), ("visibility", "public")),
                    _connector="OR",
                ),
                name="only_unsent_public_answers_wait_for_approval",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("approved_by", models.F("author")), _negated=True),
                name="nobody_approves_their_own_answer",
            ),
        ),
    ]
