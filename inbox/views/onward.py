"""Going on to the next conversation of the list somebody works through, and back while an answer can be undone."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget, trigger_client_event

from inbox.frame import nav_of
from inbox.http import AgentRequest
from inbox.models import Conversation, Message
from inbox.queues import next_of
from inbox.views import showing

CLOSE, NEXT = "send-close", "send-close-next"  # what the composer's buttons ask for besides sending


def asked_for(request: AgentRequest) -> str:
    """What is to happen after sending: "", send-close or send-close-next; also behind a hint that was waved through."""
    asked = request.POST.get("do") or request.POST.get("do_anyway")
    return asked if asked in (CLOSE, NEXT) else ""


def behind(request: AgentRequest, conversation: Conversation) -> Conversation | None:
    """Return what stands behind a conversation in the list. To be asked before it changes its place there."""
    return next_of(showing.scope_of(request), conversation, request.user, nav_of(request).accounts)


def go_on(
    request: AgentRequest, following: Conversation | None, left: uuid.UUID, *, sent: Message | None = None
) -> HttpResponse:
    """Open the conversation that follows, or the list where none does. `left` is the code of the one that is done.

    `sent` is the answer given there, which can be undone from here.
    """
    query = showing.scope_of(request).query
    page = following.get_absolute_url() if following else reverse("inbox")
    address = f"{page}?{urlencode(query)}" if query else page
    if following is None or not request.htmx:
        told = query | ({"sent": str(sent.code), "on": str(left)} if sent else {})
        whole = f"{page}?{urlencode(told)}" if told else page
        return HttpResponseClientRedirect(whole) if request.htmx else redirect(whole)
    # What waits for a second person was not sent.
    undoable = sent if sent is not None and sent.state == Message.State.QUEUED else None
    request.GET = _only(query)  # type: ignore[assignment]  # the stubs want one that cannot change
    response = showing.whole(
        request, showing.conversation_to_read(request, following.code), sent=undoable, sent_on=str(left)
    )
    return _in_place(response, address, left, elsewhere=sent is not None)


def back(request: AgentRequest, code: Any, /, *, say: str = "", **changes: Any) -> HttpResponse:
    """Open a conversation again from the next one: its answer was taken back, or could not be."""
    if not request.htmx:
        return showing.pane(request, code, say=say, **changes)
    conversation = showing.conversation_to_read(request, code)
    query = showing.scope_of(request).address
    address = f"{conversation.get_absolute_url()}?{query}" if query else conversation.get_absolute_url()
    response = _in_place(showing.whole(request, conversation, **changes), address, conversation.code, elsewhere=False)
    return trigger_client_event(response, "say", {"text": say}) if say else response


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
