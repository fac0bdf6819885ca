"""A second person looks at an answer: it goes, as it is or changed, or it goes back to its author."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inbox.access import agent_required, message_for, number_in
from inbox.composer.approving import hints_of, stop_of
from inbox.http import AgentRequest
from inbox.models import Approval, Message
from inbox.outbox import approval, checks
from inbox.outbox.drafts import LONGEST
from inbox.text import difference as words
from inbox.views import page


@require_POST
@agent_required
def approve(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Approve a colleague's answer, as it stood when this page was made, or with other words."""
    message = message_for(request, code, write=True)
    seen, text = request.POST.get("seen", ""), request.POST.get("text")
    if say := stop_of(message, _written(message) if text is None else text, request.POST.getlist("anyway")):
        return page.updated_thread(request, page.page_of(request, message), say=say)
    try:
        gone = approval.approve(message, request.user, seen=number_in(seen) if seen else None, text=text)
    except checks.Refused as refused:
        return page.updated_thread(request, page.page_of(request, message), say=refused.message)
    except checks.Overtaken:
        say = _("Not sent: something came in after you opened this. Read it, then approve.")
        return page.updated_thread(request, page.page_of(request, message), say=say)
    say = _("Approved.") if gone else _("That was decided already.")
    return page.updated_thread(request, page.page_of(request, message), say=say)


def _written(message: Message) -> str:
    return Approval.objects.waiting().filter(message=message).values_list("written", flat=True).first() or ""


@require_POST
@agent_required
def difference(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Show what an approver changed: beside the words while they write, or on a page of its own."""
    message = message_for(request, code, write=True)
    request_of = Approval.objects.filter(message=message, decided_at=None).first()
    text = request.POST.get("text", "")[:LONGEST].replace("\r\n", "\n").strip()
    context = {
        "message": message,
        "hints": hints_of(message, text),
        "conversation": message.conversation,
        "pieces": words.difference(request_of.written if request_of else message.text, text),
        "author": message.author.first_name if message.author else "",
        "other": _("You make of it"),
        "text": text,
        "seen": request.POST.get("seen", ""),
    }
    template = "inbox/thread/_approve_changed.html" if request.htmx else "inbox/thread/difference.html"
    return render(request, template, context)


@require_POST
@agent_required
def give_back(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Return it with a comment; the text is its author's draft again."""
    message = message_for(request, code, write=True)
    try:
        back = approval.give_back(message, request.user, request.POST.get("comment", "")[:2000])
    except checks.Refused as refused:
        return page.updated_thread(request, page.page_of(request, message), say=refused.message)
    say = _("Given back.") if back else _("That was decided already.")
    return page.updated_thread(request, page.page_of(request, message), say=say)
