"""Somebody whose name looks like one of our accounts, and the leads told of it."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

_KINDS = [
    ("mention", "Named in a note"),
    ("assigned", "Given a conversation"),
    ("approval", "Asked to approve an answer"),
    ("returned", "Got an answer back"),
    ("escalated", "Asked when in doubt"),
    ("advised", "Got an answer to a question"),
    ("nearly_late", "Nearly late"),
    ("late", "Late"),
    ("spike", "Unusually busy or negative"),
    ("rule", "Told by a rule"),
    ("access", "Access to an account ends"),
    ("low_score", "A low score from a customer"),
    ("practice", "Invited to practise"),
    ("lookalike", "Somebody looks like us"),
]
# Who chose before there was this kind, chose nothing about it.
_ADD = """
UPDATE inbox_notificationchoice
SET page = array_append(page, 'lookalike'), mail = array_append(mail, 'lookalike'), push = array_append(push, 'lookalike')
"""
_TAKE = """
UPDATE inbox_notificationchoice
SET page = array_remove(page, 'lookalike'), mail = array_remove(mail, 'lookalike'), push = array_remove(push, 'lookalike')
"""


class Migration(migrations.Migration):
    """A table of its own, since few identities are alike, and a kind of notification."""

    dependencies: ClassVar = [("channels", "0007_signing_in"), ("inbox", "0040_raw_payloads")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Lookalike",
            fields=[
                (
                    "identity",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="lookalike",
                        serialize=False,
                        to="inbox.identity",
                    ),
                ),
                ("found_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("dismissed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="channels.account"
                    ),
                ),
                (
                    "dismissed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("dismissed_at__isnull", False)) | models.Q(("dismissed_by", None)),
                        name="lookalike_dismissed_at_a_time",
                    )
                ],
            },
        ),
        migrations.AlterField(
            model_name="notification", name="kind", field=models.CharField(choices=_KINDS, max_length=12)
        ),
        migrations.RunSQL(_ADD, _TAKE),
    ]
