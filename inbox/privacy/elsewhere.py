"""Where else something of a customer stands: apps above the inbox say so, when somebody asks for it or is erased."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from inbox.privacy.person import Person


class Elsewhere(NamedTuple):
    """What an app says: a sentence about what erasing does not reach, or "", and what of a person was passed on."""

    note: Callable[[], str]
    passed_on: Callable[[Person], list[dict[str, Any]]]  # each with to, what, at and record


_told: list[Elsewhere] = []


def register(elsewhere: Elsewhere) -> None:
    """Have an app asked."""
    if elsewhere not in _told:
        _told.append(elsewhere)


def notes() -> list[str]:
    """Return what erasing does not reach, a sentence each."""
    return [said for one in _told if (said := one.note())]


def passed_on(person: Person) -> list[dict[str, Any]]:
    """Return what of a person was passed on to others."""
    return [row for one in _told for row in one.passed_on(person)]
