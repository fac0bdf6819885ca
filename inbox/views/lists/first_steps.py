"""A newcomer's first steps, above their list."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from inbox.access import agent_required
from inbox.http import AgentRequest
from inbox.lists import first_steps


@require_safe
@agent_required
def card(request: AgentRequest) -> HttpResponse:
    """The card as it stands by now; nothing for who has put it away."""
    if request.user.first_steps_from is None:
        return HttpResponse()
    return render(request, "inbox/list/_first_steps.html")


@require_POST
@agent_required
def put_away(request: AgentRequest) -> HttpResponse:
    """Take it away for good."""
    first_steps.hide(request.user)
    return HttpResponse() if request.htmx else redirect("inbox")
