"""While somebody writes: canned replies, what colleagues answered before, and the guidelines."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inbox.access import agent_required, conversation_for
from inbox.composer.similar import similar_answers
from inbox.composer.submit import recent_customer_text_of
from inbox.http import AgentRequest
from inbox.library import canned as replies
from inbox.library import guidelines as rules
from inbox.lists.navigation import nav_of


@require_safe
@agent_required
def canned(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Canned replies as they would stand here (`?q=`), and colleagues' answers; a list for htmx, else a page."""
    conversation = conversation_for(request, code)
    customer_text = recent_customer_text_of(conversation)
    query = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    context: dict[str, Any] = {
        "conversation": conversation,
        "offers": replies.find(query, conversation, request.user, customer_text=customer_text),
        "examples": []
        if query
        else similar_answers(conversation, customer_text, nav_of(request).accounts, request.user.closed_teams),
        "query": query,
    }
    return render(
        request, "inbox/composer/_canned_list.html" if request.htmx else "inbox/composer/canned.html", context
    )


@require_safe
@agent_required
def guidelines(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """The guidelines that count in this conversation; they are read once they have been shown."""
    conversation = conversation_for(request, code)
    rows = rules.applicable_to(conversation, request.user)
    rules.mark_read([row.version for row in rows if row.version], request.user)
    template = "inbox/composer/_guidelines.html" if request.htmx else "inbox/composer/guidelines.html"
    return render(request, template, {"conversation": conversation, "rows": rows})
