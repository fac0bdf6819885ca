"""Answering many: what was ticked, the stop, and going on."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from inbox.access import agent_required
from inbox.http import AgentRequest
from inbox.incidents import answering
from inbox.views.incidents.incidents import incident_for
from webcare.lib.text import is_uuid

_LONGEST_ID = 18  # digits of a database's number


@require_POST
@agent_required
def send(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Queue an answer for everybody in the ticked groups, but those left out."""
    row = incident_for(request, code)
    left_out = set(request.POST.getlist("without"))
    seen: dict[uuid.UUID, int] = {}
    for group in request.POST.getlist("group"):
        for value in request.POST.getlist(f"in-{group}"):
            conversation, _dot, message = value.partition(".")
            is_number = message.isdecimal() and len(message) <= _LONGEST_ID
            if conversation not in left_out and is_uuid(conversation) and is_number:
                seen[uuid.UUID(conversation)] = int(message)
    try:
        number = answering.choose(row, request.user, seen)
    except ValueError:
        messages.error(request, _("The text is not approved yet, or the incident is over."))
        return redirect(row)
    if number:
        words = ngettext("%(n)d answer is waiting to leave.", "%(n)d answers are waiting to leave.", number)
        messages.success(request, words % {"n": number})
    else:
        messages.info(request, _("Nobody was chosen who still waits for an answer."))
    return redirect(row)


@require_POST
@agent_required
def stop(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Stop what has not left."""
    row = incident_for(request, code)
    if answering.stop(row, request.user):
        messages.success(request, _("Stopped. What had not left stays here."))
    return redirect(row)


@require_POST
@agent_required
def resume(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Go on with what was stopped."""
    row = incident_for(request, code)
    if answering.resume(row, request.user):
        messages.success(request, _("It goes on."))
    return redirect(row)
