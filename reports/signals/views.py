"""Product signals: how often each label was put on, in what mood, and whether it was passed on; also as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inbox.access import right_required
from inbox.http import AgentRequest
from inbox.lists.navigation import Nav, nav_of
from inbox.models import Label
from inbox.models.rights import Right
from reports import split
from reports.asked import Asked
from reports.signals.lines import lines
from reports.split import Cell
from reports.steps import step_of
from webcare.lib.csv_file import csv_response

COLUMNS = ("product_signals", "signals_negative")


@dataclass(frozen=True, slots=True)
class Signal:
    """One label that is a signal for the product."""

    id: int
    name: str
    code: str
    raised_on: date | None
    count: Cell
    negative: Cell


@require_safe
@right_required(Right.FIGURES)
def signals(request: AgentRequest) -> HttpResponse:
    """What the product's makers should know, the most frequent first."""
    nav = nav_of(request)
    asked = Asked.of(request.GET.dict(), nav)
    found = _signals(asked, nav)
    context = {
        "asked": asked, "signals": found, "splits": split.SPLITS, "by": "signals", "section": "figures",
        "trends": lines(asked.scope, [(signal.id, signal.name) for signal in found]),
        "by_week": step_of(asked.scope) > 1, "no_goals": True,
        "are_any": any(label.purpose == Label.Purpose.PRODUCT for label in nav.labels),
    }  # fmt: skip
    return render(request, "reports/signals.html", context)


@require_safe
@right_required(Right.FIGURES)
def signals_csv(request: AgentRequest) -> StreamingHttpResponse:
    """The same as a file."""
    nav = nav_of(request)
    asked = Asked.of(request.GET.dict(), nav)
    return csv_response(_table(_signals(asked, nav)), f"webcare-signals-{asked.first}-{asked.last}.csv")


def _signals(asked: Asked, nav: Nav) -> list[Signal]:
    labels = {label.id: label for label in nav.labels if label.purpose == Label.Purpose.PRODUCT}
    rows = [row for row in split.rows(asked, nav, "label", COLUMNS) if row.name.id in labels]
    found = [
        Signal(int(row.name.id), row.name.name, row.name.code, labels[int(row.name.id)].raised_on, *row.cells)
        for row in rows
    ]
    return sorted(found, key=lambda signal: (-signal.count.value.n, signal.name.casefold()))


def _table(found: Iterable[Signal]) -> Iterator[list[object]]:
    yield ["label", "signals", "before", "negative", "negative before", "raised on"]
    for row in found:
        values = (row.count.value, row.count.before, row.negative.value, row.negative.before)
        yield [row.name, *("" if one.value is None else one.value for one in values), row.raised_on or ""]
