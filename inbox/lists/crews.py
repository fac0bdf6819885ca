"""The people beside the work: who is here, what they hold, and who is given what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction

from inbox.lists import bulk
from inbox.models import Conversation, Team, User
from inbox.routing import presence
from inbox.routing.holders import may_see
from inbox.routing.presence import State, Workload
from inbox.triage import assignment
from inbox.undo.record import Act, Kind
from webcare.lib.prepared import AnyOf, Prepared

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from channels.models import Account
    from inbox.lists.navigation import Nav
    from inbox.lists.queues import Scope

MOST = bulk.MOST
_CELLS = 12  # a longer load is drawn in as many
_HERE = (State.PRESENT, State.AWAY, State.OFF)
Pick = tuple["UUID", "UUID | None"]  # a conversation, and whom it was with in the page


class Mate(NamedTuple):
    """A colleague: whether they are here, what they hold and how much more fits."""

    code: str
    name: str
    load: Workload
    teams: str  # the others they are in
    is_me: bool
    key: str  # on which they are given the picked cases; "" for none

    @property
    def cells(self) -> list[tuple[str, str, bool]]:
        """The load as drawn: where each part begins, how wide it is, and whether it is taken."""
        parts = min(max(self.load.capacity, self.load.open), _CELLS)
        taken = round(parts * self.load.open / max(self.load.capacity, self.load.open, 1))
        return [(f"{100 * n / parts:.2f}%", f"{100 / parts - 2.2:.2f}%", n < taken) for n in range(parts)]


class Crew(NamedTuple):
    """People of one team. The last has those of none; without teams it is the only one, without a name."""

    name: str
    mates: tuple[Mate, ...]

    @property
    def here(self) -> int:
        """How many are present."""
        return sum(mate.load.state == State.PRESENT for mate in self.mates)

    @property
    def room(self) -> int:
        """How much more fits with who is present."""
        return sum(mate.load.room for mate in self.mates if mate.load.state == State.PRESENT)


def crews_of(nav: Nav) -> tuple[Crew, ...]:
    """Return everybody who could work in what somebody reads, by team. Three statements, however many people."""
    accounts = [account.pk for account in nav.accounts]
    people = _takers(accounts=accounts)
    ids = [person.pk for person in people]
    loads = presence.workloads_of(ids, accounts=accounts, closed=nav.user.closed_teams)
    known = {team.id: team.name for team in nav.all_teams}
    teams: dict[int, list[int]] = defaultdict(list)
    for member, of_team in _memberships(people=ids, teams=list(known)):
        teams[member].append(of_team)
    by_team: dict[int | None, list[User]] = defaultdict(list)
    for person in people:
        by_team[min(teams[person.pk], key=known.__getitem__, default=None)].append(person)
    keys = iter("123456789")
    crews = []
    for team in [*known, None]:
        some = sorted(by_team[team], key=lambda person: _HERE.index(loads[person.pk].state))
        mates = []
        for person in some:
            load = loads[person.pk]
            also = ", ".join(known[other] for other in teams[person.pk] if other != team)
            key = next(keys, "") if load.state == State.PRESENT else ""
            mates.append(Mate(str(person.code), person.name, load, also, person.pk == nav.user.pk, key))
        if mates:
            crews.append(Crew(known.get(team or 0, ""), tuple(mates)))
    return tuple(crews)


@Prepared
def _takers() -> QuerySet[User]:
    return User.objects.filter(may_see(account=AnyOf("accounts"))).order_by("first_name", "last_name", "pk")


@Prepared
def _memberships() -> QuerySet[Any, tuple[int, int]]:
    links = Team.members.through.objects.filter(user=AnyOf("people"), team=AnyOf("teams"))
    return links.order_by("team").values_list("user", "team")


@transaction.atomic
def give_picked(
    picks: Collection[Pick], taker: User | None, by: User, accounts: Sequence[Account], *, repeat: bulk.Repeat = None
) -> bulk.Outcome:
    """Give what was picked. What is with somebody else by now than the page said stays there."""
    rows = _as_picked(picks, by, accounts)
    outcome = bulk.assign(rows, taker, by, repeat=repeat)
    outcome.same += len(dict(picks)) - len(rows)
    return outcome


@transaction.atomic
def give_where_room(picks: Collection[Pick], by: User, accounts: Sequence[Account]) -> bulk.Outcome:
    """Give what was picked, each to whoever has most room."""
    rows = _as_picked(picks, by, accounts)
    outcome = _spread(rows, by, accounts)
    outcome.same += len(dict(picks)) - len(rows)
    return outcome


@transaction.atomic
def give_oldest(scope: Scope, n: int, taker: User | None, by: User, accounts: Sequence[Account]) -> bulk.Outcome:
    """Give so many of a list that nobody has, who waits longest first; without a taker each to who has most room."""
    free = scope.select(by, accounts).filter(assignee=None).order_by("waiting_since", "pk")
    codes = list(free.select_for_update(no_key=True, skip_locked=True, of=("self",)).values_list("code", flat=True)[:n])
    rows = _locked(codes, by, accounts)
    if taker is not None:
        return bulk.assign(rows, taker, by)
    return _spread(sorted(rows, key=lambda row: codes.index(row.code)), by, accounts)


def _as_picked(picks: Collection[Pick], by: User, accounts: Sequence[Account]) -> list[Conversation]:
    """Return what was picked and is with the same person still, locked."""
    was = dict(picks)
    rows = _locked(list(was), by, accounts)
    return [row for row in rows if (row.assignee.code if row.assignee else None) == was[row.code]]


def _locked(codes: Collection[UUID], by: User, accounts: Sequence[Account]) -> list[Conversation]:
    held = Conversation.objects.filter(code__in=codes).select_for_update(no_key=True).order_by("pk")
    list(held.values_list("pk"))
    return bulk.picked(codes, by, accounts)


def _spread(rows: Sequence[Conversation], by: User, accounts: Sequence[Account]) -> bulk.Outcome:
    """Give each to whoever is present and has most room, of the case's team where it has one."""
    people = list(bulk.takers_in([account.pk for account in accounts]).filter(presence.present_now()))
    room = {pk: load.room for pk, load in presence.workloads_of([person.pk for person in people]).items()}
    seen = {person.pk: set(person.visible_accounts().values_list("pk", flat=True)) for person in people}
    links = Team.members.through.objects.filter(user__in=people).values_list("team", "user")
    members = set(links)
    takers: dict[int, User] = {}
    for row in rows:
        may = [
            person
            for person in people
            if row.account_id in seen[person.pk]
            and room[person.pk] > 0
            and (row.team_id is None or (row.team_id, person.pk) in members)
        ]
        if may:
            chosen = takers[row.pk] = max(may, key=lambda person: room[person.pk])
            room[chosen.pk] -= 1
    names = {person.pk: person.first_name or person.name for person in takers.values()}
    doing = Act(by, Kind.ASSIGN, to=", ".join(sorted(names.values())))
    given = [row for row in rows if row.pk in takers]
    done = doing.change_each(given, lambda row: assignment.assign(row, takers[row.pk], by))
    doing.keep()
    return bulk.Outcome(done=done, same=len(rows) - done)
