"""Saved views: keep the filters of a list, rename, share, move, forget."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inbox.access import agent_required
from inbox.http import AgentRequest
from inbox.lists import saved_views as rules
from inbox.models import SavedView


@require_safe
@agent_required
def views(request: AgentRequest) -> HttpResponse:
    """One's own and the shared ones."""
    rows = SavedView.objects.filter(Q(owner=request.user) | Q(is_shared=True)).select_related("owner")
    own = [row for row in rows if row.owner_id == request.user.pk]
    shared = [row for row in rows if row.owner_id != request.user.pk]
    return render(request, "inbox/settings/views.html", {"own": own, "shared": shared, "section": "views"})


@require_POST
@agent_required
def save(request: AgentRequest) -> HttpResponse:
    """Keep the filters somebody is looking at."""
    name, query = request.POST.get("name", ""), request.POST.get("query", "")
    try:
        view = rules.keep(name, query, by=request.user, shared="shared" in request.POST)
    except ValueError:
        messages.error(request, _("Give the view a name, and narrow the list to something first."))
        return redirect("inbox")
    messages.success(request, _("Saved as “%(name)s”.") % {"name": view.name})
    return redirect(f"/inbox/?{view.query}")


@require_POST
@agent_required
def change(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Rename it, share it or not, move it, forget it: one form with a button each."""
    view, act = rules.view_for(code, request.user), request.POST.get("do", "")
    if act == "remove":
        rules.remove(view, by=request.user)
    elif act in ("up", "down"):
        rules.move(view, by=-1 if act == "up" else 1)
    else:
        rules.change(view, by=request.user, name=request.POST.get("name", ""), shared="shared" in request.POST)
    return redirect("saved_views")
