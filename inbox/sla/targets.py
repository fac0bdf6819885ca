"""Which target holds for a conversation, and by which clock. Remembered per process until it changes.

A trigger gives reference data a new version whenever a target, the opening hours or the organisation changes.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from inbox.models import Event, OpeningHours, ResponseTarget, User
from inbox.models.target import DEFAULT_MINUTES
from inbox.sla.clocks import Clock
from webcare.lib.enqueue import enqueue
from webcare.lib.statements import fetch

ROUND_THE_CLOCK = Clock()


class TargetTaken(Exception):
    """There is a target for the same conversations already."""


class Target(NamedTuple):
    """What was promised to a customer."""

    length: timedelta
    clock: Clock


@dataclass(frozen=True, slots=True)
class Targets:
    """Every target as it was at one version, the most specific first."""

    version: uuid.UUID
    rows: tuple[ResponseTarget, ...]
    opening_hours: OpeningHours

    def target_of(self, account: int, team: int | None, points: int) -> Target:
        """Return the target of a conversation; `points` is its priority without the wait."""
        for row in self.rows:
            if (
                row.account_id in (None, account)
                and row.team_id in (None, team)
                and (row.priority_from is None or points >= row.priority_from)
            ):
                in_hours = row.in_opening_hours
                clock = Clock(self.opening_hours.of(account, team)) if in_hours else ROUND_THE_CLOCK
                return Target(timedelta(minutes=row.minutes), clock)
        return Target(timedelta(minutes=DEFAULT_MINUTES), ROUND_THE_CLOCK)


def specificity(row: ResponseTarget) -> tuple[int, int, bool, bool]:
    """Tell how specific a target is: how much it names; then priority before team before account."""
    named = [row.account_id is not None, row.team_id is not None, row.priority_from is not None]
    return sum(named), row.priority_from or 0, row.team_id is not None, row.account_id is not None


def visible_to(user: User) -> QuerySet[ResponseTarget]:
    """Return the targets of accounts this person reads, and those that name no account."""
    return ResponseTarget.objects.filter(Q(account=None) | Q(account__in=user.readable_accounts().order_by()))


def in_order(rows: QuerySet[ResponseTarget]) -> list[ResponseTarget]:
    """Return targets, the most specific first."""
    rows = rows.select_related("account", "team").defer("account__sealed_credentials")
    return sorted(rows, key=lambda row: (specificity(row), -row.pk), reverse=True)


_kept: Targets | None = None


def targets_at(version: uuid.UUID) -> Targets:
    """Return the targets of a version of the reference data, or newer ones: read now unless this process has them."""
    global _kept  # noqa: PLW0603  one copy per process; two threads may both read it, and find the same
    known = _kept
    if known is None or known.version != version:
        rows = tuple(in_order(ResponseTarget.objects.all()))
        known = _kept = Targets(version, rows, OpeningHours.current())
    return known


def current() -> Targets:
    """Return the targets as they are now."""
    ((version,),) = fetch("SELECT version FROM inbox_referenceversion")
    return targets_at(version)


@transaction.atomic
def save(row: ResponseTarget, by: User) -> None:
    """Save a new or changed target; what waits is given its time anew. Raises TargetTaken."""
    new = row.pk is None
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise TargetTaken from error
    Event.note("target_added" if new else "target_changed", actor=by, account=row.account, **_facts(row))
    due_times_changed()


@transaction.atomic
def remove(row: ResponseTarget, by: User) -> None:
    """Take a target away: what it was for falls to a less specific one."""
    facts = _facts(row)
    row.delete()
    Event.note("target_removed", actor=by, account=row.account, **facts)
    due_times_changed()


def due_times_changed() -> None:
    """Have the time of every wait computed anew after the commit."""
    enqueue("inbox.tasks.renew_due_times")


def _facts(row: ResponseTarget) -> dict[str, Any]:
    return {
        "minutes": row.minutes,
        "team": row.team_id,
        "priority_from": row.priority_from,
        "in_opening_hours": row.in_opening_hours,
    }
