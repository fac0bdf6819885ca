"""While somebody writes: the draft is kept, and the guard says what it sees."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inbox.access import agent_required, conversation_for
from inbox.composer import submit
from inbox.guard import rules
from inbox.http import AgentRequest
from inbox.lists.navigation import nav_of
from inbox.models import Conversation, Event, WatchedWord
from inbox.outbox import drafts
from inbox.text.splitting import split
from inbox.views import page
from inbox.views.forms import ReplyForm


@require_POST
@agent_required
def draft(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Keep what was written so far; for htmx, answer with what the guard sees in it.

    A page that is left sends `leave` and is sent nowhere: the browser would follow, and whoever left would be back.
    """
    conversation = conversation_for(request, code, write=True)
    form = ReplyForm(request.POST)
    alone = HttpResponse(status=204) if request.htmx or "leave" in request.POST else redirect(conversation)
    if not form.is_valid():
        return alone
    data = form.cleaned_data
    kept = keep(request, conversation, data)
    if not request.htmx:
        return alone
    answer = answer_of(request, conversation, data)
    hints = answer.hints if answer else []
    composer = answer.composer if answer else None
    context = {
        "conversation": conversation,
        "guard": {
            "hints": hints,
            "asking": [one.key for one in hints if one.weight == rules.Weight.ASK and one.key not in data["anyway"]],
            "keys": [hint.key for hint in hints],
        },
        "saved_at": timezone.now() if kept else None,
        "parts": _parts(answer) if composer else [],
        "may_learn": True,
    }
    return render(request, "inbox/composer/_guard.html", context)


def keep(request: AgentRequest, conversation: Conversation, data: dict[str, Any]) -> Any:
    """Keep what a form holds as this person's draft."""
    return drafts.save_draft(
        conversation,
        request.user,
        tab=data["tab"],
        text=data["text"],
        reply_to=data["reply_to"],
        canned=data["canned"],
        sender=data["sender"],
        code=data["code"],
        helped=data["helped"],
    )


def answer_of(request: AgentRequest, conversation: Conversation, data: dict[str, Any]) -> submit.Answer | None:
    """Return what stands in a form as an answer; None where its tab, or the account it names, is closed here."""
    return submit.answer_of(page.page_to_read(request, conversation.code), nav_of(request).accounts, data)


def learn(request: AgentRequest, word: str) -> str:
    """Put a word on the list of right ones; return what to say about it."""
    word = " ".join(word.split())[:60]
    if word and not WatchedWord.objects.filter(kind=WatchedWord.Kind.CORRECT, phrase__iexact=word).exists():
        row = WatchedWord.objects.create(kind=WatchedWord.Kind.CORRECT, phrase=word)
        Event.note("word_added", actor=request.user, kind=row.kind, word=row.pk)
    return _("“%(word)s” is on the word list now.") % {"word": word}


def _parts(answer: submit.Answer | None) -> list[str]:
    """The numbered thread this would become; [] where it fits, or cannot be cut."""
    if answer is None or answer.tab.rules is None or not answer.tab.rules.splits or not answer.text:
        return []
    try:
        made = split(answer.text, answer.tab.rules, answer.tab.signature)
    except ValueError:
        return []
    return made if len(made) > 1 else []
