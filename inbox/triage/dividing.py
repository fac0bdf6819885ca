"""Dividing a team's work by itself: given to who is present, and taken back where nothing is done with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import DurationField, Exists, ExpressionWrapper, F, OuterRef, Subquery, Value
from django.db.models.fields.json import KT
from django.utils import timezone

from inbox.models import Conversation, Event, Team
from inbox.routing import allotting, holders
from inbox.triage import assignment

if TYPE_CHECKING:
    from inbox.models.conversation import ConversationQuerySet

_REASONS = {Team.Dividing.TURNS: "in_turn", Team.Dividing.LEAST: "least_loaded"}


def divide_waiting() -> int:
    """Give out what waits in every team that divides its work; return how much. Safe to run twice at once."""
    teams = Team.objects.filter(archived_at=None).exclude(dividing=Team.Dividing.OFF).order_by("pk")
    return sum(divide(team) for team in teams)


def divide(team: Team) -> int:
    """Give out what waits in a team, as far as there is room; return how much."""
    total = 0
    while True:
        with transaction.atomic():
            given = allotting.allot(team)
            for one in given:
                assignment.assign(one.conversation, one.person, None, why=_REASONS[Team.Dividing(team.dividing)])
        total += len(given)
        if len(given) < allotting.MOST:
            return total


def return_untouched(now: datetime | None = None) -> int:
    """Take back what was given by itself, where its holder did nothing in the time their team allows. Returns how much.

    A customer who waits no more has been helped; a text being written or an answer on its way stays.
    """
    now = now or timezone.now()
    with transaction.atomic():
        untouched = _untouched(now)
        rows = untouched.select_for_update(no_key=True, skip_locked=True, of=("self",))
        locked = list(rows.values_list("pk", flat=True))
        # Asked once more behind the lock, under which no text is begun and no answer leaves.
        return holders.give_back(untouched.filter(pk__in=locked), None, "no_reaction")


def _untouched(now: datetime) -> ConversationQuerySet:
    given = Event.objects.filter(conversation=OuterRef("pk"), verb="assigned").order_by("-pk")
    acted = Event.objects.filter(conversation=OuterRef("pk"), actor=OuterRef("assignee"), at__gte=OuterRef("given_at"))
    allowed = ExpressionWrapper(F("team__returns_after") * Value(timedelta(minutes=1)), DurationField())
    rows: ConversationQuerySet = (
        Conversation.objects.open()
        .filter(assignee__isnull=False, waiting_since__isnull=False, team__returns_after__isnull=False)
        .alias(given_at=Subquery(given.values("at")[:1]), why=Subquery(given.values(reason=KT("data__why"))[:1]))
        .filter(why__in=_REASONS.values(), given_at__lte=Value(now) - allowed)
        .exclude(Exists(acted))
        .exclude(allotting.under_way())
    )
    return rows
