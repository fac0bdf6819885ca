"""Admins are told that the access to an account ends."""

from __future__ import annotations

from typing import ClassVar

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
]
# Who chose before there was this kind, chose nothing about it.
_ADD = """
UPDATE inbox_notificationchoice
SET page = array_append(page, 'access'), mail = array_append(mail, 'access'), push = array_append(push, 'access')
"""
_TAKE = """
UPDATE inbox_notificationchoice
SET page = array_remove(page, 'access'), mail = array_remove(mail, 'access'), push = array_remove(push, 'access')
"""


class Migration(migrations.Migration):
    """A kind of notification, wanted by everybody who did not say otherwise."""

    dependencies: ClassVar = [("inbox", "0035_practice_apart")]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="notification", name="kind", field=models.CharField(choices=_KINDS, max_length=12)
        ),
        migrations.RunSQL(_ADD, _TAKE),
    ]
