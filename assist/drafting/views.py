"""Help in the composer: asked for, shown beside it, and taken over. Without scripts the page comes back with it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assist import reasons
from assist.drafting import drafting
from assist.drafting.offer import help_in
from assist.port import AssistError
from assist.server.models import Help, Server
from assist.server.servers import server_for
from inbox.access import conversation_for, right_required
from inbox.http import AgentRequest
from inbox.lists.navigation import nav_of
from inbox.models import Conversation
from inbox.models.rights import Right
from inbox.outbox.drafts import LONGEST
from inbox.views import page
from inbox.views.composer import drafts
from inbox.views.composer.replies import values_of
from inbox.views.forms import ReplyForm
from webcare.lib.text import clean


@require_POST
@right_required(Right.ANSWER)
def draft(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Offer a draft of an answer beside what stands in the composer."""

    def asked(server: Server, conversation: Conversation, data: dict[str, Any]) -> str:
        nav = nav_of(request)
        return drafting.drafted(server, conversation, request.user, nav.accounts, nav.people, nav.organisation.address)

    return _offer(request, code, Help.DRAFT, asked, replaces=False)


@require_POST
@right_required(Right.ANSWER)
def own(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Offer what stands in the composer in the customer's language."""

    def asked(server: Server, conversation: Conversation, data: dict[str, Any]) -> str:
        return drafting.in_their_language(server, conversation, request.user, nav_of(request).people, data["text"])

    return _offer(request, code, Help.ANSWER, asked, replaces=True)


@require_POST
@right_required(Right.ANSWER)
def take(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Put what was offered into the composer, below what stands there, and mark it. Nothing is sent."""
    conversation = conversation_for(request, code, write=True)
    data = _filled_in(request)
    offered = clean(request.POST.get("offered_text", "")).replace("\r\n", "\n").strip()
    if data is None or not offered:
        return HttpResponseBadRequest()
    written = "" if "replaces" in request.POST else data["text"].strip()
    data |= {"text": f"{written}\n\n{offered}".strip()[:LONGEST], "helped": True}
    drafts.keep(request, conversation, data)
    return page.pane(request, code, **values_of(data))


def _offer(
    request: AgentRequest,
    code: uuid.UUID,
    wanted: Help,
    asked: Callable[[Server, Conversation, dict[str, Any]], str],
    *,
    replaces: bool,
) -> HttpResponse:
    conversation = conversation_for(request, code, write=True)
    server, data = server_for(wanted, conversation, request.user), _filled_in(request)
    if server is None:
        raise Http404
    if data is None:
        return HttpResponseBadRequest()
    text, problem = "", ""
    try:
        text = asked(server, conversation, data)
    except AssistError as error:
        problem = _("The assistant made nothing: %(why)s.") % {"why": reasons.words(error.reason)}
    if request.htmx:
        help_here = help_in(conversation, request.user, frozenset(server.helps))
        context = {"offer": text, "problem": problem, "replaces": replaces, "help": help_here}
        return render(request, "inbox/composer/_help_offer.html", context)
    drafts.keep(request, conversation, data)
    shown: dict[str, Any] = {"help_offer": text, "help_problem": problem, "help_replaces": replaces}
    return page.pane(request, code, **values_of(data), **shown)


def _filled_in(request: AgentRequest) -> dict[str, Any] | None:
    """Return what stands in the composer; None for what is none."""
    form = ReplyForm(request.POST)
    return form.cleaned_data if form.is_valid() else None
