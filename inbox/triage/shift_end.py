"""What somebody left behind who stopped working: back in the queue, where their team wants that (G11)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from inbox.models import Conversation, Event, Presence, Team
from inbox.routing import allotting, holders
from inbox.routing.presence import AWAY_AFTER

if TYPE_CHECKING:
    from inbox.models.conversation import ConversationQuerySet


def return_left_behind(now: datetime | None = None) -> int:
    """Take back what waits with people who are off since ten minutes, or seen by no page any more. Returns how much.

    What they were given after they left stays theirs: somebody meant them. So does what an answer is leaving in.
    """
    now = now or timezone.now()
    with transaction.atomic():
        left = _left_behind(now)
        rows = left.select_for_update(no_key=True, skip_locked=True, of=("self",))
        locked = list(rows.values_list("pk", flat=True))
        # Asked once more behind the lock, under which no text is begun and no answer leaves.
        return holders.give_back(left.filter(pk__in=locked), None, "shift_ended")


def _left_behind(now: datetime) -> ConversationQuerySet:
    # Whoever said so themselves hands over first: they have a page open, and do something in it.
    over = Q(chosen=Presence.State.OFF, seen_at__lte=now - AWAY_AFTER)
    over |= Q(seen_at__lte=now - timedelta(minutes=settings.SESSION_IDLE_MINUTES))
    gone = Presence.objects.filter(over, user=OuterRef("assignee"))
    given = Event.objects.filter(conversation=OuterRef("pk"), verb="assigned").order_by("-pk")
    given_at = Coalesce(Subquery(given.values("at")[:1]), "created_at")
    rows: ConversationQuerySet = (
        Conversation.objects.open()
        .filter(team__shift_end=Team.ShiftEnd.RETURN, assignee__isnull=False, waiting_since__isnull=False)
        .alias(given_at=given_at)
        .filter(Exists(gone.filter(seen_at__gte=OuterRef("given_at"))))
        .exclude(allotting.under_way())
    )
    return rows
