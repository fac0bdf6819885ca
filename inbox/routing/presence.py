"""Who is at work, and how much they hold. The state follows from what was chosen and when somebody was last seen.

Nothing of this is kept as history: nobody's minutes are measured.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from inbox.models import Presence, Team, User
from webcare.lib.statements import fetch

State = Presence.State
AWAY_AFTER = timedelta(minutes=10)  # without an act in a page
NOTED_EVERY = timedelta(minutes=1)

# Accounts that were removed hold no work. Counts are kept by triggers: docs/decisions/0009-counts-kept-as-changes.md
_WORKLOADS = """
SELECT u.id, p.chosen, p.seen_at, u.is_active, u.capacity, coalesce(held.n, 0)
FROM inbox_user u
    LEFT JOIN inbox_presence p ON p.user_id = u.id
    LEFT JOIN (
        SELECT of_id, sum(n) AS n FROM inbox_queuecount
        WHERE kind = 'holder' AND of_id = ANY(%(people)s::bigint[])
            AND account_id IN (SELECT id FROM channels_account WHERE removed_at IS NULL AND practice_id IS NULL)
            AND team_id <> ALL(%(closed)s::bigint[])
            AND (%(all)s OR account_id = ANY(%(accounts)s::bigint[]))
        GROUP BY of_id
    ) held ON held.of_id = u.id
WHERE u.id = ANY(%(people)s::bigint[])
"""
# A choice to be away or off outlives being seen.
_NOTE_SEEN = """
INSERT INTO inbox_presence (user_id, chosen, seen_at) VALUES (%(person)s, 'present', %(now)s)
ON CONFLICT (user_id) DO UPDATE SET seen_at = excluded.seen_at
WHERE inbox_presence.seen_at <= %(noted_before)s
RETURNING user_id
"""


class Workload(NamedTuple):
    """Whether somebody is at work, and how many open conversations they hold."""

    person_id: int
    state: Presence.State
    open: int
    capacity: int

    @property
    def room(self) -> int:
        """How many more fit."""
        return max(self.capacity - self.open, 0)

    @property
    def is_full(self) -> bool:
        """Whether nothing more fits."""
        return not self.room


def present_now(now: datetime | None = None) -> Q:
    """Return a filter on people: active, present by their own choice, and seen a moment ago."""
    since = (now or timezone.now()) - AWAY_AFTER
    return Q(is_active=True, presence__chosen=State.PRESENT, presence__seen_at__gt=since)


def present_in(team: Team, now: datetime | None = None) -> QuerySet[User]:
    """Return the members of a team who are present."""
    return team.members.filter(present_now(now)).order_by("first_name", "last_name", "pk")


def state_of(person: User, now: datetime | None = None) -> Presence.State:
    """Return a person's state. Costs a statement, unless `presence` was read along."""
    row: Presence | None = getattr(person, "presence", None)
    return _state(row.chosen, row.seen_at, now or timezone.now()) if row and person.is_active else State.OFF


def states_of(people: Collection[int], now: datetime | None = None) -> dict[int, Presence.State]:
    """Return the state of each of these people, in one statement."""
    now = now or timezone.now()
    rows = Presence.objects.filter(user__in=people, user__is_active=True).values_list("user", "chosen", "seen_at")
    known = {person: _state(chosen, seen_at, now) for person, chosen, seen_at in rows}
    return {person: known.get(person, State.OFF) for person in people}


def workloads_of(
    people: Collection[int],
    *,
    accounts: Collection[int] | None = None,
    closed: Collection[int] = (),
    now: datetime | None = None,
) -> dict[int, Workload]:
    """Return state and load of each of these people, in one statement.

    With `accounts`, only what those hold counts; what teams have that are `closed` to the reader does not.
    """
    asked: dict[str, Any] = {
        "people": list(people), "all": accounts is None, "accounts": list(accounts or ()), "closed": list(closed),
    }  # fmt: skip
    now = now or timezone.now()
    return {
        person: Workload(person, _state(chosen, seen_at, now) if active else State.OFF, int(held), capacity)
        for person, chosen, seen_at, active, capacity, held in fetch(_WORKLOADS, asked)
    }


def attach_workloads(people: Iterable[User], reader: User, accounts: Collection[int]) -> list[User]:
    """Hang on each person their state and load, for the templates; those who are present first.

    Only what these accounts hold counts, as far as the reader sees it.
    """
    people = list(people)
    found = workloads_of([person.pk for person in people], accounts=accounts, closed=reader.closed_teams)
    for person in people:
        person.load = found[person.pk]  # type: ignore[attr-defined]  # for the template
    return sorted(people, key=lambda person: State.values.index(found[person.pk].state))


def choose(person: User, state: Presence.State) -> None:
    """Say whether one is at work."""
    Presence.objects.update_or_create(user=person, defaults={"chosen": state, "seen_at": timezone.now()})


def note_seen(person_id: int, now: datetime) -> bool:
    """Note that somebody did something in a page; at most once a minute. Returns whether that was written."""
    return bool(fetch(_NOTE_SEEN, {"person": person_id, "now": now, "noted_before": now - NOTED_EVERY}))


def _state(chosen: str | None, seen_at: datetime | None, now: datetime) -> Presence.State:
    if seen_at is None or chosen == State.OFF or now - seen_at >= timedelta(minutes=settings.SESSION_IDLE_MINUTES):
        return State.OFF  # by then the session has ended too
    return State.AWAY if chosen == State.AWAY or now - seen_at >= AWAY_AFTER else State.PRESENT
