"""Pages of the figures: all of them, the conversations behind one, and both as CSV."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inbox.access import figures_required
from inbox.http import AgentRequest
from inbox.lists.navigation import nav_of
from inbox.models.rights import Right
from reports import bands, display, drill_down, heat, split, trends
from reports.asked import Asked
from reports.counts import Reading
from reports.figures import FIGURES, Figure, values_of
from reports.goals.history import Goals
from reports.steps import step_of
from webcare.lib.csv_file import csv_response


@require_safe
@figures_required
def figures(request: AgentRequest) -> HttpResponse:
    """Every figure of a period, beside the period before."""
    asked = _asked(request)
    readings = now, _before = trends.readings(asked.scope, finest={**bands.FINEST, **drill_down.FINEST})
    came, left = (drill_down.per_day(name, asked.scope, now) for name in drill_down.BY_DAY)
    found = _shown(asked, readings)
    finding, reasons = display.reasons(found)
    context = {
        "asked": asked,
        "figures": found,
        "tiles": display.tiles(found),
        "trends": trends.trends(asked.scope, found, readings),
        "by_week": step_of(asked.scope) > 1,
        "bands": bands.bands(asked.scope, now),
        "reasons": reasons,
        "reasons_finding": finding,
        "bars": display.bars(*(drill_down.per_step(of, asked.scope) for of in (came, left))),
        "high": display.HIGH,
        "finding": display.finding(came),
        "is_quiet": not any(came.values()) and not any(left.values()),
        "heat": heat.of(asked.scope, now),
        "splits": split.SPLITS,
        "section": "figures",
    }
    return render(request, "reports/figures.html", context)


@require_safe
@figures_required
def figures_csv(request: AgentRequest) -> StreamingHttpResponse:
    """The same figures as a file."""
    asked = _asked(request)
    return csv_response(display.totals(_shown(asked), asked.scope), _file_name(asked, "figures"))


@require_safe
@figures_required
def figures_by(request: AgentRequest, by: str) -> HttpResponse:
    """The main figures of each channel, account, team, person or label."""
    asked = _asked(request)
    rows = split.rows(asked, nav_of(request), _split(by))
    columns = [FIGURES[name] for name in split.COLUMNS]
    context = {
        "asked": asked, "rows": rows, "columns": columns, "by": by, "splits": split.SPLITS, "title": split.SPLITS[by],
        "section": "figures",
    }  # fmt: skip
    return render(request, "reports/split.html", context)


@require_safe
@figures_required
def figures_by_csv(request: AgentRequest, by: str) -> StreamingHttpResponse:
    """The same as a file."""
    asked = _asked(request)
    rows = split.rows(asked, nav_of(request), _split(by), FIGURES)
    return csv_response(split.table(rows, by), _file_name(asked, f"by-{by}"))


@require_safe
@figures_required
def conversations(request: AgentRequest, name: str) -> HttpResponse:
    """The conversations behind one figure, newest first."""
    figure, asked, after = _figure(name), _asked(request), request.GET.get("after", "")
    context = {
        "figure": figure,
        "value": display.in_words(figure.unit, values_of(asked.scope, [name])[name].value),
        "asked": asked,
        "page": drill_down.conversations(figure, asked.scope, after=after),
        "is_first": not after,
        "section": "figures",
    }
    return render(request, "reports/conversations.html", context)


@require_safe
@figures_required
def conversations_csv(request: AgentRequest, name: str) -> StreamingHttpResponse:
    """Each row one figure counts, as a file."""
    figure, asked = _figure(name), _asked(request)
    return csv_response(drill_down.exported(figure, asked.scope), _file_name(asked, name))


def _asked(request: AgentRequest) -> Asked:
    """What the address asks for: of who leads a team alone, always within that team. Raises PermissionDenied."""
    nav, given = nav_of(request), request.GET.dict()
    if not request.user.has(Right.FIGURES):
        led = [row.code for row in nav.teams if row.id in (request.user.led_teams or ())]
        if not led:
            raise PermissionDenied
        given["team"] = given["team"] if given.get("team") in led else led[0]
    return Asked.of(given, nav)


def _shown(asked: Asked, readings: tuple[Reading | None, Reading | None] = (None, None)) -> list[display.Shown]:
    goals = Goals(asked.last).of(asked.account_id, asked.scope.team)
    scopes = asked.scope, asked.scope.before
    now, before = (values_of(scope, reading=read) for scope, read in zip(scopes, readings, strict=True))
    return display.shown(now, before, goals)


def _figure(name: str) -> Figure:
    if name not in FIGURES:
        raise Http404
    return FIGURES[name]


def _split(by: str) -> str:
    if by not in split.SPLITS:
        raise Http404
    return by


def _file_name(asked: Asked, name: str) -> str:
    return f"webcare-{name}-{asked.first}-{asked.last}.csv"
