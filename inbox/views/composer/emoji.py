"""The emoji of the composer's picker."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from inbox.access import agent_required
from inbox.http import AgentRequest
from inbox.text import emoji


@require_safe
@cache_control(private=True, max_age=24 * 60 * 60)
@agent_required
def picker(request: AgentRequest) -> HttpResponse:
    """Everything there is to choose from, for the panel; the browser keeps it for a day, by the address' language."""
    return render(request, "inbox/composer/_emoji.html", {"groups": emoji.groups(get_language() or "nl")})
