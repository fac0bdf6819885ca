"""Blocking a person, after a second question, and letting them back in."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from channels.types import Action
from inbox.access import agent_required, conversation_for
from inbox.actions import blocking, perform
from inbox.http import AgentRequest
from inbox.models import Conversation
from inbox.outbox import checks
from inbox.views import page


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def block(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Ask for the reason first, then do it."""
    conversation = _for(request, code)
    if request.method == "POST" and request.POST.get("reason") in blocking.REASONS:
        return _act(request, conversation, Action.BLOCK, request.POST["reason"])
    context = {
        "conversation": conversation,
        "offer": blocking.offer_for(conversation, request.user),
        "reasons": blocking.REASONS.items(),
        "scope": page.scope_of(request),
        "missing": request.method == "POST",
    }
    return render(request, "inbox/contact/block.html", context)


@require_POST
@agent_required
def unblock(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Let somebody back in."""
    return _act(request, _for(request, code), Action.UNBLOCK)


def _for(request: AgentRequest, code: uuid.UUID) -> Conversation:
    conversation = conversation_for(request, code, write=True)
    if not blocking.may_block(conversation.account, request.user):
        raise PermissionDenied
    return conversation


def _act(request: AgentRequest, conversation: Conversation, action: Action, reason: str = "") -> HttpResponse:
    name = {"name": conversation.identity.title or _("Unknown")}
    try:
        perform.perform_on_person(conversation, action, request.user, reason=reason)
    except checks.Refused as refused:
        messages.error(request, refused.message)
    else:
        done = _("%(name)s is blocked.") if action == Action.BLOCK else _("%(name)s can write to us again.")
        messages.success(request, done % name)
    return redirect(conversation)
