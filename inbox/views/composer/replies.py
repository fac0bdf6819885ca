"""Writing: answers, notes, and what to do about an answer that did not arrive."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inbox.access import agent_required, conversation_for, message_for
from inbox.composer import message_template, submit
from inbox.http import AgentRequest
from inbox.lists.navigation import nav_of
from inbox.models import Conversation, Message
from inbox.outbox import checks, queue
from inbox.outbox.drafts import (
    NOTE,
    PRIVATE,
    delete_draft,
    save_draft,
)
from inbox.text.signature import signature_of
from inbox.triage import assignment
from inbox.undo.record import record_sent
from inbox.views import next_conversation
from inbox.views import page as views_page
from inbox.views.composer import drafts
from inbox.views.forms import ReplyForm
from webcare.lib.text import clean


@require_POST
@agent_required
def reply(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Queue an answer, or keep a note. What is refused comes back in the composer with its text and the reason."""
    conversation = conversation_for(request, code, write=True)
    form = ReplyForm(request.POST, request.FILES)
    if not form.is_valid():
        return views_page.pane(
            request,
            code,
            text=request.POST.get("text", ""),
            tab=request.POST.get("tab", ""),
            refused=_first_error(form),
        )
    data = form.cleaned_data
    if "learn" in request.POST or "move" in request.POST:
        return _take_offer(request, conversation, data)
    if data["tab"] == NOTE:
        return _keep_note(request, conversation, data)
    following = (
        next_conversation.next_in_list(request, conversation)
        if next_conversation.asked_for(request) == next_conversation.NEXT
        else None
    )
    try:
        message = _queue(request, conversation, data)
    except (submit.StoppedByGuard, checks.Refused, checks.Overtaken) as error:
        drafts.keep(request, conversation, data)
        return views_page.pane(request, code, **values_of(data), **_reasons(error, request))
    record_sent(message, request.user, on=code)
    if next_conversation.asked_for(request) == next_conversation.NEXT:
        return next_conversation.open_next(request, following, code, in_composer=True)
    return views_page.pane(request, code) if request.htmx else views_page.redirected(request, conversation)


@require_POST
@agent_required
def note(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Keep a note for colleagues. It never goes near a platform."""
    conversation = conversation_for(request, code, write=True)
    return _keep_note(
        request, conversation, {"text": request.POST.get("text", "").replace("\r\n", "\n").strip(), "tab": NOTE}
    )


@require_POST
@agent_required
def cancel(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Take back an answer of one's own that has not left; its text returns to the composer."""
    message = message_for(request, code, write=True)
    if message.author_id != request.user.pk:
        raise PermissionDenied
    page = views_page.page_of(request, message)
    if not queue.cancel(message, request.user):
        return views_page.pane(request, page, say=_("Too late: the answer has left."))
    return to_composer(request, message, page)


@require_POST
@agent_required
def retry(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Try a failed or held answer again, as it is."""
    message = message_for(request, code, write=True)
    try:
        queue.retry(message, request.user)
    except checks.Refused as refused:
        return views_page.updated_thread(request, views_page.page_of(request, message), say=refused.message)
    return views_page.updated_thread(request, views_page.page_of(request, message))


@require_POST
@agent_required
def arrived(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Say that an answer nobody can look up did arrive."""
    message = message_for(request, code, write=True)
    queue.confirm(message, request.user)
    return views_page.updated_thread(request, views_page.page_of(request, message))


@require_POST
@agent_required
def discard(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Throw a failed or held answer away; with `edit` its text goes back to the composer."""
    message = message_for(request, code, write=True)
    queue.discard(message, request.user, with_rest="edit" in request.POST)
    if "edit" in request.POST and not message.automatic:
        return to_composer(request, message, views_page.page_of(request, message))
    return views_page.updated_thread(request, views_page.page_of(request, message))


def _queue(request: AgentRequest, conversation: Conversation, data: dict[str, Any]) -> Message:
    data["alt"] = request.POST.getlist("alt")
    return submit.submit(
        views_page.page_to_read(request, conversation.code),
        nav_of(request).accounts,
        data,
        close_after=bool(next_conversation.asked_for(request)),
        split="split" in request.POST,
    )


def _reasons(error: Exception, request: AgentRequest) -> dict[str, Any]:
    """What the composer says about an answer that was not sent."""
    match error:
        case submit.StoppedByGuard():
            return {"hints": error.hints, "closing": next_conversation.asked_for(request)}
        case checks.Overtaken():
            return {"overtaken": error.newer}
        case checks.Refused():
            return {"refused": error.message}
    raise error


def _take_offer(request: AgentRequest, conversation: Conversation, data: dict[str, Any]) -> HttpResponse:
    """Do what a hint offered, and send nothing: go on in private, or learn a word."""
    if "move" in request.POST:
        data["tab"] = PRIVATE
    drafts.keep(request, conversation, data)
    word = request.POST.get("learn", "")
    say = drafts.learn(request, word) if word else ""
    return views_page.pane(request, conversation.code, say=say, **values_of(data))


def _keep_note(request: AgentRequest, conversation: Conversation, data: dict[str, Any]) -> HttpResponse:
    text = clean(data["text"]).strip()
    if not text:
        return views_page.pane(request, conversation.code, tab=NOTE, refused=_("Write something first."))
    assignment.write_note(conversation, request.user, text, code=data.get("code"))
    delete_draft(conversation, request.user)
    # The next words are a note too: nobody means them for the public unless they say so.
    if request.htmx:
        return views_page.pane(request, conversation.code, tab=NOTE)
    return redirect(f"{conversation.get_absolute_url()}?tab={NOTE}")


def to_composer(
    request: AgentRequest, message: Message, code: Any, *, newer: str = "", show: Any = views_page.pane
) -> HttpResponse:
    """Put an unsent answer's words into the composer, above what stands there.

    The signature stays behind: whoever sends the words signs them anew, perhaps for a colleague.
    """
    picker = message_template.refilled_from(message) if message.template else None
    if picker is not None:
        return show(request, code, picker=picker)  # type: ignore[no-any-return]  # one of two views
    conversation = conversation_for(request, code)
    signature = signature_of(message.account, message.author) if message.author else ""
    text = queue.words_taken_back(message).removesuffix(signature).rstrip()
    newer = newer.replace("\r\n", "\n").strip()
    text = f"{text}\n\n{newer}" if newer and newer not in text else text
    written: dict[str, Any] = {
        "text": text,
        "tab": "public" if message.visibility == "public" else "private",
        "reply_to": str(message.reply_to.code) if message.reply_to else "",
        "sender": str(message.account.code) if message.account_id != conversation.account_id else "",
        "helped": queue.was_helped(message) or bool(newer and request.POST.get("helped")),
    }
    save_draft(conversation, request.user, **written)
    return show(request, code, **written)  # type: ignore[no-any-return]  # one of two views


def values_of(data: dict[str, Any]) -> dict[str, Any]:
    """Return what a form holds as what is set on a composer."""
    return {
        "text": data["text"],
        "tab": data["tab"],
        "reply_to": str(data["reply_to"] or ""),
        "code": data["code"],
        "canned": str(data["canned"] or ""),
        "sender": str(data["sender"] or ""),
        "why": data["why"],
        "helped": data["helped"],
    }


def _first_error(form: ReplyForm) -> str:
    return next(str(errors[0]) for errors in form.errors.values())
