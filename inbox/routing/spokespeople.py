"""Press questions belong to the spokespeople: where they are routed to, and who may answer them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import Q

from inbox.live.announce import announce
from inbox.models import Contact, Conversation, Escalation, Event, Team, User
from inbox.models.rights import Right, holding
from inbox.routing import advisers, holders
from inbox.routing.waiting import tell_waiting
from webcare.lib.enqueue import enqueue
from webcare.lib.statements import fetch

# What the press wrote and no team has, and what a team divides by itself.
_NEW = """
SELECT c.id, c.team_id IS NULL, c.team_id IS NOT NULL
FROM inbox_conversation c JOIN inbox_contact p ON p.id = c.contact_id LEFT JOIN inbox_team t ON t.id = c.team_id
WHERE c.id = ANY(%s::bigint[]) AND (
    (c.team_id IS NULL AND p.kind = 'press') OR (c.assignee_id IS NULL AND c.status = 'open' AND t.dividing <> 'off'))
"""


def spokespeople() -> Team | None:
    """The team that answers the press; None where no such team was set up, or nobody is in it."""
    teams = Team.objects.filter(handles_press=True, archived_at=None, members__is_active=True)
    return teams.order_by("pk").distinct().first()


def may_answer(contact: Contact, agent: User) -> bool:
    """Whether somebody may write to this person: where there are spokespeople, the press hears them and leads only."""
    if contact.kind != Contact.Kind.PRESS or agent.is_spokesperson:
        return True
    teams = Team.objects.filter(handles_press=True, archived_at=None, members__is_active=True)
    return not teams.exists() or teams.filter(members=agent).exists()


def answering(people: Collection[int]) -> set[int]:
    """Return which of these people may write to the press, in one or two statements."""
    teams = Team.objects.filter(handles_press=True, archived_at=None, members__is_active=True)
    able = User.objects.filter(pk__in=people)
    if teams.exists():
        able = able.filter(holding(Right.PRESS) | Q(teams__in=teams.values("pk")))
    return set(able.values_list("pk", flat=True))


def route_new(conversation_ids: Collection[int]) -> list[int]:
    """Put what the press wrote in the spokespeople's queue, unless it has one already. Return whose moved.

    Where a team divides its work by itself, it is told of what is new.
    """
    new = fetch(_NEW, [list(conversation_ids)])
    if any(divides for _pk, _is_press, divides in new):
        enqueue("inbox.tasks.divide_work")
    press = [pk for pk, is_press, _divides in new if is_press]
    return route(list(Conversation.objects.filter(pk__in=press).order_by("pk"))) if press else []


def route(conversations: Sequence[Conversation], by: User | None = None) -> list[int]:
    """Put conversations with the press in the spokespeople's queue. Runs in the caller's transaction."""
    team = spokespeople() if conversations else None
    moved = [row for row in conversations if team is not None and row.team_id != team.pk]
    if team is None or not moved:
        return []
    Conversation.objects.filter(pk__in=[row.pk for row in moved]).update(team=team)
    Event.objects.bulk_create(
        Event(
            verb="routed", actor=by, conversation=row, account_id=row.account_id, data={"team": team.pk, "why": "press"}
        )
        for row in moved
    )
    ids = [row.pk for row in moved]
    if team.is_closed:
        holders.give_back_unseen(by, conversations=ids)
        advisers.pass_on_unseen(Escalation.objects.filter(conversation__in=ids), by)
    announce(ids)
    tell_waiting(ids)
    return ids
