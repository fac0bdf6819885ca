"""Leads may be told of a low score, and everybody of an invitation to practise."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
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
]
# Who chose before there was this kind, chose nothing about it.
_ADD = """
UPDATE inbox_notificationchoice
SET page = array_append(page, 'practice'), mail = array_append(mail, 'practice'), push = array_append(push, 'practice')
"""
_TAKE = """
UPDATE inbox_notificationchoice
SET page = array_remove(page, 'practice'), mail = array_remove(mail, 'practice'), push = array_remove(push, 'practice')
"""


class Migration(migrations.Migration):
    """Two kinds of notification, and where an invitation leads."""

    dependencies: ClassVar = [("inbox", "0042_own_opening_hours")]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="notification", name="kind", field=models.CharField(choices=_KINDS, max_length=12)
        ),
        migrations.AddField(
            model_name="notification",
            name="practice",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="inbox.practiceround",
            ),
        ),
        migrations.RemoveConstraint(model_name="notification", name="notification_leads_somewhere"),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(("conversation__isnull", False))
                | models.Q(("account__isnull", False))
                | models.Q(("practice__isnull", False)),
                name="notification_leads_somewhere",
            ),
        ),
        migrations.RunSQL(_ADD, _TAKE),
    ]
