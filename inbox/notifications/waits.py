"""Who is told that a customer has waited long: nearly too long, or too long. Found from the times in the row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from inbox.models import Notification, User
from inbox.notifications.queue import leads_of, tell_rows
from inbox.notifications.unread import settle_for_all
from inbox.routing.holders import may_see
from webcare.lib.statements import fetch, run

Kind = Notification.Kind
AT_ONCE = 500
# Near since a moment, and not late yet: one range of an index, in its order. In another one the planner reads the
# table until the page is full. What was told already, to whomever, is told.
# The index of occasions leaves out those without a name: unless that is said here, it is not used.
_NEAR = """
SELECT c.id, c.account_id, c.team_id, c.assignee_id, c.waiting_since, c.due_at
FROM inbox_conversation c JOIN channels_account a
    ON a.id = c.account_id AND a.removed_at IS NULL AND a.practice_id IS NULL
WHERE c.status = 'open' AND c.waiting_since IS NOT NULL AND c.due_marks[1] <= %(now)s AND c.due_at > %(now)s
    AND NOT EXISTS (
        SELECT FROM inbox_notification n
        WHERE n.occasion <> ''
            AND n.occasion = 'near:' || c.id || ':' || floor(extract(epoch FROM c.waiting_since))::bigint)
    AND (c.due_at, c.id) > (%(due)s, %(after)s)
ORDER BY c.due_at, c.id LIMIT %(most)s
"""
_OVER = """
UPDATE inbox_notification n SET read_at = %(now)s FROM inbox_conversation c
WHERE n.read_at IS NULL AND n.kind IN ('nearly_late', 'late') AND c.id = n.conversation_id
    AND (c.waiting_since IS NULL OR c.status <> 'open' OR c.waiting_since > n.at)
"""

Place = tuple[int, int | None]  # an account and a team


class Wait(NamedTuple):
    """One customer's wait, and who should know of it."""

    conversation: int
    account: int
    team: int | None
    assignee: int | None
    since: datetime


def tell_near(now: datetime | None = None) -> int:
    """Tell of every wait that has passed four fifths of its target; return how many were told."""
    now, told = now or timezone.now(), 0
    due, after = now, 0
    while rows := fetch(_NEAR, {"now": now, "due": due, "after": after, "most": AT_ONCE}):
        told += len(tell_waits(Kind.NEARLY_LATE, [Wait(*row) for *row, _due in rows]))
        due, after = rows[-1][-1], rows[-1][0]
    return told


def settle_ended() -> int:
    """Take off everybody's list the waits that are over; return how many were there."""
    return run(_OVER, {"now": timezone.now()})


@transaction.atomic
def tell_waits(kind: str, waits: Iterable[Wait]) -> list[int]:
    """Tell the holder of each wait, or, where nobody holds it, who leads its team; return the new rows' ids.

    The statements are as many as the accounts and teams that have waits, whatever their number.
    """
    waits = list(waits)
    if kind == Kind.LATE:  # says more than that it was near
        settle_for_all([wait.conversation for wait in waits], [Kind.NEARLY_LATE])
    holders = _holders_of(waits)
    leads: dict[Place, list[User]] = {}
    rows = []
    for wait in waits:
        place = (wait.account, wait.team)
        people = [holder] if (holder := holders.get((place, wait.assignee))) else leads.get(place)
        if people is None:
            people = leads[place] = list(leads_of(*place).only("pk", "code"))
        rows += [_row(kind, wait, person) for person in people]
    return tell_rows(rows)


def occasion_of(kind: str, wait: Wait) -> str:
    """Return what makes this telling one: the wait, by the second at which it began."""
    return f"{'near' if kind == Kind.NEARLY_LATE else 'late'}:{wait.conversation}:{int(wait.since.timestamp())}"


def _row(kind: str, wait: Wait, person: User) -> Notification:
    return Notification(user=person, kind=kind, occasion=occasion_of(kind, wait), conversation_id=wait.conversation)


def _holders_of(waits: list[Wait]) -> dict[tuple[Place, Any], User]:
    """Return the holders who may see what they hold, by place and person."""
    held: dict[Place, set[int]] = {}
    for wait in waits:
        if wait.assignee is not None:
            held.setdefault((wait.account, wait.team), set()).add(wait.assignee)
    return {
        (place, person.pk): person
        for place, people in held.items()
        for person in User.objects.filter(may_see(account=place[0], team=place[1]), pk__in=people).only("pk", "code")
    }
