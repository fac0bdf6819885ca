"""The CRM's part of a contact's panel, and its lines in the timeline. Without scripts, pages of their own."""

from __future__ import annotations

import uuid
from typing import Any

from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from crm import reasons
from crm.connecting.connections import current
from crm.connecting.models import Connection
from crm.panel import asking
from crm.panel.offer import offer
from crm.panel.timeline import lines_of
from crm.people import links
from inbox.access import agent_required, conversation_for, conversation_of_person
from inbox.http import AgentRequest
from inbox.lists.navigation import nav_of
from inbox.models import Conversation
from inbox.views import page
from webcare.lib.cursor import moment_in

_SALT = "crm.candidate"


@require_safe
@agent_required
def contact(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """What the CRM tells of a conversation's contact; `?again=1` asks it anew."""
    conversation = conversation_for(request, code)
    connection = _connection(request, conversation)
    found = asking.shown(connection, conversation, again="again" in request.GET)
    for_them = [(person, signing.dumps([conversation.contact_id, person.id], salt=_SALT)) for person in found.people]
    context: dict[str, Any] = {
        "conversation": conversation, "shown": found, "overview": found.overview, "source": connection.name,
        "candidates": for_them, "why": reasons.words(found.error) if found.error else "",
        "parts": asking.parts(found.overview) if found.overview else (),
    }  # fmt: skip
    if not request.htmx:
        return render(request, "crm/contact.html", context)
    response = render(request, "crm/_contact.html", context)
    return trigger_client_event(response, "panelKnows", {}, after="settle") if found.overview else response


@require_POST
@agent_required
def choose(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Say which record somebody is: one that was offered, none, or look them up once more."""
    conversation = conversation_of_person(request, code)
    connection = _connection(request, conversation)
    match request.POST.get("do", ""):
        case "choose":
            links.choose(connection, conversation, _chosen(request, conversation), request.user)
        case "unlink":
            links.choose(connection, conversation, "", request.user)
        case "look":
            links.look_again(connection, conversation)
        case _:
            raise Http404
    return redirect(f"{reverse('crm_contact', args=[code])}?again=1")


@require_safe
@agent_required
def timeline(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """The contact's timeline with the calls and mails that the CRM told of; nothing where it told none."""
    conversation = conversation_for(request, code)
    connection = _connection(request, conversation)
    overview = asking.kept(connection, conversation)
    if request.htmx and overview is None:
        return HttpResponse(status=204)
    at, _tilde, pk = request.GET.get("before", "").partition("~")
    before = moment_in(at) if at else None
    if at and (before is None or not pk.isdecimal() or len(pk) > 18):
        raise Http404
    readable = [account.pk for account in nav_of(request).readable]
    lines = lines_of(
        conversation, overview, readable, request.user.closed_teams,
        before=(before, int(pk)) if before else None, source=connection.name,
    )  # fmt: skip
    context = {"conversation": conversation, "lines": lines}
    if before is None:
        reading = page.page_to_read(request, code)
        context["now"] = page.contact_context(request, reading)["contact"]
    return render(request, "crm/_timeline.html" if request.htmx else "crm/timeline.html", context)


def _connection(request: AgentRequest, conversation: Conversation) -> Connection:
    """Return the CRM where it has a part in this conversation. Raises Http404."""
    connection = current() if offer(conversation, nav_of(request).moment.version) else None
    if connection is None:
        raise Http404
    return connection


def _chosen(request: AgentRequest, conversation: Conversation) -> str:
    """Return the record that was chosen: one that this page offered for this person. Raises Http404."""
    try:
        contact_id, record = signing.loads(request.POST.get("record", ""), salt=_SALT, max_age=86_400)
    except (signing.BadSignature, ValueError, TypeError):
        raise Http404 from None
    if contact_id != conversation.contact_id:
        raise Http404
    return str(record)
