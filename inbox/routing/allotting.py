"""Whom a team's waiting work goes to: present members with room, the work that is due first before the rest.

Two workers at once wait for each other at the members' rows, and skip each other's conversations.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone

from inbox.models import Contact, Conversation, Draft, Event, Message, Presence, Team, User
from inbox.models.answer_state import UNDER_WAY
from inbox.routing import presence, spokespeople
from inbox.routing.holders import may_see

MOST = 100  # given in one transaction; what is left follows
WRITING = timedelta(minutes=10)  # a draft that was changed since is being written
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Member:
    """Who can be given something now."""

    person: User
    open: int
    room: int
    given_at: datetime
    was_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Allotment:
    """A conversation and who gets it. Both are locked."""

    conversation: Conversation
    person: User


def allot(team: Team) -> list[Allotment]:
    """Return who gets what of a team's waiting work. Call it in the transaction that gives it.

    Notes on the members when it was their turn. What nobody may have, or has room for, stays where it is.
    """
    members = _members(team)
    room = sum(member.room for member in members.values())
    given: list[Allotment] = []
    if not room:
        return given
    at = timezone.now()
    for conversation in _waiting(team, list(members.values()))[: min(room, MOST)]:
        fits: Collection[int] = conversation.fits  # type: ignore[attr-defined]  # annotated below
        able = [members[pk] for pk in fits if members[pk].room]
        if not able:
            continue
        chosen = min(able, key=_order(team))
        chosen.open, chosen.room = chosen.open + 1, chosen.room - 1
        at += timedelta(microseconds=1)
        chosen.given_at, chosen.was_chosen = at, True
        given.append(Allotment(conversation, chosen.person))
    Presence.objects.bulk_update(
        [Presence(user=member.person, given_at=member.given_at) for member in members.values() if member.was_chosen],
        ["given_at"],
    )
    return given


def under_way() -> Q:
    """Return a filter on conversations: an answer is on its way, or somebody is writing one."""
    answers = Message.objects.filter(conversation=OuterRef("pk"), state__in=UNDER_WAY)
    drafts = Draft.objects.filter(conversation=OuterRef("pk"), updated_at__gt=timezone.now() - WRITING)
    return Q(Exists(answers)) | Q(Exists(drafts))


def _members(team: Team) -> dict[int, Member]:
    """Return the present members with room. Their rows stay locked: nobody else gives them anything meanwhile."""
    present = presence.present_in(team).order_by("pk").values("pk")
    rows = Presence.objects.filter(user__in=present).select_related("user").order_by("user")
    locked = {row.user_id: row for row in rows.select_for_update(no_key=True, of=("self",))}
    return {
        load.person_id: Member(
            locked[load.person_id].user, load.open, load.room, locked[load.person_id].given_at or _NEVER
        )
        for load in presence.workloads_of(locked).values()  # after the lock: what others gave is counted
        if load.room and load.state == Presence.State.PRESENT
    }


def _order(team: Team) -> Any:
    if team.dividing == Team.Dividing.LEAST:
        return lambda member: (member.open, member.given_at, member.person.pk)
    return lambda member: (member.given_at, member.person.pk)


def _waiting(team: Team, members: Sequence[Member]) -> QuerySet[Conversation]:
    """Return the waiting work that some of these may have, with whom; locked, without what others have locked."""
    people = [member.person.pk for member in members]
    press = [pk for pk in people if pk in spokespeople.answering(people)]
    rows = (
        Conversation.objects.open()
        .filter(team=team, assignee=None, waiting_since__isnull=False, account__removed_at=None, account__practice=None)
        .exclude(under_way())
        .annotate(
            fits=Case(
                When(contact__kind=Contact.Kind.PRESS, then=_fitting(press)),
                default=_fitting(people),
                output_field=ArrayField(BigIntegerField()),
            )
        )
        .filter(fits__len__gt=0)
        .order_by(F("due_at").asc(nulls_last=True), "waiting_since", "pk")
    )
    return rows.select_for_update(no_key=True, skip_locked=True, of=("self",))


def _fitting(people: Collection[int]) -> ArraySubquery:
    """Return which of these see the conversation and did not pass it by while this customer waits."""
    returned = Event.objects.annotate(whose=Cast(KT("data__was"), BigIntegerField())).filter(
        Q(data__why="no_reaction") | (Q(actor=OuterRef("pk")) & ~Q(data__has_key="why")),
        verb="unassigned",
        conversation=OuterRef(OuterRef("pk")),
        at__gte=OuterRef(OuterRef("waiting_since")),
        whose=OuterRef("pk"),
    )
    # Nobody is 0. Of an empty list Django makes no case of its own: the other one would hold.
    able = User.objects.filter(may_see(account=OuterRef(OuterRef("account"))), pk__in=list(people) or [0])
    return ArraySubquery(able.filter(~Exists(returned)).order_by("pk").values("pk"))
