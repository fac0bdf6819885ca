"""Sorting the work: who takes a conversation, and whether it is open, asleep or done."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inbox.access import agent_required, conversation_for
from inbox.composer import helps
from inbox.http import AgentRequest
from inbox.lists.navigation import nav_of
from inbox.models import Conversation, User
from inbox.notifications.mentions import colleagues_on
from inbox.routing.presence import attach_workloads
from inbox.triage import assignment
from inbox.undo.record import (
    Act,
    Kind,
    name_of,
    repeat_form_of,
    stored_value,
)
from inbox.views import page
from inbox.views.forms import AssignForm, SnoozeForm


@require_POST
@agent_required
def claim(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Take it myself, from whoever had it where I looked: who was first in the same second keeps it."""
    conversation = conversation_for(request, code, write=True)
    _give(request, conversation, request.user, held_by=request.POST.get("holder"))
    conversation.refresh_from_db(fields=["assignee"])
    first = conversation.assignee
    is_taken = first is not None and first.pk != request.user.pk
    say = _("%(name)s took it just before you.") % {"name": first.name} if first and is_taken else ""
    return page.updated_thread(request, code, say=say)


@require_POST
@agent_required
def release(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Put back what is mine, for others to take."""
    conversation = conversation_for(request, code, write=True)
    if conversation.assignee_id == request.user.pk:
        _give(request, conversation, None)
    return page.updated_thread(request, code)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def assign(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Give it to somebody, or to nobody. Asked with GET: who could take it, as a menu or a page."""
    conversation = conversation_for(request, code, write=True)
    if request.method != "POST":
        template = "inbox/thread/_assign.html" if request.htmx else "inbox/thread/assign.html"
        return render(request, template, assign_context(request, conversation))
    form = AssignForm(request.POST)
    if not form.is_valid():
        raise Http404
    chosen = form.cleaned_data["user"]
    taker = next((person for person in _who_may_take(conversation, request.user) if person.code == chosen), None)
    if chosen and taker is None:
        raise Http404
    handover = form.cleaned_data["handover"] if taker and taker.pk != request.user.pk else ""
    _give(request, conversation, taker, handover)
    return page.updated_thread(request, code)


@require_POST
@agent_required
def reopen(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Not done after all, or awake again."""
    conversation = conversation_for(request, code, write=True)
    act = Act(request.user, Kind.REOPEN, repeat=repeat_form_of(request, Kind.REOPEN))
    reopened = act.change(conversation, partial(assignment.reopen, conversation, by=request.user))
    act.keep()
    refused = (
        ""
        if reopened or conversation.status != Conversation.Status.CLOSED
        else _("This person has a newer open conversation; go on there.")
    )
    return page.updated_thread(request, code, say=refused)


@require_POST
@agent_required
def snooze(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Out of sight until a moment, or until the customer writes."""
    conversation = conversation_for(request, code, write=True)
    form = SnoozeForm(request.POST)
    if not form.is_valid():
        return page.updated_thread(request, code, say=form.refusal)
    until = form.moment()
    act = Act(request.user, Kind.SNOOZE, until=stored_value(until), repeat=repeat_form_of(request, Kind.SNOOZE))
    act.change(conversation, partial(assignment.snooze, conversation, until, by=request.user))
    act.keep()
    return page.updated_thread(request, code)


@require_POST
@agent_required
def seen(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Somebody has read it."""
    assignment.mark_seen(conversation_for(request, code))
    return HttpResponse(status=204)


def assign_context(request: AgentRequest, conversation: Conversation) -> dict[str, Any]:
    """Return what the form that gives a conversation to somebody shows."""
    offered = helps.offered(conversation, request.user, nav_of(request).moment.version)
    return {
        "conversation": conversation, "people": _who_may_take(conversation, request.user),
        "summary": offered.summary if offered else "",
    }  # fmt: skip


def _give(
    request: AgentRequest,
    conversation: Conversation,
    user: User | None,
    handover: str = "",
    *,
    held_by: str | None = None,
) -> None:
    act = Act(request.user, Kind.ASSIGN, to=name_of(user, request.user), repeat=repeat_form_of(request, Kind.ASSIGN))
    given = partial(assignment.assign, conversation, user, by=request.user, handover=handover, held_by=held_by)
    act.change(conversation, given)
    act.keep()


def _who_may_take(conversation: Conversation, asker: User) -> list[User]:
    """Anyone who sees the conversation: the asker first, then who is at work."""
    people = sorted(colleagues_on(conversation), key=lambda person: person.name.lower())
    accounts = list(asker.visible_accounts().values_list("pk", flat=True))
    return sorted(attach_workloads(people, asker, accounts), key=lambda person: person.pk != asker.pk)
