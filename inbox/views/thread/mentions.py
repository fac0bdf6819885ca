"""Whom a note can name."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inbox.access import agent_required, conversation_for
from inbox.http import AgentRequest
from inbox.live import presence
from inbox.notifications import mentions


@require_safe
@agent_required
def colleagues(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Those who may see this conversation, for the list behind "@": who has it open now comes first."""
    conversation = conversation_for(request, code)
    here = {person.pk: person for person in presence.viewers_of([code], besides=request.user).get(str(code), [])}
    people = [
        {"person": person, "written": mentions.mention_text(person), "here": here.get(person.pk)}
        for person in mentions.colleagues_on(conversation)
        if person.pk != request.user.pk
    ]
    people.sort(key=lambda person: person["here"] is None)  # stable: by name otherwise
    return render(request, "inbox/composer/_colleagues.html", {"people": people})
