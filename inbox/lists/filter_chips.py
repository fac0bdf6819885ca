"""The filters in force, each as a chip: what it is called, how much fits it, and the list without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from channels.platforms import platform_title
from inbox.lists import filters
from inbox.lists.navigation import COUNTED

if TYPE_CHECKING:
    from inbox.lists.navigation import Nav
    from inbox.lists.queues import Scope
    from inbox.models import User

_ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter. `count` is how much of the queue fits it alone; None where the queue is too long to count."""

    title: str
    without: str  # the query string of the list without it
    count: int | None = None


@dataclass(frozen=True, slots=True)
class ActiveFilters:
    """Every active filter, how much fits all, and the queue's length without them."""

    chips: list[Chip] = field(default_factory=list)
    fits: int | None = None
    all: int | None = None
    clear: str = ""  # the query string of the queue alone


def active_filters(scope: Scope, nav: Nav, user: User) -> ActiveFilters | None:
    """Return what narrows a list; None where nothing does. Costs two statements at most."""
    if scope.is_plain:
        return None
    counts = _counts(scope, nav, user) if scope.queue.key in COUNTED else {}
    bare = replace(scope, account="", filters=filters.Filters())
    titles = _titles(({_ACCOUNT: scope.account} if scope.account else {}) | scope.filters.query, nav)
    chips = [Chip(title, _without(scope, name).address, counts.get(name)) for name, title in titles.items()]
    return ActiveFilters(chips, counts.get("fits"), nav.count(scope.queue.key) if counts else None, bare.address)


def _without(scope: Scope, name: str) -> Scope:
    return scope.only("") if name == _ACCOUNT else replace(scope, filters=scope.filters.without(name))


def _counts(scope: Scope, nav: Nav, user: User) -> dict[str, int]:
    """How much of the queue fits each filter alone, and all of them together."""
    conditions = scope.filters.conditions(user)
    if scope.account:
        chosen = [nav.account(code) for code in filters.parts(scope.account)]
        conditions[_ACCOUNT] = Q(account__in=[account.pk for account in chosen if account])
    rows = replace(scope, account="", filters=filters.Filters()).select(user, nav.readable).order_by()
    labelled = conditions.pop("label", None)
    together = Count("pk", filter=reduce(and_, conditions.values(), Q()))
    apart = {name: Count("pk", filter=condition) for name, condition in conditions.items()}
    if labelled is None:
        return rows.aggregate(fits=together, **apart)
    # Joined to its labels in a statement of its own: a count with a condition asks for the labels of each row.
    counts: dict[str, int] = rows.filter(labelled).aggregate(fits=together, label=Count("pk"))
    return counts | (rows.aggregate(**apart) if apart else {})


def _account(code: str, nav: Nav) -> str:
    account = nav.account(code)
    return account.at_handle if account else _("No longer there")


def _titles(on: dict[str, str], nav: Nav) -> dict[str, str]:
    return {name: _either([_TITLES[name](part, nav) for part in filters.parts(value)]) for name, value in on.items()}


def _either(titles: list[str]) -> str:
    """Return "A, B or C"."""
    if len(titles) == 1:
        return titles[0]
    return _("%(some)s or %(last)s") % {"some": ", ".join(titles[:-1]), "last": titles[-1]}


def _among(choices: Any) -> Callable[[str, Nav], str]:
    known = dict(choices)
    return lambda value, nav: str(known.get(value, value))


def _named(rows: str, **special: Any) -> Callable[[str, Nav], str]:
    def title(value: str, nav: Nav) -> str:
        if value in special:
            return str(special[value])
        name = next((row.name for row in getattr(nav, rows) if str(row.code) == value), None)
        return name or _("No longer there")

    return title


def _since(value: str, nav: Nav) -> str:
    day = parse_date(value)
    return _("Active since %(day)s") % {"day": date_format(day, pgettext("date format", "j M Y"))} if day else value


_TITLES: dict[str, Callable[[str, Nav], str]] = {
    _ACCOUNT: _account,
    "channel": lambda value, nav: platform_title(value),
    "side": _among(filters.SIDES),
    "who": _named("people", me=filters.WHO_ME, nobody=filters.WHO_NOBODY),
    "team": _named("teams", mine=filters.TEAM_MINE, none=filters.TEAM_NONE),
    "label": _named("labels", none=filters.LABEL_NONE),
    "mood": _among(filters.MOODS),
    "language": _among(filters.LANGUAGES),
    "waits": _among(filters.WAITS),
    "due": _among(filters.DUES),
    "window": _among(filters.WINDOWS),
    "since": _since,
    "complaint": lambda value, nav: _("Complaints only"),
}
