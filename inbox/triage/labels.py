"""Which labels a conversation carries and which team has it. Each change is logged; doing one twice changes nothing."""

from __future__ import annotations

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.utils import timezone

from inbox.live.announce import announce
from inbox.models import Conversation, ConversationLabel, Escalation, Event, Label, Team, User
from inbox.routing import advisers, holders
from inbox.routing.waiting import tell_waiting
from inbox.sla import due
from inbox.sla.targets import due_times_changed
from inbox.triage import team_leads


class NameTaken(Exception):
    """Another label or team has this name already; capitals make no difference."""


@transaction.atomic
def add_label(conversation: Conversation, label: Label, by: User | None) -> bool:
    """Put a label on a conversation; return whether it is new there.

    A label that marks complaints makes it one. One that goes to a team gives it to that team.
    """
    row = _locked(conversation)
    _link, new = ConversationLabel.objects.get_or_create(
        conversation=row, label=label, defaults={"by": by, "last_message_at": row.last_message_at}
    )
    if not new:
        return False
    if label.is_complaint:
        row.is_complaint = conversation.is_complaint = True
    # Saved in any case: the row's version grows, by which open pages find it.
    row.save(update_fields=["is_complaint"])
    due.renew([row.pk])
    Event.note("labelled", actor=by, conversation=row, label=label.pk)
    announce([row.pk])
    if label.team is not None and label.team.archived_at is None:
        give_to_team(conversation, label.team, by)
    return True


@transaction.atomic
def remove_label(conversation: Conversation, label: Label, by: User | None) -> bool:
    """Take a label off. With the last one that marks complaints it is none any more. Returns whether it was there."""
    row = _locked(conversation)
    if not ConversationLabel.objects.filter(conversation=row, label=label).delete()[0]:
        return False
    left = ConversationLabel.objects.filter(conversation=row, label__is_complaint=True)
    if label.is_complaint and not left.exists():
        row.is_complaint = conversation.is_complaint = False
    row.save(update_fields=["is_complaint"])
    due.renew([row.pk])
    Event.note("unlabelled", actor=by, conversation=row, label=label.pk)
    announce([row.pk])
    return True


@transaction.atomic
def give_to_team(conversation: Conversation, team: Team | None, by: User | None) -> bool:
    """Give a conversation to a team, or to none. Who had it and is not in that team has it no longer."""
    row = _locked(conversation)
    if row.team_id == (team.pk if team else None):
        return False
    was, row.team = row.team_id, team
    row.save(update_fields=["team"])
    Event.note("given_to_team" if team else "taken_from_team", actor=by, conversation=row, team=row.team_id, was=was)
    if team and row.assignee_id and not team.members.filter(pk=row.assignee_id).exists():
        holders.give_back(Conversation.objects.filter(pk=row.pk), by, "other_team")
        row.assignee = None
    if team and team.is_closed:
        advisers.pass_on_unseen(Escalation.objects.filter(conversation=row), by)
    conversation.team, conversation.assignee = row.team, row.assignee
    due.renew([row.pk])
    announce([row.pk])
    tell_waiting([row.pk])
    return True


@transaction.atomic
def save(row: Label | Team, by: User) -> None:
    """Save a new or changed label or team. Raises NameTaken."""
    new = row.pk is None
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise NameTaken from error
    kind = "label" if isinstance(row, Label) else "team"
    Event.note(f"{kind}_added" if new else f"{kind}_changed", actor=by, which=row.pk)
    if isinstance(row, Team) and not new:
        _keep_inside(row, by)


@transaction.atomic
def archive(row: Label | Team, by: User) -> None:
    """Take it out of use, or back into use. A label stays where it is; a team lets go of what is not closed."""
    row.archived_at = None if row.archived_at else timezone.now()
    row.save(update_fields=["archived_at"])
    kind = "label" if isinstance(row, Label) else "team"
    Event.note(f"{kind}_archived" if row.archived_at else f"{kind}_restored", actor=by, which=row.pk)
    if isinstance(row, Team) and row.archived_at:
        holders.empty_team(row, by)
        due_times_changed()
    if isinstance(row, Team):
        team_leads.refresh(set(row.leads.values_list("pk", flat=True)))


@transaction.atomic
def set_members(team: Team, members: Collection[User], by: User) -> None:
    """Say who is in a team. What those who leave it hold of its work goes back to the team."""
    was = set(team.members.values_list("pk", flat=True))
    team.members.set(members)
    left = sorted(was - {person.pk for person in members})
    joined = sorted({person.pk for person in members} - was)
    if left:
        team_leads.set_leads(team, list(team.leads.all()), by)
    if left or joined:
        Event.note("team_members_changed", actor=by, which=team.pk, left=left, joined=joined)
        holders.give_back_outside_team(team, left, by)
        _keep_inside(team, by)


def _keep_inside(team: Team, by: User) -> None:
    """Who does not see a closed team's work holds none of it, and is asked nothing about it."""
    if team.is_closed:
        holders.give_back_of_outsiders(team, by)
        advisers.pass_on_unseen(Escalation.objects.filter(conversation__team=team), by)


def _locked(conversation: Conversation) -> Conversation:
    return Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
