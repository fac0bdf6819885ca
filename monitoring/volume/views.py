"""The page of how much was said, and in what mood."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from inbox.access import agent_required
from inbox.http import AgentRequest
from monitoring.hits import listing
from monitoring.volume import counts, plot

LENGTHS = (7, 28, 91)
USUAL = 28


@require_safe
@agent_required
def volume(request: AgentRequest) -> HttpResponse:
    """Every query by day beside the period before, and what was found in all."""
    days = request.GET.get("days", "")
    period = counts.period_of(int(days) if days in map(str, LENGTHS) else USUAL)
    queries = listing.queries_of(request.user)
    ids = [query.pk for query in queries]
    now, before = (counts.by_query(ids, part) for part in (period, period.before))
    shown = [plot.volume_of(query, period, now.get(query.pk, {}), before.get(query.pk, {})) for query in queries]
    reached = [counts.reached(ids, part) for part in (period, period.before)]
    context = {
        "volumes": sorted(shown, key=lambda one: -one.posts),
        "reputation": plot.reputation_of(period, *reached),
        "period": period,
        "days": len(period.days),
        "lengths": [(n, ngettext("%(n)s day", "%(n)s days", n) % {"n": n}) for n in LENGTHS],
        "title": _("Volume and mood"),
        "section": "monitoring",
        "part": "volume",
    }
    return render(request, "monitoring/volume.html", context)
