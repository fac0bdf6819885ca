"""Who has which opening hours: the organisation's, or own ones of an account or a team. Seen and changed by leads."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from channels.models import Account
from inbox.access import agent_required, right_required
from inbox.http import AgentRequest
from inbox.models import OpeningDay, OpeningHours, OpeningSchedule, Team
from inbox.models.opening_hours import Hours, written
from inbox.models.rights import Right
from inbox.outbox.autoreply_text import return_time
from inbox.sla import opening_hours as sla_hours
from inbox.sla.opening_words import week_in_words
from inbox.views.team.opening_form import ExceptionForm, OwnHoursForm


@dataclass(frozen=True, slots=True)
class Line:
    """An account or a team, and its hours in words where it has its own."""

    owner: Account | Team
    kind: str
    hours: Hours | None
    zone: str

    @property
    def words(self) -> str:
        """Its own week; "" where it has the organisation's."""
        return week_in_words(self.hours) if self.hours else ""


@require_safe
@right_required(Right.SETUP)
def opening_hours(request: AgentRequest) -> HttpResponse:
    """Everybody's hours on one page."""
    hours, now = OpeningHours.current(), timezone.now()
    house = str(hours.organisation.zone)
    accounts = request.user.visible_accounts().order_by("platform", "handle", "pk")
    lines = [_line(account, "account", hours.accounts.get(account.pk), house) for account in accounts]
    teams = [_line(team, "team", hours.teams.get(team.pk), house) for team in Team.objects.filter(archived_at=None)]
    ctx = {
        "organisation": hours.organisation,
        "organisation_words": week_in_words(hours.organisation),
        "is_open": hours.organisation.is_open(now),
        "zone": house,
        "groups": [(_("Accounts"), lines), (_("Teams"), teams)],
        "section": "writing",
        "tab": "hours",
    }
    return render(request, "inbox/settings/opening_hours.html", ctx)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def own(request: AgentRequest, kind: str, code: uuid.UUID) -> HttpResponse:
    """The hours of an account or a team. POST gives it its own, or changes them."""
    owner = _owner_for(request, kind, code)
    form = OwnHoursForm(request.POST or None, schedule=sla_hours.schedule_of(owner))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        sla_hours.set_own(request.user, owner, form.week(), zone=data["zone"], holidays=data["holidays"])
        messages.success(request, _("Saved. What waits is given its time anew."))
        return redirect("own_hours", kind, code)
    return _page(request, kind, owner, form=form)


@require_POST
@agent_required
def drop(request: AgentRequest, kind: str, code: uuid.UUID) -> HttpResponse:
    """Let it have the organisation's hours again."""
    if sla_hours.drop_own(request.user, _owner_for(request, kind, code)):
        messages.success(request, _("The organisation's opening hours hold here again."))
    return redirect("own_hours", kind, code)


@require_POST
@agent_required
def exception(request: AgentRequest, kind: str, code: uuid.UUID) -> HttpResponse:
    """Set the hours of one date."""
    owner = _owner_for(request, kind, code)
    form, schedule = ExceptionForm(request.POST, prefix="other"), _schedule_of(owner)
    if not form.is_valid():
        return _page(request, kind, owner, exception=form)
    data = form.cleaned_data
    sla_hours.set_exception(request.user, data["date"], data["hours"], data["name"], schedule)
    messages.success(request, _("Saved. What waits is given its time anew."))
    return redirect("own_hours", kind, code)


@require_POST
@agent_required
def exception_remove(request: AgentRequest, kind: str, code: uuid.UUID, pk: int) -> HttpResponse:
    """Let a date be as its weekday again."""
    schedule = _schedule_of(_owner_for(request, kind, code))
    if sla_hours.drop_exception(request.user, pk, schedule):
        messages.success(request, _("That day is as its weekday again."))
    return redirect("own_hours", kind, code)


def _owner_for(request: AgentRequest, kind: str, code: uuid.UUID) -> Account | Team:
    """One whose hours a lead may change. Whoever does not see an account is told nothing of it."""
    owner: Account | Team
    if kind == "account":
        owner = get_object_or_404(request.user.visible_accounts(), code=code)
    elif kind == "team":
        owner = get_object_or_404(Team, code=code, archived_at=None)
    else:
        raise Http404
    if not request.user.has(Right.SETUP):
        raise PermissionDenied
    return owner


def _schedule_of(owner: Account | Team) -> OpeningSchedule:
    schedule = sla_hours.schedule_of(owner)
    if schedule is None:
        raise Http404
    return schedule


def _line(owner: Account | Team, kind: str, hours: Hours | None, house: str) -> Line:
    zone = str(hours.zone) if hours else ""
    return Line(owner, kind, hours, "" if zone == house else zone)


def _page(
    request: AgentRequest,
    kind: str,
    owner: Account | Team,
    *,
    form: OwnHoursForm | None = None,
    exception: ExceptionForm | None = None,
) -> HttpResponse:
    schedule, now = sla_hours.schedule_of(owner), timezone.now()
    hours = OpeningHours.current().of(*((owner.pk, None) if kind == "account" else (0, owner.pk)))
    opens = hours.opens_next(now)
    coming = OpeningDay.objects.filter(schedule=schedule, date__gte=timezone.localdate()) if schedule else ()
    ctx: dict[str, Any] = {
        "owner": owner,
        "kind": kind,
        "name": owner.at_handle if isinstance(owner, Account) else owner.name,
        "schedule": schedule,
        "words": week_in_words(hours),
        "week": form or OwnHoursForm(schedule=schedule),
        "exception": exception or ExceptionForm(prefix="other"),
        "days": [_day(row, kind, owner) for row in coming],
        "exception_address": reverse("own_exception", args=[kind, owner.code]),
        "hours": hours,
        "open_now": hours.is_open(now),
        "opens": return_time(opens, now, get_language() or "en") if opens else "",
        "zone": str(hours.zone),
        "section": "writing",
        "tab": "hours",
    }
    return render(request, "inbox/settings/own_hours.html", ctx)


def _day(row: OpeningDay, kind: str, owner: Account | Team) -> dict[str, Any]:
    return {
        "row": row,
        "hours": written(row.times),
        "address": reverse("own_exception_remove", args=[kind, owner.code, row.pk]),
    }
