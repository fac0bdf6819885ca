"""The end of a shift: my open conversations with their due times, given back or on with one note."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from inbox.access import agent_required
from inbox.http import AgentRequest
from inbox.lists import bulk
from inbox.lists import handover as rules
from inbox.lists.navigation import nav_of
from inbox.models import Team, User
from inbox.routing import presence
from webcare.lib.text import clean, is_uuid


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def handover(request: AgentRequest) -> HttpResponse:
    """What I still hold. Posted: give the picked ones on, and show what is left."""
    if request.method == "POST":
        _hand_over(request)
        return redirect("handover")
    nav = nav_of(request)
    accounts = [account.pk for account in nav.accounts]
    people = bulk.takers_in(accounts).exclude(pk=request.user.pk).order_by("first_name", "last_name", "pk")
    rows = rules.held_by(request.user, nav.accounts)
    context: dict[str, Any] = {
        "rows": rows,
        "more": max(nav.count("mine") - len(rows), 0),
        "people": presence.attach_workloads(people, request.user, accounts),
        "now": timezone.now(),
        "is_off": presence.state_of(request.user) == presence.State.OFF,
        "section": "handover",
    }
    return render(request, "inbox/handover.html", context)


def _hand_over(request: AgentRequest) -> None:
    picks = [UUID(code) for code in request.POST.getlist("pick")[: rules.MOST] if is_uuid(code)]
    if not picks:
        messages.info(request, _("Pick what you want to hand over first."))
        return
    to = request.POST.get("to", "")
    again = [("to", to), *(("pick", str(code)) for code in picks)]
    outcome = rules.hand_over(
        picks, _receiver(to), request.user, nav_of(request).accounts, note=clean(request.POST.get("note", "")),
        repeat={"path": request.path, "fields": again},
    )  # fmt: skip
    # What was done stands in the bar that undoes it.
    if outcome.same:
        same = ngettext("%(n)d stayed as it was.", "%(n)d stayed as they were.", outcome.same) % {"n": outcome.same}
        messages.info(request, same)


def _receiver(to: str) -> User | Team | None:
    """Return whom a form names: `person:CODE`, `team:CODE`, or nobody."""
    kind, _colon, code = to.partition(":")
    if not to:
        return None
    if not is_uuid(code):
        raise Http404
    if kind == "team":
        return get_object_or_404(Team, code=code, archived_at=None)
    return get_object_or_404(User, code=code, is_active=True)
