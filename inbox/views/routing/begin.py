"""Begin: one press opens the case that comes first, and after it the next. Passing on it says why."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inbox.access import agent_required, conversation_for
from inbox.http import AgentRequest
from inbox.lists import urgency
from inbox.lists.navigation import nav_of
from inbox.models import Conversation
from inbox.triage import assignment, skipping

# Beside the case stands what comes after it, in nearly the same order.
_LIST = "queue=unassigned&sort=priority"


@require_POST
@agent_required
def begin(request: AgentRequest) -> HttpResponse:
    """Take the case that comes first and open it."""
    return _next(request)


@require_POST
@agent_required
def skip(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Give it back with why, and open the next."""
    conversation = conversation_for(request, code, write=True)
    reason = request.POST.get("reason", "")
    if reason not in Conversation.SkipReason.values:
        messages.error(request, _("Choose why you pass on it."))
        return redirect(f"{conversation.get_absolute_url()}?{_LIST}&begin=1")
    skipping.skip(conversation, request.user, reason, request.POST.get("words", ""))
    return _next(request)


def _next(request: AgentRequest) -> HttpResponse:
    taken = urgency.take_next(nav_of(request))
    if taken is None:
        messages.info(request, _("Nothing waits that you can take up now."))
        return redirect(f"{reverse('inbox')}?queue=mine")
    assignment.mark_seen(taken)
    return redirect(f"{taken.get_absolute_url()}?{_LIST}&begin=1")
