"""What a rule says of a conversation's priority: high, normal or low. It counts beside what the priority is made of."""

from __future__ import annotations

from django.db import transaction

from inbox.live.announce import announce
from inbox.models import Conversation, Event
from inbox.sla import due
from inbox.triage.priority import rank

POINTS = {"high": 30, "normal": 0, "low": -30}
_LEVELS = {points: level for level, points in POINTS.items()}


@transaction.atomic
def prioritise(conversation: Conversation, level: str) -> bool:
    """Say how urgent a conversation is; return whether that was news. Raises KeyError for no level."""
    row = Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
    if row.urgency == POINTS[level]:
        return False
    was, row.urgency = row.urgency, POINTS[level]
    row.save(update_fields=["urgency"])
    # Its target may hang on it, and then the time until when an answer is due.
    due.renew([row.pk])
    rank([row.pk])
    Event.note("prioritised", conversation=row, was=_LEVELS.get(was), now=level)
    announce([row.pk])
    return True
