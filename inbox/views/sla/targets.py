"""Within how long which customers should have an answer: seen and changed by leads."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inbox.access import agent_required, right_required
from inbox.http import AgentRequest
from inbox.models import ResponseTarget
from inbox.models.rights import Right
from inbox.models.target import DEFAULT_MINUTES
from inbox.sla import targets as sla_targets
from inbox.views.sla.forms import TargetForm


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.SETUP)
def targets(request: AgentRequest) -> HttpResponse:
    """Every target, the most specific first, and a form for another one."""
    return _edit(request, ResponseTarget())


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def target(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Change one target."""
    return _edit(request, _target_for(request, code))


@require_POST
@agent_required
def remove(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Take a target away."""
    sla_targets.remove(_target_for(request, code), request.user)
    messages.success(request, _("The target is gone. What waits is given its time anew."))
    return redirect("targets")


def _target_for(request: AgentRequest, code: uuid.UUID) -> ResponseTarget:
    """One that a lead may change. Whoever does not read its account is told nothing of it."""
    row = get_object_or_404(sla_targets.visible_to(request.user), code=code)
    if not request.user.has(Right.SETUP):
        raise PermissionDenied
    return row


def _edit(request: AgentRequest, row: ResponseTarget) -> HttpResponse:
    form = TargetForm(request.POST or None, instance=row, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            sla_targets.save(form.save(commit=False), request.user)
        except sla_targets.TargetTaken:
            form.add_error(None, _("There is a target for the same conversations already. Change that one."))
        else:
            messages.success(request, _("Saved. What waits is given its time anew."))
            return redirect("targets")
    rows = sla_targets.in_order(sla_targets.visible_to(request.user))
    ctx = {
        "form": form,
        "row": row,
        "rows": rows,
        "has_default": any(sla_targets.specificity(each)[0] == 0 for each in rows),
        "default_minutes": DEFAULT_MINUTES,
        "section": "writing",
        "tab": "targets",
    }
    return render(request, "inbox/settings/targets.html", ctx)
