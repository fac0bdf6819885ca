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
from inbox.composer.composer import compose
from inbox.composer.submit import Answer, recent_customer_text
from inbox.guard import rules
from inbox.http import AgentRequest
from inbox.library import canned
from inbox.lists.navigation import nav_of
from inbox.models import Conversation, Event, WatchedWord
from inbox.outbox import drafts
from inbox.outbox.senders import chosen_sender
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
    )


def answer_of(request: AgentRequest, conversation: Conversation, data: dict[str, Any]) -> Answer | None:
    """Return what stands in a form as an answer; None where its tab, or the account it names, is closed here."""
    reading = page.page_to_read(request, conversation.code)
    thread = reading.thread()
    composer = compose(
        reading,
        thread,
        reply_to=str(data["reply_to"] or ""),
        accounts=nav_of(request).accounts,
        sender=str(data["sender"] or ""),
    )
    tab = composer.tab(data["tab"])
    # On the ways that have no choice the field stands there all the same: it is one form.
    if tab is None or (tab.rules and tab.rules.any_account and chosen_sender(tab.senders, data["sender"]) is None):
        return None
    offer = None
    if data["canned"]:
        heard = recent_customer_text(thread)
        offer = canned.filled_reply(data["canned"], reading.conversation, request.user, customer_text=heard)
    return Answer(reading, thread, composer, tab, data["text"], offer)


def learn(request: AgentRequest, word: str) -> str:
    """Put a word on the list of right ones; return what to say about it."""
    word = " ".join(word.split())[:60]
    if word and not WatchedWord.objects.filter(kind=WatchedWord.Kind.CORRECT, phrase__iexact=word).exists():
        row = WatchedWord.objects.create(kind=WatchedWord.Kind.CORRECT, phrase=word)
        Event.note("word_added", actor=request.user, kind=row.kind, word=row.pk)
    return _("“%(word)s” is on the word list now.") % {"word": word}


def _parts(answer: Answer | None) -> list[str]:
    """The numbered thread this would become; [] where it fits, or cannot be cut."""
    if answer is None or answer.tab.rules is None or not answer.tab.rules.splits or not answer.text:
        return []
    try:
        made = split(answer.text, answer.tab.rules, answer.tab.signature)
    except ValueError:
        return []
    return made if len(made) > 1 else []
