"""Figures of each channel, account, team, person or label beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from channels.models import Account
from channels.platforms import platform_title
from inbox.lists.navigation import Nav
from inbox.models import Label, Team, User
from reports.asked import Asked
from reports.display import in_words
from reports.figures import FIGURES, Figure, Value, split_values
from reports.goals.history import Goals
from reports.goals.meaning import met, words_of
from reports.goals.models import Goal
from reports.scope import Scope

# What a page shows; a file has every figure.
COLUMNS = (
    "messages_in", "messages_out", "response_rate", "response_seconds_median", "response_seconds_p90", "within_target",
    "handling_seconds_median", "reopen_rate", "closed_without_reply", "sentiment_negative", "turn_round",
    "satisfaction", "sent_unchanged",
)  # fmt: skip
SPLITS: Mapping[str, str | Promise] = {
    "channel": _("Channel"), "account": _("Account"), "team": _("Team"), "person": _("Person"), "label": _("Label"),
}  # fmt: skip
_MODELS: Mapping[str, Any] = {"account": Account, "team": Team, "person": User, "label": Label}


class Name(NamedTuple):
    """What a row is of."""

    id: int | str
    code: str
    name: str
    platform: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one row, what it was before, and the address of what stands behind it."""

    figure: Figure
    value: Value
    before: Value
    address: str
    goal: Goal | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether its goal is met; None where there is none, or nothing was measured."""
        return met(self.figure, self.goal, self.value)

    @property
    def goal_words(self) -> str:
        """What it should be."""
        return words_of(self.figure, self.goal.value if self.goal else None)

    @property
    def words(self) -> str:
        """Its value as people read it."""
        return in_words(self.figure.unit, self.value.value)

    @property
    def words_before(self) -> str:
        """What it was in the period before."""
        return in_words(self.figure.unit, self.before.value)


@dataclass(frozen=True, slots=True)
class Row:
    """One channel, account, team, person or label."""

    name: Name
    cells: list[Cell]


def rows(asked: Asked, nav: Nav, split: str, columns: Iterable[str] = COLUMNS) -> list[Row]:
    """Return a row for each that did anything in the period, by name."""
    columns = list(columns)
    values, before = (split_values(scope, split, columns) for scope in (asked.scope, asked.scope.before))
    nothing = {column: FIGURES[column].nothing for column in columns}

    goals = Goals(asked.last)

    def cells(name: Name) -> list[Cell]:
        was, address = before.get(name.id, nothing), _address(asked, split, name)
        own = goals.of(**({"account": asked.account_id, "team": asked.scope.team} | _whose(split, name)))
        return [
            Cell(FIGURES[column], values[name.id][column], was[column], address, own.get(column)) for column in columns
        ]

    named = sorted(_names(nav, split), key=lambda name: (name.platform, name.name.casefold()))
    return [Row(name, cells(name)) for name in named if name.id in values]


def table(found: Iterable[Row], split: str) -> list[list[object]]:
    """Return the same for a file, with a head: each figure, how many rows it rests on, and what it was before."""
    head: list[object] = [split, *(part for name in FIGURES for part in (name, f"{name} n", f"{name} before"))]
    return [head, *([row.name.name, *(part for cell in row.cells for part in _exact(cell))] for row in found)]


def by_code(scope: Scope, split: str) -> dict[str, dict[str, Value]]:
    """Return every figure of each, by its code; a channel has its name for one."""
    values = split_values(scope, split, FIGURES)
    if split == "channel":
        return dict(sorted(values.items()))
    codes = _MODELS[split].objects.in_bulk(list(values.keys() - {None}))
    return {str(row.code): values[pk] for pk, row in sorted(codes.items())}


def _exact(cell: Cell) -> Iterable[object]:
    yield "" if cell.value.value is None else cell.value.value
    yield cell.value.n
    yield "" if cell.before.value is None else cell.before.value


def _whose(split: str, name: Name) -> dict[str, int]:
    return {split: int(name.id)} if split in ("account", "team") else {}


def _names(nav: Nav, split: str) -> list[Name]:
    if split == "channel":
        return [Name(name, name, platform_title(name), name) for name in nav.channels]
    if split == "account":
        return [Name(row.pk, str(row.code), row.at_handle, row.platform) for row in nav.readable]
    if split == "team":
        return [Name(row.id, row.code, row.name) for row in nav.teams]
    if split == "label":
        return [Name(row.id, row.code, row.name) for row in nav.labels]
    # Who left did work too.
    return [Name(row.pk, str(row.code), row.name) for row in User.objects.all()]


def _address(asked: Asked, split: str, name: Name) -> str:
    return f"{asked.address}&{urlencode({split: name.code})}"
