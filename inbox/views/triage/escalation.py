"""Asking when in doubt: a lead or a spokesperson is asked, answers in the thread, and the asker goes on."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inbox.access import agent_required, conversation_for
from inbox.composer.prefill import draft_values
from inbox.http import AgentRequest
from inbox.models import Conversation, Escalation
from inbox.outbox.drafts import NOTE
from inbox.routing.advisers import advisers_on
from inbox.triage import escalation
from inbox.views import page
from webcare.lib.text import clean

_LONGEST = 2000
LEADS = "leads"  # instead of a person's code


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def ask(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Ask somebody, or every lead. Asked with GET: who may be asked, as a menu or a page."""
    conversation = conversation_for(request, code, write=True)
    people = list(advisers_on(conversation, request.user))
    if request.method != "POST":
        template = "inbox/thread/_ask.html" if request.htmx else "inbox/thread/ask.html"
        draft = draft_values(conversation, request.user)
        may_add_draft = bool(draft) and draft["tab"] != NOTE
        return render(
            request, template, {"conversation": conversation, "people": people, "may_add_draft": may_add_draft}
        )
    chosen = request.POST.get("to", LEADS)
    to = next((person for person in people if str(person.code) == chosen), None)
    if to is None and chosen != LEADS:
        raise Http404
    question = clean(request.POST.get("question", ""))[:_LONGEST].strip()
    if not question:
        return page.updated_thread(request, code, say=_("Write your question first."))
    asked = escalation.ask(conversation, _with_draft(request, conversation, question), to=to, by=request.user)
    return page.updated_thread(request, code, say="" if asked else _("A question stands open here already."))


@require_POST
@agent_required
def answer(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Answer what was asked, or say yes to it."""
    question = _question_for(request, code)
    text, approved = clean(request.POST.get("answer", ""))[:_LONGEST].strip(), "approve" in request.POST
    if question is None:
        return page.updated_thread(request, code, say=_("That was settled already."))
    if not text and not approved:
        return page.updated_thread(request, code, say=_("Write your answer first."))
    try:
        settled = escalation.answer(question, request.user, text, approved=approved)
    except PermissionError as error:
        raise PermissionDenied from error
    return page.updated_thread(request, code, say="" if settled else _("That was settled already."))


@require_POST
@agent_required
def withdraw(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Take the question back: I know it by now."""
    question = _question_for(request, code)
    try:
        gone = question is not None and escalation.withdraw(question, request.user)
    except PermissionError as error:
        raise PermissionDenied from error
    return page.updated_thread(request, code, say="" if gone else _("That was settled already."))


def _question_for(request: AgentRequest, code: uuid.UUID) -> Escalation | None:
    """Return the question the form is about, in a conversation this person may see; None where it was settled."""
    conversation = conversation_for(request, code, write=True)
    asked = request.POST.get("question", "")
    found = Escalation.objects.open().filter(conversation=conversation).select_related("asked_by").first()
    return found if found is not None and asked in ("", str(found.code)) else None


def _with_draft(request: AgentRequest, conversation: Conversation, question: str) -> str:
    """Put the asker's draft under the question, where they want that."""
    draft = draft_values(conversation, request.user)
    if "draft" not in request.POST or not draft or draft["tab"] == NOTE:
        return question
    return "\n\n".join([question, _("My draft:") + "\n" + draft["text"]])
