"""One act on every picked row, and going on to the next conversation."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from inbox.access import agent_required, conversation_for
from inbox.http import AgentRequest
from inbox.lists import bulk as rules
from inbox.lists.navigation import nav_of
from inbox.models import Conversation, Label, Team, User
from inbox.routing.presence import attach_workloads
from inbox.undo.record import Kind, repeat_form_of
from inbox.views import next_conversation, page
from inbox.views.forms import SnoozeForm
from inbox.views.triage import closing
from webcare.lib.cursor import moment_in
from webcare.lib.text import is_uuid


@require_POST
@agent_required
def bulk(request: AgentRequest) -> HttpResponse:
    """Do it, say what was done and what was not, and go back to the list."""
    rows = _rows(request)
    if request.POST.get("do") == "choose":
        return _choose(request, rows)
    # The page of its own says `do` and carries every choice; the bar's menus name the choice alone.
    named = next((name for name in ("snooze", "close", "user", "team", "label") if name in request.POST), "")
    act = _ACTS.get(request.POST.get("do") or named)
    if act is None:
        raise Http404
    try:
        _say(request, act(request, rows))
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    back = reverse("inbox") + ("?" + request.GET.urlencode() if request.GET else "")
    return HttpResponseClientRedirect(back) if request.htmx else redirect(back)


def _rows(request: AgentRequest) -> list[Conversation]:
    """Return what was picked: rows one by one, or the whole list."""
    accounts = nav_of(request).accounts
    if "all" not in request.POST:
        return rules.picked(
            [uuid.UUID(code) for code in request.POST.getlist("pick") if is_uuid(code)], request.user, accounts
        )
    seen_at = moment_in(request.POST.get("seen_at", "")) or timezone.now()
    rows = rules.everything(page.scope_of(request), request.user, accounts, seen_at)
    # Asked once more after an undo, it is about these rows, whatever the list holds by then.
    data = request.POST.copy()
    data.setlist("pick", [str(row.code) for row in rows])
    del data["all"]
    request.POST = data  # type: ignore[assignment]
    return rows


@require_POST
@agent_required
def close_next(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Close this one and open what stands behind it in the list."""
    conversation = conversation_for(request, code, write=True)
    following = next_conversation.next_in_list(request, conversation)
    refused = closing.close_one(request, conversation)
    return refused or next_conversation.open_next(request, following, code)


@require_safe
@agent_required
def people(request: AgentRequest) -> HttpResponse:
    """Who could take the picked ones: colleagues who work in an account of one's own, with what they hold."""
    accounts = [account.pk for account in nav_of(request).accounts]
    people = rules.takers_in(accounts).exclude(pk=request.user.pk).order_by("first_name", "last_name", "pk")
    return render(request, "inbox/list/_bulk_people.html", {"people": attach_workloads(people, request.user, accounts)})


def _choose(request: AgentRequest, rows: list[Conversation]) -> HttpResponse:
    people = rules.takers_in({row.account_id for row in rows}).order_by("first_name", "last_name")
    accounts = [account.pk for account in nav_of(request).accounts]
    context = {
        "rows": rows,
        "people": attach_workloads(people, request.user, accounts),
        "scope": page.scope_of(request),
    }
    return render(request, "inbox/list/bulk.html", context)


def _assign(request: AgentRequest, rows: list[Conversation]) -> rules.Outcome:
    user_code = request.POST.get("user", "")
    if user_code and not is_uuid(user_code):
        raise Http404
    taker = get_object_or_404(User, code=user_code, is_active=True) if user_code else None
    return rules.assign(
        rows,
        taker,
        request.user,
        handover=request.POST.get("handover", ""),
        repeat=repeat_form_of(request, Kind.ASSIGN),
    )


def _team(request: AgentRequest, rows: list[Conversation]) -> rules.Outcome:
    team = get_object_or_404(Team, code=_code(request, "team"), archived_at=None)
    return rules.give_to_team(rows, team, request.user, repeat=repeat_form_of(request, Kind.TEAM))


def _label(request: AgentRequest, rows: list[Conversation]) -> rules.Outcome:
    label = get_object_or_404(Label, code=_code(request, "label"), archived_at=None)
    return rules.label(rows, label, request.user, repeat=repeat_form_of(request, Kind.LABEL))


def _snooze(request: AgentRequest, rows: list[Conversation]) -> rules.Outcome:
    form = SnoozeForm({"span": request.POST.get("snooze", ""), "until": request.POST.get("until", "")})
    if not form.is_valid():
        raise ValidationError(form.refusal)
    return rules.snooze(rows, form.moment(), request.user, repeat=repeat_form_of(request, Kind.SNOOZE))


def _close(request: AgentRequest, rows: list[Conversation]) -> rules.Outcome:
    close_reason = request.POST.get("close", "")
    reason = close_reason if close_reason in Conversation.CloseReason.values else ""
    return rules.close(rows, request.user, reason=reason, repeat=repeat_form_of(request, Kind.CLOSE))


_ACTS: dict[str, Callable[[AgentRequest, list[Conversation]], rules.Outcome]] = {
    "mine": lambda request, rows: rules.assign(
        rows, request.user, request.user, repeat=repeat_form_of(request, Kind.ASSIGN)
    ),
    "free": lambda request, rows: rules.assign(rows, None, request.user, repeat=repeat_form_of(request, Kind.ASSIGN)),
    "assign": _assign,
    "user": _assign,
    "team": _team,
    "label": _label,
    "snooze": _snooze,
    "close": _close,
}


def _code(request: AgentRequest, name: str) -> str:
    code = request.POST.get(name, "")
    if not is_uuid(code):
        raise Http404
    return code


def _say(request: AgentRequest, outcome: rules.Outcome) -> None:
    # What was done stands in the bar that undoes it.
    if outcome.same:
        same = ngettext("%(n)d stayed as it was.", "%(n)d stayed as they were.", outcome.same) % {"n": outcome.same}
        messages.info(request, same)
    if outcome.refused:
        names = ", ".join(row.identity.title or _("Unknown") for row, _why in outcome.refused[:5])
        refused = ngettext(
            "%(n)d conversation is still open: %(names)s.",
            "%(n)d conversations are still open: %(names)s.",
            len(outcome.refused),
        ) % {"n": len(outcome.refused), "names": names}
        messages.error(request, f"{refused} {outcome.refused[0][1]}")
