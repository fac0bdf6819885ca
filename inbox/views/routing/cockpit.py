"""The lead's live page: what waits, where it runs late, and what nobody has yet."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from inbox.access import lead_required
from inbox.http import AgentRequest
from inbox.lists.crews import crews_of
from inbox.lists.navigation import nav_of
from inbox.lists.queues import PAGE, Scope, rows_of
from inbox.lists.workload import NUMBERS, Number, Workload, workload_of
from inbox.live import announce
from inbox.undo.bar import bar_of
from inbox.views.routing.now import now_of

PACE = 2000  # milliseconds between two questions of a page, however much happens
# What the list of cases can show. The first is shown unless the address says otherwise.
KINDS = {"free": _("Unassigned"), "late": _("Over target"), "near": _("Target is near")}


class Kind(NamedTuple):
    """One choice of what the list of cases shows."""

    name: str
    title: Any
    number: Number
    query: str  # of this page
    is_on: bool


class Cases(NamedTuple):
    """The cases below the table: which, how many, where, and what else can be shown there."""

    kinds: tuple[Kind, ...]
    shown: Kind
    scope: Scope
    where: str
    platform: str
    query: str  # of this page


@require_safe
@lead_required
def cockpit(request: AgentRequest) -> HttpResponse:
    """The whole page; for htmx the list of cases alone."""
    context = context_of(request)
    is_part = bool(request.htmx) and not request.htmx.history_restore_request and not request.htmx.boosted
    response = render(request, "inbox/lead/_cases.html" if is_part else "inbox/lead/cockpit.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
@lead_required
def updates(request: AgentRequest) -> HttpResponse:
    """All of it as it is now: time alone makes cases late, so something may always have changed."""
    context = {**context_of(request), "token": announce.token(), "undo_bar": bar_of(request.user)}
    return render(request, "inbox/lead/_updates.html", context)


def cases_of(request: AgentRequest, work: Workload) -> Cases:
    """Read from the address which cases are listed. What is unknown there counts as not given."""
    asked = Scope.of(request.GET)
    where = {"team": asked.filters.team, "account": asked.account}
    line = work.line_at(urlencode({name: code for name, code in where.items() if code}))
    chosen = request.GET.get("show", "")
    chosen = chosen if chosen in KINDS else next(iter(KINDS))
    kinds = tuple(
        Kind(name, title, getattr(line, name), _query(line.query, name), name == chosen)
        for name, title in KINDS.items()
    )
    shown = next(kind for kind in kinds if kind.is_on)
    narrowed = dict(part.split("=") for part in line.query.split("&") if part)
    scope = Scope.of({**NUMBERS[chosen], **narrowed, "sort": "target"})
    return Cases(kinds, shown, scope, line.name, line.platform, shown.query)


def context_of(request: AgentRequest) -> dict[str, Any]:
    """All that the page shows, and each of its parts."""
    nav = nav_of(request)
    work = workload_of(nav)
    cases = cases_of(request, work)
    page = rows_of(cases.scope, request.user, nav.accounts)
    crews = crews_of(nav)
    return {
        "work": work,
        "cases": cases,
        "page": page,
        "more": max(cases.shown.number.n - PAGE, 0),
        "token": nav.token,
        "crews": crews,
        "here": sum(crew.here for crew in crews),
        "people": sum(len(crew.mates) for crew in crews),
        "room": sum(crew.room for crew in crews),
        "now": timezone.now(),
        "what_now": now_of(work, nav),
        "facts": [number for number in (work.total.late, work.total.near, work.total.free) if number.n],
        "pace": PACE,
        "section": "cockpit",
    }


def query_in(request: AgentRequest) -> str:
    """The page's own query string, as the address of a form carries it along."""
    return cases_of(request, workload_of(nav_of(request))).query


def _query(where: str, kind: str) -> str:
    show = "" if kind == next(iter(KINDS)) else f"show={kind}"
    query = "&".join(part for part in (where, show) if part)
    return f"?{query}" if query else ""
