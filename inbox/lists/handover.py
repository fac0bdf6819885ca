"""Handing over at the end of a shift: what somebody still holds, given on in one go with one note."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.utils import timezone

from inbox.lists import bulk
from inbox.lists.queues import QUEUES, Scope, attach_shown
from inbox.lists.row import Row, RowsAround, row_of
from inbox.models import Conversation, Team, User
from inbox.routing.waiting import tell_waiting
from inbox.triage import assignment, labels
from inbox.undo.record import Act, Kind

if TYPE_CHECKING:
    from uuid import UUID

    from channels.models import Account

MOST = bulk.MOST
SOON = timedelta(days=1)  # a reply window that closes before the next shift
WHY = "shift_ended"  # a reason of inbox/history/describe.py
_MINE = Scope(QUEUES["mine"], sort="target")


class Held(NamedTuple):
    """An open conversation of somebody's: what a row shows of it, and when its window closes, where that is soon."""

    case: Row
    closes_at: datetime | None


def held_by(user: User, accounts: Sequence[Account]) -> list[Held]:
    """Return what somebody holds and is open, what is due first before the rest; at most MOST."""
    rows = list(_MINE.select(user, accounts).for_list().order_by(*_MINE.order)[:MOST])
    attach_shown(rows, user, accounts)
    now = timezone.now()
    around = RowsAround("", ranks=False, now=now, today=timezone.localdate(now), current=None)
    return [Held(row_of(row, around), _closes_soon(row, now)) for row in rows]


@transaction.atomic
def hand_over(
    codes: Collection[UUID],
    to: User | Team | None,
    by: User,
    accounts: Sequence[Account],
    *,
    note: str = "",
    repeat: bulk.Repeat = None,
) -> bulk.Outcome:
    """Give what is one's own to a colleague or a team, or (None) back to the queue, so that it can be undone.

    `note` is kept in each, and pinned for whoever answers next. What one no longer holds stays as it is.
    """
    rows = [row for row in bulk.picked(codes, by, accounts) if row.assignee_id == by.pk]
    if isinstance(to, User):
        outcome = bulk.assign(rows, to, by, handover=note, why=WHY, repeat=repeat)
    else:
        doing = Act(by, Kind.TEAM if to else Kind.ASSIGN, to=to.name if to else "", repeat=repeat)
        outcome = bulk.each(rows, doing, lambda row: _let_go(row, to, by, note))
        tell_waiting([row.pk for row in rows])
    outcome.same += len(set(codes)) - len(rows)
    return outcome


def _closes_soon(row: Conversation, now: datetime) -> datetime | None:
    closes_at = row.window_closes_at
    return closes_at if closes_at and now < closes_at < now + SOON else None


def _let_go(row: Conversation, team: Team | None, by: User, note: str) -> bool:
    """Put it back in the queue it stands in, or in a team's."""
    freed = assignment.assign(row, None, by, handover=note, why=WHY)
    if team is not None:
        labels.give_to_team(row, team, by)
    return freed
