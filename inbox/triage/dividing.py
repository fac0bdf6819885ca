"""Dividing a team's work by itself: given to who is present, and taken back where nothing is done with it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from inbox.models import Conversation, Team
from inbox.routing import allotting, holders
from inbox.triage import assignment
from webcare.lib.statements import fetch

if TYPE_CHECKING:
    from inbox.models.conversation import ConversationQuerySet

# What was given by itself too long ago, and not acted on since. The last giving is looked up once for each that waits.
_OVERDUE = """
SELECT c.id FROM inbox_conversation c JOIN inbox_team t ON t.id = c.team_id AND t.returns_after IS NOT NULL
CROSS JOIN LATERAL (
    SELECT e.at, e.data->>'why' AS why FROM inbox_event e WHERE e.conversation_id = c.id AND e.verb = 'assigned'
    ORDER BY e.id DESC LIMIT 1
) given
WHERE c.status = 'open' AND c.assignee_id IS NOT NULL AND c.waiting_since IS NOT NULL
    AND given.why = ANY(%(reasons)s) AND given.at <= %(now)s - t.returns_after * interval '1 minute'
    AND NOT EXISTS (SELECT FROM inbox_event a WHERE a.conversation_id = c.id AND a.actor_id = c.assignee_id
        AND a.at >= given.at)
"""
_OVERDUE_STILL = _OVERDUE + "AND c.id = ANY(%(ids)s)"
AT_ONCE = 500  # given back in one transaction
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
    overdue = _overdue(_OVERDUE, now)
    return sum(_return(overdue[first : first + AT_ONCE], now) for first in range(0, len(overdue), AT_ONCE))


@transaction.atomic
def _return(overdue: list[int], now: datetime) -> int:
    rows = _untouched(overdue).select_for_update(no_key=True, skip_locked=True)
    locked = list(rows.values_list("pk", flat=True))
    # Asked once more behind the lock, under which no text is begun and no answer leaves.
    still = _overdue(_OVERDUE_STILL, now, ids=locked) if locked else []
    return holders.give_back(_untouched(still), None, "no_reaction") if still else 0


def _overdue(statement: str, now: datetime, **more: list[int]) -> list[int]:
    return [pk for (pk,) in fetch(statement, {"now": now, "reasons": list(_REASONS.values()), **more})]


def _untouched(overdue: list[int]) -> ConversationQuerySet:
    return Conversation.objects.filter(pk__in=overdue).exclude(allotting.under_way())
