"""Press questions belong to the spokespeople: where they are routed to, and who may answer them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from inbox.live.announce import announce
from inbox.models import Contact, Conversation, Event, Team, User
from webcare.lib.statements import fetch


def spokespeople() -> Team | None:
    """The team that answers the press; None where no such team was set up, or nobody is in it."""
    teams = Team.objects.filter(handles_press=True, archived_at=None, members__is_active=True)
    return teams.order_by("pk").distinct().first()


def may_answer(contact: Contact, agent: User) -> bool:
    """Whether somebody may write to this person: where there are spokespeople, the press hears them and leads only."""
    if contact.kind != Contact.Kind.PRESS or agent.is_lead:
        return True
    teams = Team.objects.filter(handles_press=True, archived_at=None, members__is_active=True)
    return not teams.exists() or teams.filter(members=agent).exists()


def route_new(conversation_ids: Collection[int]) -> list[int]:
    """Put what the press wrote in the spokespeople's queue, unless it has one already. Return whose moved."""
    new = fetch(
        "SELECT c.id FROM inbox_conversation c JOIN inbox_contact p ON p.id = c.contact_id"
        " WHERE c.id = ANY(%s::bigint[]) AND c.team_id IS NULL AND p.kind = %s",
        [list(conversation_ids), str(Contact.Kind.PRESS)],
    )
    return route(list(Conversation.objects.filter(pk__in=[pk for (pk,) in new]).order_by("pk"))) if new else []


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
    announce(ids)
    return ids
