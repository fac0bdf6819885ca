"""Answering with a template. It is chosen on the conversation's own page (`?template=`)."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from inbox import answering, outbox, templating
from inbox.access import agent_required, conversation_for
from inbox.composing import compose
from inbox.forms import TemplateForm
from inbox.http import AgentRequest
from inbox.models import Conversation, Message
from inbox.reading import thread_of
from inbox.undoable import keep_sent
from inbox.views import drafts, onward, showing


@require_POST
@agent_required
def preview(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Show what the customer will read; without scripts, on the page with what was filled in."""
    conversation = conversation_for(request, code, write=True)
    try:
        picker = templating.given(conversation, request.POST)
    except outbox.Refused as refused:
        return showing.pane(request, code, refused=refused.message)
    if not request.htmx:
        return showing.pane(request, code, picker=picker)
    return render(request, "inbox/_template_preview.html", {"picker": picker, "conversation": conversation})


@require_POST
@agent_required
def send(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Queue it. What is refused comes back filled in, with the reason."""
    conversation = conversation_for(request, code, write=True)
    form = TemplateForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    said: dict[str, Any] = {}
    following = onward.behind(request, conversation) if onward.asked_for(request) == onward.NEXT else None
    try:
        said["picker"] = picker = templating.given(conversation, request.POST)
        if "learn" in request.POST:
            say = drafts.learn(request, request.POST["learn"])
            return showing.pane(request, code, say=say, **said)
        message = _queue(request, conversation, picker, form.cleaned_data)
    except (answering.Held, outbox.Refused, outbox.Overtaken) as error:
        said |= {"code": form.cleaned_data["code"], "closing": onward.asked_for(request), **_reasons(error)}
        return showing.pane(request, code, **said)
    keep_sent(message, request.user, on=code)
    if onward.asked_for(request) == onward.NEXT:
        return onward.go_on(request, following, code, in_composer=True)
    return showing.pane(request, code) if request.htmx else redirect(conversation)


def _queue(
    request: AgentRequest, conversation: Conversation, picker: templating.Picker, given: dict[str, Any]
) -> Message:
    known = Message.objects.filter(code=given["code"], conversation__account=conversation.account_id).first()
    if known is not None:  # the same form once more
        return known
    read = showing.conversation_to_read(request, conversation.code)
    thread = thread_of(read)
    composer = compose(read, request.user, thread)
    return templating.send(picker, composer, read, thread, given, close=bool(onward.asked_for(request)))


def _reasons(error: Exception) -> dict[str, Any]:
    match error:
        case answering.Held():
            return {"hints": error.hints}
        case outbox.Overtaken():
            return {"overtaken": error.newer}
        case outbox.Refused():
            return {"refused": error.message}
    raise error
