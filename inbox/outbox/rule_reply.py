"""A canned reply that a rule sends by itself, in private. It is no answer: no clock starts or stops by it.

Why it is not sent has a word each: inbox/history/describe.py says them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from channels.models import Account
from channels.types import AUTOMATIC, Route, Visibility
from inbox.library import canned
from inbox.models import CannedReply, Contact, Conversation, Escalation, Event, Message
from inbox.outbox import autoreply_text as words
from inbox.outbox.automatic import queue_automatic
from inbox.outbox.checks import is_blocked, wants_approval
from inbox.routing.spokespeople import spokespeople
from inbox.text.length import length_of
from inbox.triage.answered import is_being_answered

FRESH = timedelta(hours=1)  # not sent by then, it is not sent at all
PER_HOUR = 200  # of one account: more goes round and round
HOURS = (1, 4, 12, 24, 72, 168)  # in which a conversation gets one
_MARKS_OPEN = "[["  # what a person still has to fill in
_GONE = (Message.State.CANCELLED, Message.State.FAILED)


def queue(conversation: Conversation, reply: CannedReply, hours: int, now: datetime) -> str:
    """Queue a canned reply; return why not, "" where it is queued. The account and the conversation are locked."""
    if obstacle := _obstacle(conversation, hours, now):
        return obstacle
    account = conversation.account
    text, language = _worded(reply, conversation)
    if not text:
        return "unfinished"
    rules = account.capabilities.routes[Route.PRIVATE_MESSAGE]
    if length_of(text, rules) > rules.limit:
        return "too_long"
    queue_automatic(conversation, text, language, now)
    return ""


def obstacle_to(row: Message, conversation: Conversation, now: datetime) -> str:
    """Return why a queued one shall not leave any more; "" where it may."""
    if now - row.received_at > FRESH:
        return "late"
    if _is_asked(conversation):
        return "asked"
    answers = Message.objects.answers().filter(conversation=conversation, pk__gt=row.pk)
    return "answered" if answers.exclude(state__in=_GONE).exists() else ""


def _obstacle(conversation: Conversation, hours: int, now: datetime) -> str:
    """Return the first thing that stands in its way, what costs nothing first."""
    account = conversation.account
    obstacles: dict[str, Callable[[], bool]] = {
        "public": lambda: (
            conversation.visibility != Visibility.PRIVATE or Route.PRIVATE_MESSAGE not in account.capabilities.routes
        ),
        "account": lambda: not _may_send(account),
        "recent": lambda: _was_told(conversation, now - timedelta(hours=hours)),
        "blocked": lambda: is_blocked(conversation, Route.PRIVATE_MESSAGE),
        "asked": lambda: _is_asked(conversation),
        "press": lambda: conversation.contact.kind == Contact.Kind.PRESS and spokespeople() is not None,
        "approval": lambda: bool(wants_approval(conversation, None, Route.PRIVATE_MESSAGE, ())),
        "answered": lambda: is_being_answered(conversation),
        "limit": lambda: _is_too_many(account, now),
    }
    found = next((name for name, is_so in obstacles.items() if is_so()), "")
    return found or _unheard(conversation, now)


def _unheard(conversation: Conversation, now: datetime) -> str:
    """Return why the customer's newest message lets no machine answer: it is too old, or a machine wrote it."""
    window = conversation.account.capabilities.routes[Route.PRIVATE_MESSAGE].window  # `human_window` is for people
    inbound = Message.objects.filter(
        conversation=conversation, direction=Message.Direction.INBOUND, removed_at=None, opens_window=True
    )
    newest = inbound.order_by("-sent_at", "-pk").values_list("sent_at", "text", "pk").first()
    machines = Message.objects.filter(conversation=conversation, kind=AUTOMATIC, removed_at=None)
    if newest is not None and machines.filter(sent_at__gte=newest[0], pk__gt=newest[2]).exists():
        return "machine"  # it answers what we said: two machines would go on for ever
    if newest is None or (window is not None and newest[0] < now - window):
        return "window"
    return "machine" if words.is_automatic(newest[1]) else ""


def _may_send(account: Account) -> bool:
    away = account.removed_at or account.paused_at or account.needs_reauth_at
    return not away and account.mode != Account.Mode.LISTEN


def _was_told(conversation: Conversation, since: datetime) -> bool:
    """Whether something was said by itself lately: outside opening hours counts too."""
    automatic = Message.objects.filter(conversation=conversation, automatic=True, received_at__gt=since)
    return automatic.exclude(state__in=_GONE).exists()


def _is_asked(conversation: Conversation) -> bool:
    return Escalation.objects.open().filter(conversation=conversation).exists()


def _is_too_many(account: Account, now: datetime) -> bool:
    queued = Event.objects.filter(account=account, verb="automatic_queued", at__gt=now - timedelta(hours=1))
    return queued.count() >= PER_HOUR


def _worded(reply: CannedReply, conversation: Conversation) -> tuple[str, str]:
    """Return its text here with the mark in front, and the language; "" where something has no value."""
    account = conversation.account
    language = conversation.language if conversation.language in words.MARKS else account.automatic_language
    chosen = canned.best_text(list(reply.texts.all()), account.platform, language)
    if chosen is None:
        return "", language
    text, missing = canned.fill_in(chosen.text, canned.values_for(conversation, None))
    if missing or _MARKS_OPEN in text or not text.strip():
        return "", language
    language = chosen.language if chosen.language in words.MARKS else language
    return words.MARKS[language] + text.strip(), language
