"""An incident: started from the notice board or a spike, seen by everybody who sees its accounts, led by leads."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from channels.models import Account
from inbox.access import agent_required, right_required
from inbox.http import AgentRequest
from inbox.incidents import running
from inbox.models import Incident, Notice, Spike
from inbox.models.rights import Right
from inbox.outbox import posts
from inbox.views.incidents.forms import StartForm, text_form
from inbox.views.incidents.page import HOURS_BACK, page_of, progress_of, recent_of
from webcare.lib.cursor import cursor_of, cursor_values, rows_after
from webcare.lib.text import is_uuid

PAGE = 50
_NEWEST = ("-started_at", "-id")


@require_safe
@agent_required
def listed(request: AgentRequest) -> HttpResponse:
    """Every incident, newest first."""
    rows = Incident.objects.visible_to(request.user).select_related("started_by")
    start = cursor_values(request.GET.get("after", ""), _NEWEST)
    if start:
        rows = rows.filter(rows_after(_NEWEST, start))
    found = list(rows.order_by(*_NEWEST)[: PAGE + 1])
    after = cursor_of(found[PAGE - 1], _NEWEST) if len(found) > PAGE else ""
    context = {"rows": found[:PAGE], "after": after, "is_first": not start, "section": "notices"}
    return render(request, "inbox/incidents/incidents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.INCIDENTS)
def start(request: AgentRequest) -> HttpResponse:
    """Start one, for a notice (`?notice=`), a spike (`?spike=`), or out of nothing. Nothing is sent by it."""
    notice, spike = _notice_in(request), _spike_in(request)
    form = StartForm(request.POST or None, user=request.user, initial=_initial(request, notice, spike))
    if request.method == "POST" and form.is_valid():
        incident = running.start(form.plan(), request.user, notice)
        messages.success(request, _("The incident runs. Nothing was sent yet."))
        return redirect(incident)
    context = {"form": form, "notice": notice, "spike": spike, "section": "notices"}
    return render(request, "inbox/incidents/start.html", context)


@require_safe
@agent_required
def incident(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """The incident: how far it is, its text, who is alike, and what was sent. `?part=progress` is what moves."""
    row = incident_for(request, code, write=False)
    if request.GET.get("part") == "progress":
        return render(request, "inbox/incidents/_progress.html", progress_of(row, request.user))
    if request.htmx and request.GET.get("part") == "recent":
        return render(request, "inbox/incidents/_recent.html", recent_of(request, row))
    return render(request, "inbox/incidents/incident.html", page_of(request, row))


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def text(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Write the text anew. What has not left stops until the new one is approved and somebody resumes."""
    row = incident_for(request, code)
    form = text_form(row, request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        running.change_text(row, data["text"], data.get("approver"), request.user)
        return redirect(row)
    return render(request, "inbox/incidents/text.html", {"form": form, "incident": row, "section": "notices"})


@require_POST
@agent_required
def approve(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Approve the text."""
    row = incident_for(request, code)
    if not running.approve(row, request.user):
        messages.info(request, _("Somebody else has to approve the text."))
    return redirect(row)


@require_POST
@agent_required
def automatic(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Hold automatic messages, or let them go all the same."""
    row = incident_for(request, code)
    running.hold_automatic(row, request.user, holds=request.POST.get("holds") == "1")
    return redirect(row)


@require_POST
@agent_required
def end(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """End it."""
    row = incident_for(request, code)
    if running.end(row, request.user):
        messages.success(request, _("The incident is over. Its text is gone from the composers, the log keeps it."))
        if held := posts.held_by_incidents().filter(account__in=row.account_ids).count():
            said = ngettext(
                "%(n)s planned post is still held. Let it go under Posts.",
                "%(n)s planned posts are still held. Let them go under Posts.",
                held,
            )
            messages.warning(request, said % {"n": held})
    return redirect(row)


def incident_for(request: AgentRequest, code: uuid.UUID, *, write: bool = True) -> Incident:
    """Return one whose accounts this person sees all of; with `write`, PermissionDenied for who leads nobody."""
    rows = Incident.objects.visible_to(request.user)
    row = get_object_or_404(rows.select_related("started_by", "approved_by", "asked", "label", "ended_by"), code=code)
    if write and not request.user.has(Right.INCIDENTS):
        raise PermissionDenied
    return row


def _notice_in(request: AgentRequest) -> Notice | None:
    code = request.GET.get("notice", "")
    if not code:
        return None
    if not is_uuid(code):
        raise Http404
    return get_object_or_404(Notice, code=code, expires_at__gt=timezone.now())


def _spike_in(request: AgentRequest) -> Spike | None:
    code = request.GET.get("spike", "")
    if not code:
        return None
    if not is_uuid(code):
        raise Http404
    visible = Spike.objects.filter(account__in=request.user.visible_accounts())
    return get_object_or_404(visible.select_related("account"), code=code)


def _initial(request: AgentRequest, notice: Notice | None, spike: Spike | None) -> dict[str, Any]:
    """Return what a notice or a spike says already."""
    accounts: list[Account] = [spike.account] if spike else []
    since = timezone.now() - HOURS_BACK
    said = notice.text if notice else ""
    return {
        "name": said[:80],
        "text": _("Hi {first_name}, %(notice)s") % {"notice": said} if said else "",
        "accounts": [account.pk for account in accounts],
        "since": timezone.localtime(min(since, spike.began_at - HOURS_BACK) if spike else since),
        "words": request.GET.get("words", "")[:300],
    }
