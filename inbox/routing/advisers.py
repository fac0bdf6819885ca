"""Whom one asks when in doubt: leads and spokespeople who see the conversation."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet

from inbox.live.announce import announce
from inbox.models import Conversation, Escalation, Event, User
from inbox.models.rights import Right, holding
from inbox.routing.holders import may_see


def advisers_on(conversation: Conversation, asker: User | None = None) -> QuerySet[User]:
    """Return who may be asked about a conversation, by name; never who asks."""
    speaks = Q(teams__handles_press=True, teams__archived_at=None)
    advisers = User.objects.filter(may_see(account=conversation.account_id, team=conversation.team_id)).filter(
        holding(Right.PRESS) | Q(pk__in=User.objects.filter(speaks).values("pk"))
    )
    others = advisers.exclude(pk=asker.pk) if asker else advisers
    return others.order_by("first_name", "last_name", "pk")


def pass_on_unseen(questions: QuerySet[Escalation], by: User | None) -> int:
    """Let every lead answer what was asked of somebody who may no longer be asked. Returns how much that was.

    Nobody would see such a question, and the customer's answer waits for it. Runs in the caller's transaction.
    """
    waiting = questions.filter(ended_at=None, asked__isnull=False).select_related("conversation")
    passed = [
        row
        for row in waiting.order_by("conversation")
        if row.asked_id and not advisers_on(row.conversation).filter(pk=row.asked_id).exists()
    ]
    asked = {row.pk: row.asked_id for row in passed}
    Escalation.objects.filter(pk__in=[row.pk for row in passed]).update(asked=None)
    for row in passed:
        Event.note("question_passed_on", actor=by, conversation=row.conversation, was=asked[row.pk])
    changed = [row.conversation_id for row in passed]
    # The row itself says nothing else now; its version does, by which open pages find it.
    Conversation.objects.filter(pk__in=changed).update(version=F("version"))
    announce(changed)
    return len(passed)
