"""Having a case summed up in the form that gives it to somebody. The note stays the person's: they may change it."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assist import reasons
from assist.port import AssistError
from assist.server.models import Help
from assist.server.servers import server_for
from assist.summing.summing import in_a_note, summed_up
from inbox.access import conversation_for, right_required
from inbox.http import AgentRequest
from inbox.lists.navigation import nav_of
from inbox.models.rights import Right
from inbox.views.triage.assignment import assign_context
from webcare.lib.text import clean


@require_POST
@right_required(Right.ANSWER)
def summarise(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Put a summary behind what stands in the handover note. Nothing is given to anybody yet."""
    conversation = conversation_for(request, code, write=True)
    server = server_for(Help.SUMMARY, conversation, request.user)
    if server is None:
        raise Http404
    note, problem, is_made = clean(request.POST.get("handover", "")), "", False
    try:
        note = in_a_note(summed_up(server, conversation, request.user, nav_of(request).people), note)
        is_made = True
    except AssistError as error:
        problem = _("Not summed up: %(why)s.") % {"why": reasons.words(error.reason)}
    context = {"note": note, "problem": problem, "is_made": is_made, "summary": request.path}
    if request.htmx:
        return render(request, "inbox/thread/_handover_note.html", context)
    return render(request, "inbox/thread/assign.html", assign_context(request, conversation) | context)
