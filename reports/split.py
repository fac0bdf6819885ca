"""Figures of each account, team or person beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inbox.lists.navigation import Nav
from inbox.models import User
from reports.asked import Asked
from reports.figures import FIGURES, Figure, Value, split_values
from reports.shown import in_words

COLUMNS = (
    "messages_in", "messages_out", "response_seconds_median", "response_seconds_p90", "within_target",
    "handling_seconds_median", "reopen_rate",
)  # fmt: skip
SPLITS: Mapping[str, str | Promise] = {"account": _("Account"), "team": _("Team"), "person": _("Person")}


class Name(NamedTuple):
    """What a row is of."""

    id: int
    code: str
    name: str
    platform: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one row, and the address of what stands behind it."""

    figure: Figure
    value: Value
    address: str

    @property
    def words(self) -> str:
        """Its value as people read it."""
        return in_words(self.figure.unit, self.value.value)


@dataclass(frozen=True, slots=True)
class Row:
    """One account, team or person."""

    name: Name
    cells: list[Cell]


def rows(asked: Asked, nav: Nav, split: str) -> list[Row]:
    """Return a row for each that did anything in the period, by name."""
    values = split_values(asked.scope, split, COLUMNS)
    return [
        Row(name, [Cell(FIGURES[column], values[name.id][column], _address(asked, split, name)) for column in COLUMNS])
        for name in sorted(_names(nav, split), key=lambda name: (name.platform, name.name.casefold()))
        if name.id in values
    ]


def table(found: Iterable[Row], split: str) -> list[list[object]]:
    """Return the same for a file, with a head: each figure and how many rows it rests on."""
    head: list[object] = [split, *(name for column in COLUMNS for name in (column, f"{column} n"))]
    return [head, *([row.name.name, *(part for cell in row.cells for part in _exact(cell.value))] for row in found)]


def _exact(value: Value) -> tuple[object, int]:
    return ("" if value.value is None else value.value), value.n


def _names(nav: Nav, split: str) -> list[Name]:
    if split == "account":
        return [Name(row.pk, str(row.code), row.at_handle, row.platform) for row in nav.readable]
    if split == "team":
        return [Name(row.id, row.code, row.name) for row in nav.teams]
    # Who left did work too.
    return [Name(row.pk, str(row.code), row.name) for row in User.objects.all()]


def _address(asked: Asked, split: str, name: Name) -> str:
    return f"{asked.address}&{urlencode({split: name.code})}"
