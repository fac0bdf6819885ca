"""What waits, per team and per channel. Every number is counted by the list that it opens.

One statement counts, one finds who waits longest in each group, one sums up what was answered today: however many wait,
and however many groups there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import get_language, ngettext, ngettext_lazy

from inbox.lists import filters
from inbox.lists.filters import Filters
from inbox.lists.queues import QUEUES, Scope, prepared
from inbox.lists.wait import Wait, wait_of
from inbox.sla import targets
from inbox.sla.closing_time import Closing
from inbox.sla.measured import Kept, kept_since
from webcare.lib.prepared import AnyOf, Prepared

if TYPE_CHECKING:
    from channels.models import Account
    from inbox.library.reference import TeamEntry
    from inbox.lists.navigation import Nav
    from inbox.models import User
    from inbox.models.conversation import ConversationQuerySet

Group = tuple[int | None, int]  # a team and an account
WAITS = {"waits": "any"}
# What is counted, and the filters of the list behind it.
NUMBERS: Mapping[str, Mapping[str, str]] = {
    "waiting": WAITS,
    "free": {**WAITS, "who": filters.NOBODY},
    "late": {"due": filters.LATE},
    "near": {"due": filters.NEAR},
    "before": {"window": Closing.BEFORE.value},
    "after": {"window": Closing.AFTER.value},
}
_TITLES = {
    "waiting": ngettext_lazy("%(n)d waits", "%(n)d wait", "n"),
    "free": ngettext_lazy("%(n)d is unassigned", "%(n)d are unassigned", "n"),
    "late": ngettext_lazy("%(n)d is over target", "%(n)d are over target", "n"),
    "near": ngettext_lazy("%(n)d is near its target", "%(n)d are near their target", "n"),
    "before": ngettext_lazy("%(n)d window closes before closing time", "%(n)d windows close before closing time", "n"),
    "after": ngettext_lazy("%(n)d window closes after closing time", "%(n)d windows close after closing time", "n"),
    "day": ngettext_lazy("%(n)d window closes within a day", "%(n)d windows close within a day", "n"),
}
# How each list is sorted; the others by who waits longest.
_SORTS = {"late": "target", "near": "target", "before": "window", "after": "window", "day": "window"}
# Who never shuts has no closing time: what closes before it is then what closes within a day.
_LISTS: Mapping[str, Mapping[str, str]] = {**NUMBERS, "day": {"window": Closing.DAY.value}}
_SHOWN = ("account_id", "team_id", "status", "waiting_since", "due_at", "due_marks", "target_minutes")
_PERCENT = 100


class Number(NamedTuple):
    """A count, the list of exactly what it counts, and both in words."""

    n: int
    address: str
    title: str


class Share(NamedTuple):
    """How many of today's answers came within target, in percents, and the list of those it is about ("" for none)."""

    percent: int
    address: str
    title: str


class Bar(NamedTuple):
    """A part of a line's bar, in percents of the longest line."""

    kind: str
    x: str
    width: str


class Line(NamedTuple):
    """What waits in a team, in a channel, or in a channel for a team."""

    key: str
    name: str
    platform: str  # "" for a team
    waiting: Number
    free: Number
    late: Number
    near: Number
    before: Number
    after: Number
    oldest: Wait | None
    share: Share | None  # None where nothing was answered today
    bars: tuple[Bar, ...]
    query: str  # of the cockpit, narrowed to it

    @property
    def weight(self) -> tuple[int, int, int]:
        """How bad it is: the worst comes first."""
        return self.late.n, self.near.n, self.waiting.n


class Crew(NamedTuple):
    """A team with its channels. Without teams there is one, which has no line of its own."""

    team: Line | None
    channels: tuple[Line, ...]

    @property
    def is_named(self) -> bool:
        """Whether it is a team, and not what has none."""
        return self.team is not None and self.team.key != filters.NONE

    @property
    def key(self) -> str:
        """What it is known by in the page."""
        return self.team.key if self.team else "all"


