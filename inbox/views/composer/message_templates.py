"""Answering with a template. It is chosen on the conversation's own page (`?template=`)."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from inbox.access import agent_required, conversation_for
from inbox.composer import message_template, submit
from inbox.composer.composer import compose
from inbox.composer.template_picker import Picker
from inbox.http import AgentRequest
from inbox.models import Conversation, Message
from inbox.outbox import checks
from inbox.undo.record import record_sent
from inbox.views import next_conversation, page
from inbox.views.composer import drafts
from inbox.views.forms import TemplateForm


@require_POST
@agent_required
def preview(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Show what the customer will read; without scripts, on the page with what was filled in."""
    conversation = conversation_for(request, code, write=True)
    try:
        picker = message_template.filled_from(conversation, request.POST)
    except checks.Refused as refused:
        return page.pane(request, code, refused=refused.message)
    if not request.htmx:
        return page.pane(request, code, picker=picker)
    return render(request, "inbox/composer/_template_preview.html", {"picker": picker, "conversation": conversation})


@require_POST
@agent_required
def send(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Queue it. What is refused comes back filled in, with the reason."""
    conversation = conversation_for(request, code, write=True)
    form = TemplateForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    context: dict[str, Any] = {}
    following = (
        next_conversation.next_in_list(request, conversation)
        if next_conversation.asked_for(request) == next_conversation.NEXT
        else None
    )
    try:
        context["picker"] = picker = message_template.filled_from(conversation, request.POST)
        if "learn" in request.POST:
            say = drafts.learn(request, request.POST["learn"])
            return page.pane(request, code, say=say, **context)
        message = _queue(request, conversation, picker, form.cleaned_data)
    except (submit.StoppedByGuard, checks.Refused, checks.Overtaken) as error:
        context |= {
            "code": form.cleaned_data["code"],
            "closing": next_conversation.asked_for(request),
            **_reasons(error),
        }
        return page.pane(request, code, **context)
    record_sent(message, request.user, on=code)
    if next_conversation.asked_for(request) == next_conversation.NEXT:
        return next_conversation.open_next(request, following, code, in_composer=True)
    return page.pane(request, code) if request.htmx else redirect(conversation)


def _queue(request: AgentRequest, conversation: Conversation, picker: Picker, data: dict[str, Any]) -> Message:
    known = Message.objects.filter(code=data["code"], conversation__account=conversation.account_id).first()
    if known is not None:  # the same form once more
        return known
    reading = page.page_to_read(request, conversation.code)
    thread = reading.thread()
    composer = compose(reading, thread)
    close = bool(next_conversation.asked_for(request))
    return message_template.send(picker, reading, composer, thread, data, close=close)


def _reasons(error: Exception) -> dict[str, Any]:
    match error:
        case submit.StoppedByGuard():
            return {"hints": error.hints}
        case checks.Overtaken():
            return {"overtaken": error.newer}
        case checks.Refused():
            return {"refused": error.message}
    raise error
