"""Saying whether one is at work."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from inbox.access import agent_required
from inbox.http import AgentRequest, is_own_page
from inbox.lists.navigation import nav_of
from inbox.routing import presence


@require_POST
@agent_required
def choose(request: AgentRequest) -> HttpResponse:
    """Be present, away or off from now on. Goes back to the page it was chosen in.

    Who stops with open work is offered to hand it over.
    """
    chosen = request.POST.get("state", "")
    if chosen not in presence.State.values:
        raise Http404
    state = presence.State(chosen)
    presence.choose(request.user, state)
    left = nav_of(request).mine if state == presence.State.OFF else 0
    if request.htmx:
        return render(request, "_presence.html", {"state": state, "left": left})
    if left:
        return redirect("handover")
    came = urlsplit(request.headers.get("Referer", ""))
    back = f"{came.path}?{came.query}" if came.query else came.path
    return redirect(back if came.netloc == request.get_host() and is_own_page(back) else "inbox")
