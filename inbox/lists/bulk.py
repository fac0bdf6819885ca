"""The same act on several conversations, each by the rules it has alone: what a rule refuses stays as it was."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from channels.models import Account
from inbox.lists.queues import Scope
from inbox.models import Conversation, Label, Team, User
from inbox.routing.holders import may_see
from inbox.triage import assignment, closing, labels
from inbox.undo.record import (
    Act,
    Kind,
    name_of,
    stored_value,
)

Repeat = dict[str, Any] | None  # the form that asks it once more (undoable.repeat_of)
MOST = 200  # picked at once; a person cannot oversee more


@dataclass(slots=True)
class Outcome:
    """What was done, what had no need of it, and what was refused with the reason in words."""

    done: int = 0
    same: int = 0
    refused: list[tuple[Conversation, str]] = field(default_factory=list)


def picked(codes: Collection[uuid.UUID], user: User, accounts: Sequence[Account]) -> list[Conversation]:
    """Return the picked conversations of accounts that are visible and still connected; others are left out."""
    rows = Conversation.objects.filter(code__in=list(codes)[:MOST], account__in=[account.pk for account in accounts])
    return list(rows.outside(user.closed_teams).for_rows().defer("account__sealed_credentials").order_by("pk"))


def everything(scope: Scope, user: User, accounts: Sequence[Account], seen_at: datetime) -> list[Conversation]:
    """Return a list as somebody saw it, at most MOST from its top.

    Where the customer wrote after that moment, nobody has looked: it is left out.
    """
    found = scope.select(user, accounts).exclude(last_inbound_at__gt=seen_at).order_by(*scope.order)
    rows = Conversation.objects.filter(pk__in=found.values("pk")[:MOST]).for_rows()
    return list(rows.defer("account__sealed_credentials").order_by("pk"))


def assign(
    rows: Collection[Conversation],
    user: User | None,
    by: User,
    *,
    handover: str = "",
    why: str = "",
    repeat: Repeat = None,
) -> Outcome:
    """Give them to somebody who sees them, or to nobody."""
    doing = Act(by, Kind.ASSIGN, to=name_of(user, by), repeat=repeat)
    if user is None:
        return each(rows, doing, lambda row: assignment.assign(row, None, by))
    seen = set(user.visible_accounts().values_list("pk", flat=True))
    assignable = [row for row in rows if row.account_id in seen and row.team_id not in user.closed_teams]
    outcome = each(assignable, doing, lambda row: assignment.assign(row, user, by, handover=handover, why=why))
    outcome.same += len(rows) - len(assignable)
    return outcome


def takers_in(accounts: Collection[int]) -> QuerySet[User]:
    """Return the colleagues who see at least one of these accounts."""
    return User.objects.filter(may_see(account__in=list(accounts)))


def give_to_team(rows: Collection[Conversation], team: Team | None, by: User, *, repeat: Repeat = None) -> Outcome:
    """Give them to a team, or to none."""
    doing = Act(by, Kind.TEAM, to=team.name if team else "", repeat=repeat)
    return each(rows, doing, lambda row: labels.give_to_team(row, team, by))


def label(rows: Collection[Conversation], chosen: Label, by: User, *, repeat: Repeat = None) -> Outcome:
    """Put a label on them."""
    doing = Act(by, Kind.LABEL, label=chosen.name, repeat=repeat)
    return each(rows, doing, lambda row: labels.add_label(row, chosen, by))


def snooze(rows: Collection[Conversation], until: datetime | None, by: User, *, repeat: Repeat = None) -> Outcome:
    """Put them aside until a moment, or (None) until the customer writes."""
    doing = Act(by, Kind.SNOOZE, until=stored_value(until), repeat=repeat)
    return each(rows, doing, lambda row: assignment.snooze(row, until, by))


def close(rows: Collection[Conversation], by: User, *, reason: str = "", repeat: Repeat = None) -> Outcome:
    """Close them. What nobody answered needs a reason: without one it stays open, and the outcome says so."""
    doing = Act(by, Kind.CLOSE, reason=reason, repeat=repeat)
    return each(rows, doing, lambda row: closing.close(row, by, reason=reason))


@transaction.atomic
def each(rows: Collection[Conversation], doing: Act, change: Callable[[Conversation], bool]) -> Outcome:
    """Do an act to each by its own rule. All of it is kept with what undoes it, or none."""
    outcome = Outcome()

    def change_one(row: Conversation) -> bool:
        try:
            changed = change(row)
        except closing.CannotClose as refusal:
            outcome.refused.append((row, refusal.message))
            return False
        outcome.same += not changed
        return changed

    outcome.done = doing.change_each(rows, change_one)
    doing.keep()
    return outcome
