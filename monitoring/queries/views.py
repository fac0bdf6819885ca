"""Pages of queries: which there are, one of them, and what it would find."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db.models import Count, Max
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from channels.platforms import platform_title
from channels.reasons import sentence
from inbox.access import lead_required
from inbox.http import AgentRequest
from inbox.lists.navigation import nav_of
from monitoring.queries import preview, saving
from monitoring.queries.forms import QueryForm
from monitoring.queries.models import Query


@require_safe
@lead_required
def queries(request: AgentRequest) -> HttpResponse:
    """Every query with what it found and how it goes."""
    rows = Query.objects.visible_to(request.user).select_related("account", "team")
    shown = [
        (row, sentence(row.problem, platform_title(row.account.platform)) if row.problem and row.account else "")
        for row in rows.annotate(found=Count("hits"), newest=Max("hits__at"))
    ]
    return render(request, "monitoring/queries.html", {"rows": shown, "section": "monitoring", "part": "queries"})


@require_http_methods(["GET", "HEAD", "POST"])
@lead_required
def add(request: AgentRequest) -> HttpResponse:
    """A new query: tried first, or saved at once."""
    return _edit(request, Query())


@require_http_methods(["GET", "HEAD", "POST"])
@lead_required
def query(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """One query: changed, or tried as it would be."""
    return _edit(request, _query_for(request, code))


@require_POST
@lead_required
def switch(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Listen to it again, or pause it."""
    saving.switch(_query_for(request, code), request.user, on="on" in request.POST)
    return redirect("monitoring_queries")


@require_POST
@lead_required
def remove(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Delete it, with what it alone had found."""
    saving.delete(_query_for(request, code), request.user)
    messages.success(request, _("Deleted."))
    return redirect("monitoring_queries")


def _edit(request: AgentRequest, row: Query) -> HttpResponse:
    form = QueryForm(request.POST or None, instance=row, nav=nav_of(request))
    context = {"form": form, "row": row, "section": "monitoring", "part": "queries"}
    if request.method == "POST" and form.is_valid():
        if request.POST.get("do") == "try":
            context["tried"] = preview.of(row, request.user)
        else:
            saving.save(row, request.user, form.changed_data)
            messages.success(request, _("Saved. What it finds comes on the page Monitoring."))
            return redirect("monitoring_queries")
    return render(request, "monitoring/query.html", context)


def _query_for(request: AgentRequest, code: uuid.UUID) -> Query:
    """Return a query this person sees. Raises Http404 for any other."""
    found = Query.objects.visible_to(request.user).select_related("account").filter(code=code).first()
    if found is None:
        raise Http404
    return found