@dataclass(frozen=True, slots=True)
class Workload:
    """All that waits, as one person sees it."""

    total: Line
    crews: tuple[Crew, ...]
    has_closing_time: bool  # whether anybody ever shuts

    @property
    def worst(self) -> Line | None:
        """The team with most who are late, or a channel that has none; None where nobody is late."""
        lines = [line for crew in self.crews for line in ([crew.team] if crew.is_named else crew.channels) if line]
        late = [line for line in lines if line.late.n]
        return max(late, key=lambda line: line.weight) if late else None

    def line_at(self, query: str) -> Line:
        """The line a page is narrowed to; that of everything where it is to none."""
        lines = (line for crew in self.crews for line in ((crew.team,) if crew.team else ()) + crew.channels)
        return next((line for line in lines if line.query == query), self.total)


def workload_of(nav: Nav, now: datetime | None = None) -> Workload:
    """Return what waits in what somebody reads."""
    now = now or timezone.now()
    counts = _counts(nav.user, nav.accounts)
    oldest = _oldest(nav.user, nav.accounts, {row["since"] for row in counts.values()}, now)
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    kept = kept_since(midnight, [account.pk for account in nav.accounts], nav.user.closed_teams)
    return _Table(nav, counts, oldest, Today(midnight.date(), kept)).workload()


def _counts(user: User, accounts: Sequence[Account]) -> dict[Group, dict[str, Any]]:
    """Count each number in each group, and since when somebody waits there, in one statement."""
    asked: dict[str, Any] = {}
    for name, values in NUMBERS.items():
        condition = Q()
        for part in Filters(**values).conditions(user).values():
            condition &= part
        asked[name] = Count("pk", filter=condition)
    rows = _waiting(user, accounts).order_by().values("team", "account")
    return {(row["team"], row["account"]): row for row in rows.annotate(since=Min("waiting_since"), **asked)}


def _oldest(user: User, accounts: Sequence[Account], since: Set[datetime], now: datetime) -> dict[Group, Wait]:
    """Find how whoever waits longest in each group waits, in one statement."""
    by_id = {account.pk: account for account in accounts}
    rows = _waiting_since(
        accounts=list(by_id), closed=list(user.closed_teams), reader=user.pk, now=now, since=list(since)
    )
    found: dict[Group, Wait] = {}
    for row in rows:
        row.account = by_id[row.account_id]
        if wait := wait_of(row, now):
            found[row.team_id, row.account_id] = wait
    return found


def _waiting(user: User, accounts: Sequence[Account]) -> Any:
    return Scope(QUEUES["open"], filters=Filters(**WAITS)).select(user, accounts)


@Prepared
def _waiting_since() -> ConversationQuerySet:
    """In each group one of those who wait since these moments, whoever waits longest."""
    rows = prepared(QUEUES["open"]).filter(waiting_since=AnyOf("since")).only(*_SHOWN)
    return rows.order_by("account_id", "team_id", "waiting_since", "pk").distinct("account_id", "team_id")


class Today(NamedTuple):
    """How today's answers kept their promise, by group."""

    day: date
    kept: Mapping[Group, Kept]

    def share(self, groups: Iterable[Group], where: Mapping[str, str]) -> Share | None:
        """Return the share within target of some groups; the page of figures has its conversations."""
        found = [self.kept.get(group, Kept()) for group in groups]
        n, in_time = (sum(part) for part in zip(*found, strict=True)) if found else (0, 0)
        if not n:
            return None
        title = ngettext("%(in_time)d of %(n)d answer today", "%(in_time)d of %(n)d answers today", n)
        asked = urlencode({"since": self.day, "until": self.day, **where})
        # Figures know no "without a team".
        address = "" if where.get("team") == filters.NONE else f"/figures/within_target/?{asked}"
        return Share(round(_PERCENT * in_time / n), address, title % {"in_time": in_time, "n": n})


