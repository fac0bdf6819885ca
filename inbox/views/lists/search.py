"""Finding: the search page, and the palette that finds things and does them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from inbox.access import agent_required
from inbox.http import AgentRequest
from inbox.lists import palette as rules
from inbox.lists.navigation import nav_of
from inbox.lists.search import (
    SearchPage,
    SearchQuery,
    TooSlow,
    find,
    people,
)
from inbox.models import Contact, Conversation, Message
from inbox.privacy import reads


@require_safe
@agent_required
def search(request: AgentRequest) -> HttpResponse:
    """Everything that was ever said, newest first; for htmx with `?after=` its next hits."""
    question, nav = SearchQuery.of(request.GET), nav_of(request)
    after = request.GET.get("after", "")
    context: dict[str, Any] = {"question": question, "section": "search", "found": SearchPage(), "people": []}
    try:
        context["found"] = find(question, nav.readable, request.user.closed_teams, after=after)
        if question.text and not after and not question.contact:
            context["people"] = people(question.text, nav.readable, request.user.closed_teams)
    except TooSlow:
        context["too_slow"] = True
    context["next"] = urlencode({**question.query, "after": context["found"].after})
    if question.contact:
        context["person"] = Contact.objects.filter(
            code=question.contact, conversations__in=Conversation.objects.visible_to(request.user).values("pk")
        ).first()
    if not after and (question.text or question.contact):
        n = len(context["found"].messages) + len(context["people"])
        reads.searched(request.user, question.text, n, context.get("person"))
    if request.htmx and after:
        template = "inbox/_found.html"
    else:
        template = "inbox/search.html"
        context["directions"] = [
            (value, title) for value, title in Message.Direction.choices if value != Message.Direction.CONTEXT
        ]
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
@agent_required
def palette(request: AgentRequest) -> HttpResponse:
    """People, conversations, places and acts by a few letters; for htmx what was found, else a page of its own."""
    groups = rules.groups_for(request, request.GET.get("q", ""), request.GET.get("on", ""))
    context = {"groups": groups, "q": request.GET.get("q", ""), "on": request.GET.get("on", ""), "section": "search"}
    response = render(request, "inbox/_palette_found.html" if request.htmx else "inbox/palette.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response
