"""Where else something of a customer stands: apps above the inbox are asked of it, and to take it away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import QuerySet

from inbox.models import User
from inbox.privacy.person import Person
from inbox.privacy.traces import Traces


def _nothing(_person: Person) -> list[dict[str, Any]]:
    return []


def _says_nothing() -> str:
    return ""


def _forgets_nothing(_person: Person) -> None:
    return None


def _finds_nothing(_traces: Traces, _by: User | None) -> int:
    return 0


class Texts(NamedTuple):
    """Texts of colleagues that may name a customer and that people change themselves: work is sorted by them."""

    kind: str  # short: stands on receipts
    title: Any  # what one of them is called, translated when shown
    rows: Callable[[], QuerySet[Any]]
    fields: tuple[str, ...]
    address: Callable[[Any], str]  # where a row is changed


class Elsewhere(NamedTuple):
    """What an app says of a person, and how it forgets one."""

    note: Callable[[], str] = _says_nothing  # a sentence about what erasing does not reach, or ""
    passed_on: Callable[[Person], list[dict[str, Any]]] = _nothing  # each with to, what, at and record
    found: Callable[[Person], list[dict[str, Any]]] = _nothing  # what they wrote elsewhere, and we keep
    made: Callable[[Person], list[dict[str, Any]]] = _nothing  # what was made of their words: at, what and text
    forget: Callable[[Person], None] = _forgets_nothing  # inside the transaction that erases them
    # After it, until it finds no more: takes away what names them, and returns how often. `by` asked for it.
    sweep: Callable[[Traces, User | None], int] = _finds_nothing
    texts: tuple[Texts, ...] = ()  # that stay as they are, and are listed (inbox/privacy/naming.py)


_told: list[Elsewhere] = []


def register(elsewhere: Elsewhere) -> None:
    """Have an app asked."""
    if elsewhere not in _told:
        _told.append(elsewhere)


def notes() -> list[str]:
    """Return what erasing does not reach, a sentence each."""
    return [said for one in _told if (said := one.note())]


def texts() -> list[Texts]:
    """Return the kinds of texts that people change themselves."""
    return [kind for one in _told for kind in one.texts]


def passed_on(person: Person) -> list[dict[str, Any]]:
    """Return what of a person was passed on to others."""
    return [row for one in _told for row in one.passed_on(person)]


def found(person: Person) -> list[dict[str, Any]]:
    """Return what a person wrote elsewhere that we keep."""
    return [row for one in _told for row in one.found(person)]


def made(person: Person) -> list[dict[str, Any]]:
    """Return what was made of a person's words, and is kept."""
    return [row for one in _told for row in one.made(person)]


def forget(person: Person) -> None:
    """Take away what apps keep of a person. Their ids are still there."""
    for one in _told:
        one.forget(person)


def sweep(traces: Traces, by: User | None) -> int:
    """Take away what of apps' own texts names a person, outside any transaction; return how often it did."""
    return sum(one.sweep(traces, by) for one in _told)
