"""Reading: the lists, one conversation, and what its page asks for later."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from inbox.access import agent_required
from inbox.http import AgentRequest
from inbox.lists.navigation import nav_of
from inbox.lists.queues import rows_of
from inbox.privacy import reads
from inbox.views import page as views_page


@require_safe
@agent_required
def inbox(request: AgentRequest) -> HttpResponse:
    """A list of conversations; for htmx its next rows (`?after=`), or all of it again."""
    scope = views_page.scope_of(request)
    nav = nav_of(request)
    after = request.GET.get("after", "")
    page = rows_of(scope, request.user, nav.readable, after=after)
    context = {
        "scope": scope,
        "page": page,
        "account": nav.account(scope.account),
        **views_page.length_of(request, scope),
        "token": nav.token,
    }
    template = "inbox/inbox.html"
    if request.htmx and not request.htmx.history_restore_request and not request.htmx.boosted:
        template = "inbox/list/_rows.html" if after else "inbox/list/_list.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
@agent_required
def conversation(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """One conversation: thread, composer, contact, with the list beside it."""
    reading = views_page.page_to_read(request, code)
    reads.opened(request.user, reading.conversation)
    return views_page.full_page(request, reading)


@require_safe
@agent_required
def thread(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """The messages alone: as they are now, those before a point (`?before=`), or folded for another page (`?fold=`)."""
    if "before" not in request.GET and "fold" not in request.GET:
        return views_page.updated_thread(request, code)
    reading = views_page.page_to_read(request, code)
    older = reading.thread(before=request.GET.get("before", ""))
    context = {"conversation": reading.conversation, "thread": older, "scope": views_page.scope_of(request)}
    if "fold" in request.GET:
        reads.opened(request.user, reading.conversation)
        return render(request, "inbox/thread/_fold.html", context)
    context["message_parts"] = views_page.message_parts(request, reading, older, unread="", by_like=None)
    return render(request, "inbox/thread/_items.html", context)


@require_safe
@agent_required
def menu(request: AgentRequest) -> HttpResponse:
    """Everything the navigation holds, as a page of its own for the telephone."""
    return render(request, "inbox/menu.html", {"section": "menu"})