class _Table:
    """Makes the lines of counts by group."""

    def __init__(
        self, nav: Nav, counts: Mapping[Group, Mapping[str, Any]], oldest: Mapping[Group, Wait], today: Today
    ) -> None:
        self.nav, self.counts, self.oldest, self.today = nav, counts, oldest, today
        self.teams: dict[int, TeamEntry] = {team.id: team for team in nav.teams}
        self.by_team: dict[int | None, list[Group]] = defaultdict(list)
        for group in {**counts, **today.kept}:
            # A team that was put away is none: no list names it.
            self.by_team[group[0] if group[0] in self.teams else None].append(group)
        sums = [sum(self._n(group, "waiting") for group in groups) for groups in self.by_team.values()]
        self.longest = max(sums, default=0) or 1
        self.has_closing_time = any(hours.known for hours, *_whose in targets.current().opening_hours.sets())

    def workload(self) -> Workload:
        crews = [self._crew(team) for team in [*self.teams, None] if team is not None or self._has_rest()]
        crews.sort(key=lambda crew: (crew.team is None, *_worst_first(crew.team or crew.channels[0])))
        groups = [group for groups in self.by_team.values() for group in groups]
        return Workload(self._line("all", "", "", groups, {}), tuple(crews), self.has_closing_time)

    def _n(self, group: Group, number: str) -> int:
        return int(self.counts[group][number]) if group in self.counts else 0

    def _has_rest(self) -> bool:
        return bool(self.nav.accounts) and (not self.teams or bool(self.by_team[None]))

    def _crew(self, team: int | None) -> Crew:
        by_account: dict[int, list[Group]] = defaultdict(list)
        for group in self.by_team[team]:
            by_account[group[1]].append(group)
        entry, has_teams = self.teams.get(team or 0), bool(self.teams)
        of_team = {"team": entry.code if entry else filters.NONE} if has_teams else {}
        shown = [row for row in self.nav.accounts if not has_teams or by_account[row.pk]]
        channels = [self._channel(row, by_account[row.pk], of_team) for row in shown]
        channels.sort(key=_worst_first)
        line = None
        if has_teams:
            name = entry.name if entry else str(filters.TEAM_NONE)
            line = self._line(of_team["team"], name, "", self.by_team[team], of_team)
        return Crew(line, tuple(channels))

    def _channel(self, account: Account, groups: Sequence[Group], of_team: Mapping[str, str]) -> Line:
        code = str(account.code)
        key = "-".join([*of_team.values(), code])
        return self._line(key, account.at_handle, account.platform, groups, {**of_team, "account": code})

    def _line(self, key: str, name: str, platform: str, groups: Sequence[Group], where: Mapping[str, str]) -> Line:
        n = {number: sum(self._n(group, number) for group in groups) for number in NUMBERS}
        waits = [self.oldest[group] for group in groups if group in self.oldest]
        return Line(
            key=key,
            name=name,
            platform=platform,
            oldest=min(waits, key=lambda wait: wait.since) if waits else None,
            share=self.today.share(groups, where),
            bars=_bars(n, self.longest),
            query=urlencode(where),
            **{name: _number(get_language(), self._list_of(name), n[name], *where.items()) for name in NUMBERS},
        )

    def _list_of(self, number: str) -> str:
        return "day" if number == "before" and not self.has_closing_time else number


@lru_cache(8192)
def _number(_language: str | None, name: str, n: int, *where: tuple[str, str]) -> Number:
    """Return one number of a line. A table of a hundred lines has six hundred, most of them as they were before."""
    values = {**_LISTS[name], **dict(where), "sort": _SORTS.get(name, "")}
    return Number(n, f"/inbox/?{urlencode(Scope.of(values).query)}", _TITLES[name] % {"n": n})


def _worst_first(line: Line) -> tuple[int, ...]:
    return tuple(-n for n in line.weight)


def _bars(n: Mapping[str, int], longest: int) -> tuple[Bar, ...]:
    """The line's bar: who is late, who nearly is, and the others."""
    parts = {"over": n["late"], "soon": n["near"], "ok": n["waiting"] - n["late"] - n["near"]}
    return tuple(_drawn(parts.items(), longest))


def _drawn(parts: Iterable[tuple[str, int]], longest: int) -> Iterable[Bar]:
    shown = [(kind, share) for kind, length in parts if (share := _PERCENT * length / longest) > 0]
    ends = accumulate(share for _kind, share in shown)
    return (Bar(kind, f"{end - share:.2f}%", f"{share:.2f}%") for (kind, share), end in zip(shown, ends, strict=True))
