"""People are told of planned posts: asked to approve one, given one back, and one that did not leave."""

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
    ("low_score", "A low score from a customer"),
    ("practice", "Invited to practise"),
    ("lookalike", "Somebody looks like us"),
    ("post_asked", "Asked to approve a post"),
    ("post_back", "Got a post back"),
    ("post_stuck", "A post did not leave"),
]
# Who chose before there were these kinds, chose nothing about them.
_ADD = """
UPDATE inbox_notificationchoice SET
    page = page || ARRAY['post_asked', 'post_back', 'post_stuck']::varchar[],
    mail = mail || ARRAY['post_stuck']::varchar[],
    push = push || ARRAY['post_asked', 'post_back', 'post_stuck']::varchar[]
"""
_TAKE = """
UPDATE inbox_notificationchoice SET
    page = array_remove(array_remove(array_remove(page, 'post_asked'), 'post_back'), 'post_stuck'),
    mail = array_remove(array_remove(array_remove(mail, 'post_asked'), 'post_back'), 'post_stuck'),
    push = array_remove(array_remove(array_remove(push, 'post_asked'), 'post_back'), 'post_stuck')
"""


class Migration(migrations.Migration):
    """Kinds of notification, wanted by everybody who did not say otherwise."""

    dependencies: ClassVar = [("inbox", "0001_initial")]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="notification", name="kind", field=models.CharField(choices=_KINDS, max_length=12)
        ),
        migrations.RunSQL(_ADD, _TAKE),
    ]
