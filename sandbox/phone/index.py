"""The first page: everybody who has a phone, in groups, to search; and a form for somebody new."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sandbox.model import User
from sandbox.phone import screens, words
from sandbox.phone.messages import gist
from sandbox.scenario.people import BY_KEY
from sandbox.world import World

OWN = "Zelf toegevoegd"
ROOM = 80  # people per group; the rest is found by searching


@dataclass(frozen=True)
class Row:
    """Somebody in the list of phones."""

    key: str
    name: str
    initials: str
    hue: int
    platforms: list[str]
    gist: str
    at: datetime | None
    answered: bool


@dataclass(frozen=True)
class Group:
    """People who belong together."""

    name: str
    rows: list[Row]
    more: int


def groups(world: World, search: str = "") -> list[Group]:
    """People by group, last active first; with `search` only those whose name or user name holds it."""
    needle = search.strip().lower().lstrip("@")
    found: dict[str, list[tuple[str, list[User]]]] = defaultdict(list)
    for key, users in world.people().items():
        if users and (not needle or any(needle in f"{user.name} {user.username} {user.id}".lower() for user in users)):
            found[BY_KEY[key].group if key in BY_KEY else OWN].append((key, users))
    order = [OWN, *dict.fromkeys(person.group for person in BY_KEY.values())]
    return [_group(world, name, found[name]) for name in order if found[name]]


def _group(world: World, name: str, people: list[tuple[str, list[User]]]) -> Group:
    rows = [_row(world, key, users) for key, users in people[-ROOM:]]  # a replay brings hundreds: newest ones
    rows.sort(key=lambda row: row.at.timestamp() if row.at else 0.0, reverse=True)
    return Group(name, rows, max(0, len(people) - ROOM))


def _row(world: World, key: str, users: list[User]) -> Row:
    messages = [message for user in users if (message := screens.last_word(world, user))]
    newest = max(messages, key=lambda message: message.at, default=None)
    name = users[0].name
    platforms = [platform for platform in screens.NAMES if any(user.platform == platform for user in users)]
    return Row(
        key=key,
        name=name,
        initials=words.initials(name),
        hue=words.hue(key),
        platforms=platforms,
        gist=gist(newest) if newest else "",
        at=newest.at if newest else None,
        answered=bool(newest and newest.by_brand),
    )
