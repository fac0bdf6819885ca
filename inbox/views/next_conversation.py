"""The next conversation of the list somebody works through, and the way back."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget, trigger_client_event

from inbox.http import AgentRequest
from inbox.lists.navigation import nav_of
from inbox.lists.queues import Scope, next_of
from inbox.models import Conversation
from inbox.views import page as views_page

CLOSE, NEXT = "send-close", "send-close-next"  # what the composer's buttons ask for besides sending


def asked_for(request: AgentRequest) -> str:
    """What is to happen after sending: "", send-close or send-close-next; also behind a hint that was waved through."""
    asked = request.POST.get("do") or request.POST.get("do_anyway")
    return asked if asked in (CLOSE, NEXT) else ""


def next_in_list(request: AgentRequest, conversation: Conversation) -> Conversation | None:
    """Return what stands behind a conversation in the list. To be asked before it changes its place there."""
    return next_of(views_page.scope_of(request), conversation, request.user, nav_of(request).accounts)


def open_next(
    request: AgentRequest, following: Conversation | None, left: uuid.UUID, *, in_composer: bool = False
) -> HttpResponse:
    """Open the conversation that follows, or the list where none does. `left` is the code of the one that is done.

    `in_composer`: the composer asked, and expected its answer in its own place.
    """
    query = views_page.scope_of(request).query
    page = following.get_absolute_url() if following else reverse("inbox")
    address = f"{page}?{urlencode(query)}" if query else page
    if following is None or not request.htmx:
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    request.GET = _only(query)  # type: ignore[assignment]  # the stubs want one that cannot change
    response = views_page.full_page(request, views_page.page_to_read(request, following.code))
    return _in_place(response, address, left, elsewhere=in_composer)


def return_to(request: AgentRequest, code: Any, /, **changes: Any) -> HttpResponse:
    """Open a conversation again from wherever one is, in the list one is in: its answer was taken back."""
    reading = views_page.page_to_read(request, code)
    params = QueryDict((request.htmx.current_url_abs_path or "").partition("?")[2])
    query = Scope.of(params).query
    request.GET = _only(query)  # type: ignore[assignment]  # the stubs want one that cannot change
    page = reading.conversation.get_absolute_url()
    address = f"{page}?{urlencode(query)}" if query else page
    response = views_page.full_page(request, reading, **changes)
    return _in_place(response, address, reading.conversation.code, elsewhere=True)


def _in_place(response: HttpResponse, address: str, changed: uuid.UUID, *, elsewhere: bool) -> HttpResponse:
    """`elsewhere`: what was pressed expected its answer in another place, as the composer does."""
    response["HX-Push-Url"] = address
    if elsewhere:
        response = reswap(retarget(response, "#conversation"), "innerHTML")
    return trigger_client_event(response, "conversationChanged", {"code": str(changed)})


def _only(query: dict[str, str]) -> QueryDict:
    """The list's own values: what the address said besides was about the conversation that was left."""
    values = QueryDict(mutable=True)
    values.update(query)
    return values
