"""The page of our reputation, and the same as CSV."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inbox.access import right_required
from inbox.http import AgentRequest
from inbox.lists.navigation import nav_of
from inbox.models.rights import Right
from reports import split
from reports.asked import Asked
from reports.figures import FIGURES
from reports.reputation.plot import COLUMNS, Reputation
from reports.steps import step_of
from webcare.lib.csv_file import csv_response


@require_safe
@right_required(Right.FIGURES)
def reputation(request: AgentRequest) -> HttpResponse:
    """How positive what was said is, by channel, and whom negatives reach, answered or not."""
    asked = Asked.of(request.GET.dict(), nav_of(request))
    found = Reputation(asked.scope)
    context = {
        "asked": asked, "tiles": found.tiles(), "channels": found.channels(), "reach": found.reach(),
        "rows": found.by_channel(), "columns": [FIGURES[name] for name in COLUMNS], "splits": split.SPLITS,
        "by_week": step_of(asked.scope) > 1, "by": "reputation", "section": "figures",
    }  # fmt: skip
    return render(request, "reports/reputation/reputation.html", context)


@require_safe
@right_required(Right.FIGURES)
def reputation_csv(request: AgentRequest) -> StreamingHttpResponse:
    """The same as a file: by day or week, and channel."""
    asked = Asked.of(request.GET.dict(), nav_of(request))
    return csv_response(Reputation(asked.scope).table(), f"webcare-reputation-{asked.first}-{asked.last}.csv")
