"""Giving work to people from the lead's live page: by form, by key and by drag."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from inbox.access import lead_required
from inbox.http import AgentRequest
from inbox.lists import bulk, crews
from inbox.lists.navigation import nav_of
from inbox.lists.workload import workload_of
from inbox.models import User
from inbox.views.routing import cockpit
from webcare.lib.text import is_uuid

ROOM, NOBODY = "room", ""  # to whoever has most room, and back in the queue


@require_POST
@lead_required
def give(request: AgentRequest) -> HttpResponse:
    """Give what was picked, or the oldest ones; then show the page again, or for htmx the list of cases."""
    chosen = request.POST.get("person") or request.POST.get("user", "")
    taker = _taker(chosen)
    picks = [] if request.POST.get("do") == "oldest" else _picks_in(request)
    accounts = nav_of(request).accounts
    if picks and chosen == ROOM:
        outcome = crews.give_where_room(picks, request.user, accounts)
    elif picks:
        again = [("user", chosen), *(("pick", value) for value in request.POST.getlist("pick")[: crews.MOST])]
        outcome = crews.give_picked(
            picks, taker, request.user, accounts, repeat={"path": request.path, "fields": again}
        )
    elif taker is not None or chosen == ROOM:
        outcome = _give_oldest(request, taker)
    else:
        outcome = bulk.Outcome()
    said = _said(outcome)
    if not request.htmx:
        if said:
            messages.info(request, said)
        return redirect(f"{reverse('cockpit')}{cockpit.query_in(request)}#list")
    response = render(request, "inbox/lead/_cases.html", cockpit.context_of(request))
    if said:
        trigger_client_event(response, "say", {"text": said})
    return trigger_client_event(response, "conversationChanged", {})


def _give_oldest(request: AgentRequest, taker: User | None) -> bulk.Outcome:
    """Without a number it is the oldest one alone: "give" at a colleague with nothing picked."""
    nav = nav_of(request)
    asked = request.POST.get("n", "") if request.POST.get("do") == "oldest" else "1"
    n = min(int(asked), crews.MOST) if asked.isdecimal() and len(asked) < 6 else 1  # noqa: PLR2004  digits
    scope = cockpit.cases_of(request, workload_of(nav)).scope
    return crews.give_oldest(scope, n, taker, request.user, nav.accounts)


def _taker(chosen: str) -> User | None:
    """Return the colleague who was chosen; None for nobody, and for whoever has room."""
    if chosen in (ROOM, NOBODY):
        return None
    taker = User.objects.filter(code=chosen, is_active=True).first() if is_uuid(chosen) else None
    if taker is None:
        raise Http404
    return taker


def _picks_in(request: AgentRequest) -> list[crews.Pick]:
    """Return what was picked: a conversation's code, and that of its holder behind a slash."""
    found: list[crews.Pick] = []
    for value in request.POST.getlist("pick")[: crews.MOST]:
        code, _slash, holder = value.partition("/")
        if is_uuid(code) and (not holder or is_uuid(holder)):
            found.append((UUID(code), UUID(holder) if holder else None))
    return found


def _said(outcome: bulk.Outcome) -> str:
    """What was done stands in the bar that undoes it; what was not is said."""
    if outcome.same:
        return ngettext("%(n)d stayed as it was.", "%(n)d stayed as they were.", outcome.same) % {"n": outcome.same}
    return "" if outcome.done else _("Nothing here can be given.")
