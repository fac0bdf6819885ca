"""What holds for everybody here: the organisation's name, how customers are addressed, and when the office is open."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inbox.access import right_required
from inbox.http import AgentRequest
from inbox.models import OpeningDay, OpeningHours, Organisation
from inbox.models.opening_hours import written
from inbox.models.rights import Right
from inbox.outbox.autoreply_text import return_time
from inbox.sla import opening_hours as sla_hours
from inbox.team import organisation as team_organisation
from inbox.views.team.opening_form import ExceptionForm, WeekForm
from inbox.views.team.organisation_form import OrganisationForm


@right_required(Right.ORGANISATION)
def organisation(request: AgentRequest) -> HttpResponse:
    """The organisation's settings. POST saves them; the opening hours are saved by themselves."""
    form = OrganisationForm(request.POST or None, instance=Organisation.current())
    if request.method == "POST" and form.is_valid():
        team_organisation.change(request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("organisation")
    return _page(request, form=form)


@require_POST
@right_required(Right.ORGANISATION)
def opening_week(request: AgentRequest) -> HttpResponse:
    """Set the hours of the week."""
    form = WeekForm(request.POST)
    if not form.is_valid():
        return _page(request, week=form)
    sla_hours.set_week(request.user, form.week())
    messages.success(request, _("Saved."))
    return redirect("organisation")


@require_POST
@right_required(Right.ORGANISATION)
def opening_exception(request: AgentRequest) -> HttpResponse:
    """Set the hours of one date."""
    form = ExceptionForm(request.POST, prefix="other")
    if not form.is_valid():
        return _page(request, exception=form)
    data = form.cleaned_data
    sla_hours.set_exception(request.user, data["date"], data["hours"], data["name"])
    messages.success(request, _("Saved."))
    return redirect("organisation")


@require_POST
@right_required(Right.ORGANISATION)
def opening_exception_remove(request: AgentRequest, pk: int) -> HttpResponse:
    """Let a date be as its weekday again."""
    if sla_hours.drop_exception(request.user, pk):
        messages.success(request, _("That day is as its weekday again."))
    return redirect("organisation")


def _page(
    request: AgentRequest,
    *,
    form: OrganisationForm | None = None,
    week: WeekForm | None = None,
    exception: ExceptionForm | None = None,
) -> HttpResponse:
    hours, now = OpeningHours.current().organisation, timezone.now()
    opens = hours.opens_next(now)
    coming = OpeningDay.objects.filter(schedule=None, date__gte=timezone.localdate())
    ctx: dict[str, Any] = {
        "form": form or OrganisationForm(instance=Organisation.current()),
        "week": week or WeekForm(),
        "exception": exception or ExceptionForm(prefix="other"),
        "days": [
            {"row": row, "hours": written(row.times), "address": reverse("opening_exception_remove", args=[row.pk])}
            for row in coming
        ],
        "exception_address": reverse("opening_exception"),
        "hours": hours,
        "open_now": hours.is_open(now),
        "opens": return_time(opens, now, get_language() or "en") if opens else "",
        "zone": settings.TIME_ZONE,
        "section": "organisation",
    }
    return render(request, "inbox/settings/organisation.html", ctx)
