"""The same act on several conversations, each by the rules it has alone: what a rule refuses stays as it was."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from channels.models import Account
from inbox import closing, labels, triage
from inbox.assignments import may_see
from inbox.models import Conversation, Label, Team, User

MOST = 200  # picked at once; a person cannot oversee more


@dataclass(slots=True)
class Outcome:
    """What was done, what had no need of it, and what was refused with the reason in words."""

    done: int = 0
    same: int = 0
    refused: list[tuple[Conversation, str]] = field(default_factory=list)


def picked(codes: Collection[uuid.UUID], accounts: Sequence[Account]) -> list[Conversation]:
    """Return the picked conversations of accounts that are visible and still connected; others are left out."""
    rows = Conversation.objects.filter(code__in=list(codes)[:MOST], account__in=[account.pk for account in accounts])
    return list(rows.for_rows().defer("account__sealed_credentials").order_by("pk"))


def assign(rows: Collection[Conversation], user: User | None, by: User, *, handover: str = "") -> Outcome:
    """Give them to somebody who sees their accounts, or to nobody."""
    if user is None:
        return _each(rows, lambda row: triage.assign(row, None, by))
    seen = set(user.visible_accounts().values_list("pk", flat=True))
    outcome = _each(
        [row for row in rows if row.account_id in seen], lambda row: triage.assign(row, user, by, handover=handover)
    )
    outcome.same += sum(row.account_id not in seen for row in rows)
    return outcome


def takers_in(accounts: Collection[int]) -> QuerySet[User]:
    """Return the colleagues who see at least one of these accounts."""
    return User.objects.filter(may_see(account__in=list(accounts)))


def give_to_team(rows: Collection[Conversation], team: Team | None, by: User) -> Outcome:
    """Give them to a team, or to none."""
    return _each(rows, lambda row: labels.give_to_team(row, team, by))


def label(rows: Collection[Conversation], chosen: Label, by: User) -> Outcome:
    """Put a label on them."""
    return _each(rows, lambda row: labels.put(row, chosen, by))


def snooze(rows: Collection[Conversation], until: datetime | None, by: User) -> Outcome:
    """Put them aside until a moment, or (None) until the customer writes."""
    return _each(rows, lambda row: triage.snooze(row, until, by))


def close(rows: Collection[Conversation], by: User, *, reason: str = "") -> Outcome:
    """Close them. A complaint nobody answered needs a reason: without one it stays open, and the outcome says so."""
    return _each(rows, lambda row: closing.close(row, by, reason=reason))


def _each(rows: Collection[Conversation], act: Callable[[Conversation], bool]) -> Outcome:
    outcome = Outcome()
    for row in rows:
        try:
            if act(row):
                outcome.done += 1
            else:
                outcome.same += 1
        except closing.NotYet as refusal:
            outcome.refused.append((row, refusal.message))
    return outcome
