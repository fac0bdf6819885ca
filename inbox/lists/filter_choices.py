"""What a list can be narrowed by: groups of ticks, each with how much of the list fits it where that is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from channels.platforms import platform_title
from inbox.lists import filters
from inbox.lists.navigation import COUNTED

if TYPE_CHECKING:
    from inbox.lists.navigation import Nav
    from inbox.lists.queues import Scope


@dataclass(frozen=True, slots=True)
class Choice:
    """One tick. `count` is None where it would cost a statement to know."""

    value: str
    title: str
    is_on: bool
    count: int | None = None
    platform: str = ""  # whose badge stands before it


class Line(NamedTuple):
    """A tick with the filter it belongs to: all that one line of the menu shows."""

    name: str
    is_single: bool
    choice: Choice


@dataclass(frozen=True, slots=True)
class Group:
    """The ticks of one filter; of those with `is_single`, one is chosen."""

    name: str
    title: str
    choices: tuple[Choice, ...]
    is_single: bool = False

    @property
    def lines(self) -> Iterator[Line]:
        """Its ticks, each with all that it shows."""
        return (Line(self.name, self.is_single, choice) for choice in self.choices)


class FilterMenu(NamedTuple):
    """All that the filters' menu shows. Nothing else reaches its template."""

    scope: Scope
    groups: tuple[Group, ...]


def groups_for(scope: Scope, nav: Nav) -> tuple[Group, ...]:
    """Return every group with something to choose. Asks nothing that the navigation does not show."""
    on = scope.filters
    every = [
        Group("channel", _("Channel"), tuple(_channels(scope, nav))),
        Group("account", _("Account"), tuple(_accounts(scope, nav))),
        Group("who", pgettext("a filter", "Assigned to"), tuple(_people(scope, nav))),
        Group("team", _("Team"), tuple(_teams(scope, nav))),
        Group("label", _("Label"), tuple(_labels(scope, nav))),
        Group("side", _("Public or private"), _plain(filters.SIDES, on.side)),
        Group("mood", _("Mood"), _plain(filters.MOODS, on.mood)),
        Group("language", _("Language"), _plain(filters.LANGUAGES, on.language)),
        Group("waits", _("Waiting"), _plain([("", _("Any time")), *filters.WAITS], on.waits), is_single=True),
        Group("due", _("Response target"), _plain(filters.DUES, on.due)),
        Group("window", _("Reply window"), _plain(filters.WINDOWS, on.window)),
        Group("complaint", _("Complaints"), _plain([("1", _("Complaints only"))], on.complaint)),
    ]
    return tuple(group for group in every if group.choices)


def _plain(choices: Any, on: str) -> tuple[Choice, ...]:
    chosen = filters.parts(on) or [""]
    return tuple(Choice(value, str(title), value in chosen) for value, title in choices)


def _channels(scope: Scope, nav: Nav) -> Iterator[Choice]:
    chosen = filters.parts(scope.filters.channel)
    for platform in nav.channels:
        counts = [_held(scope, nav, str(row.code)) for row in nav.readable if row.platform == platform]
        count = None if None in counts else sum(filter(None, counts))
        yield Choice(platform, platform_title(platform), platform in chosen, count, platform)


def _accounts(scope: Scope, nav: Nav) -> Iterator[Choice]:
    """Accounts, where a channel does not say it already."""
    chosen = filters.parts(scope.account)
    if not chosen and len(nav.accounts) <= len(nav.channels):
        return
    rows = nav.readable if scope.queue.history else nav.accounts
    for row in rows:
        code = str(row.code)
        yield Choice(code, row.at_handle, code in chosen, _held(scope, nav, code), row.platform)


def _held(scope: Scope, nav: Nav, account: str) -> int | None:
    return nav.count(scope.queue.key, account) if scope.queue.key in COUNTED else None


def _people(scope: Scope, nav: Nav) -> Iterator[Choice]:
    chosen, is_open = filters.parts(scope.filters.who), scope.queue.key == "open"
    for value, title, queue in (
        (filters.NOBODY, filters.WHO_NOBODY, "unassigned"),
        (filters.ME, filters.WHO_ME, "mine"),
    ):
        yield Choice(value, str(title), value in chosen, nav.count(queue) if is_open else None)
    reader = str(nav.user.code)
    for person in nav.people:
        if person.code != reader:
            yield Choice(person.code, person.name, person.code in chosen)


def _teams(scope: Scope, nav: Nav) -> Iterator[Choice]:
    if not nav.teams:
        return
    chosen, is_open = filters.parts(scope.filters.team), scope.queue.key == "open"
    yield from _plain(((filters.MY_TEAMS, filters.TEAM_MINE), (filters.NONE, filters.TEAM_NONE)), scope.filters.team)
    for team in nav.team_counts:
        yield Choice(str(team.code), team.name, str(team.code) in chosen, team.n if is_open else None)


def _labels(scope: Scope, nav: Nav) -> Iterator[Choice]:
    if not nav.labels:
        return
    chosen, is_open = filters.parts(scope.filters.label), scope.queue.key == "open"
    yield from _plain(((filters.NONE, filters.LABEL_NONE),), scope.filters.label)
    for label in nav.label_counts:
        yield Choice(str(label.code), label.name, str(label.code) in chosen, label.n if is_open else None)
