"""What figures should be: leads choose goals, and see what was chosen before."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inbox.access import right_required
from inbox.http import AgentRequest
from inbox.lists.navigation import nav_of
from inbox.models.rights import Right
from reports.goals import history
from reports.goals.forms import GoalForm


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.FIGURES)
def goals(request: AgentRequest) -> HttpResponse:
    """Every goal with its history, and a form for one from a day on."""
    nav = nav_of(request)
    form = GoalForm(request.POST or None, nav=nav)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        history.choose(
            request.user, chosen["figure"], chosen["starts"], chosen["value"],
            account=chosen["account"], team=chosen.get("team"),
        )  # fmt: skip
        messages.success(request, _("Saved."))
        return redirect("goals")
    chosen_before = history.history([account.pk for account in nav.readable], [team.id for team in nav.teams])
    context = {"form": form, "history": chosen_before, "section": "figures"}
    return render(request, "reports/goals/goals.html", context)
