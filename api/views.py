"""The page that says what the API offers."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inbox.access import tokens_required
from inbox.http import AgentRequest


@require_safe
@tokens_required
def described(request: AgentRequest) -> HttpResponse:
    """Every call by topic, and every error. Made from the document that programs read."""
    from api.rest.calls import calls_by_topic  # noqa: PLC0415  what describes the API is loaded when it is asked for
    from api.rest.problems import TYPES  # noqa: PLC0415

    context = {"topics": calls_by_topic(), "problems": TYPES.items(), "section": "api", "tab": "described"}
    return render(request, "api/described.html", context)
