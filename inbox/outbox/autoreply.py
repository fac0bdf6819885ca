"""What a customer is told by itself when they write in private while we are closed: when an answer follows.

It is no answer: nobody wrote it, and it counts nowhere as an answer (`Message.automatic`). Deciding touches the
database only; the message leaves by inbox/outbox/deliver.py as any other.

What cannot be sent is shown and logged, but not listed as failed: there is nothing to do about it but to answer the
customer, who still waits.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from channels.models import Account
from channels.types import Route, Visibility
from inbox.ingest.batch import lock_account
from inbox.models import AutomaticReply, Contact, Conversation, Event, Message, OpeningHours
from inbox.models.opening_hours import Hours
from inbox.outbox import autoreply_text as words
from inbox.outbox.automatic import queue_automatic
from inbox.outbox.checks import is_blocked
from inbox.outbox.parts import lock_conversation
from inbox.routing.spokespeople import spokespeople
from inbox.triage import estimates
from inbox.triage.answered import is_being_answered

log = logging.getLogger(__name__)

CAME_IN = timedelta(minutes=10)  # what came in longer ago was not seen to in time, and is left to the office
FRESH = timedelta(hours=1)  # older ones are history, however late they came in; and so is ours when not sent by then
ESTIMATED_WITHIN = timedelta(seconds=20)  # after which the account's language has to do
PER_HOUR = 200  # of one account: more is not a night's customers but something that goes round and round
_REPEATED = timedelta(hours=1)


def due(now: datetime | None = None) -> list[int]:
    """Return the conversations that may want a message: the sweep, so that a lost wake-up loses nothing."""
    now = now or timezone.now()
    if not _may_send(Account.objects.filter(automatic_on=True)).exists():
        return []
    return sorted(pk for hours, of_these in OpeningHours.current().parts() for pk in _waiting(hours, of_these, now))


def _waiting(hours: Hours, of_these: Q, now: datetime) -> Iterable[int]:
    """Those by these hours."""
    since = hours.closed_since(now)
    if since is None:
        return []
    accounts = _may_send(Account.objects.filter(automatic_on=True))
    new = Message.objects.filter(
        conversation=OuterRef("pk"), direction=Message.Direction.INBOUND, received_at__gte=max(since, now - CAME_IN)
    )
    autoreplies = AutomaticReply.objects.filter(conversation=OuterRef("pk"), made_at__gte=since)
    waiting = Conversation.objects.open().filter(
        of_these, account__in=accounts, visibility=Visibility.PRIVATE.value, waiting_since__isnull=False
    )
    return waiting.filter(Exists(new), ~Exists(autoreplies)).values_list("pk", flat=True)


def queue_if_due(conversation_id: int, now: datetime | None = None) -> Message | None:
    """Queue the automatic message of a conversation, if it is to have one now. Any number may try at once."""
    now = now or timezone.now()
    account_id = Conversation.objects.values_list("account_id", flat=True).filter(pk=conversation_id).first()
    if account_id is None:
        return None
    with transaction.atomic():
        # As ingest takes them, in its order: what comes in now waits, and of two who tell one finds the other's.
        lock_account(account_id)
        conversation = lock_conversation(Conversation(pk=conversation_id))
        hours = OpeningHours.current().of(account_id, conversation.team_id)
        since, opens = hours.closed_since(now), hours.opens_next(now)
        if since is None or opens is None or not _should_tell(conversation, since, now):
            return None
        if _is_too_many(conversation.account, now):
            return None
        return _queue(conversation, since, opens, now)


def obstacle_to(row: Message, conversation: Conversation, now: datetime) -> str:
    """Return why a queued one shall not leave any more: open, answered, late or off; "" where it may.

    What it says of when we are back is brought up to now.
    """
    hours = OpeningHours.current().of(conversation.account_id, conversation.team_id)
    opens = hours.opens_next(now)
    if opens is None or hours.is_open(now):
        return "open"
    if conversation.waiting_since is None:
        return "answered"
    if now - row.received_at > FRESH:
        return "late"
    language = words.language_for(conversation, row.account)
    if not row.account.automatic_on or not language:
        return "off"
    text = words.fill_in(words.text_in(row.account, language), language, opens, now)
    if text != row.text:
        row.text = text
        row.save(update_fields=["text"])
    return ""


def _may_send(accounts: QuerySet[Account]) -> QuerySet[Account]:
    present = accounts.filter(removed_at=None, paused_at=None, needs_reauth_at=None)
    return present.exclude(mode=Account.Mode.LISTEN)


def _should_tell(conversation: Conversation, since: datetime, now: datetime) -> bool:
    account = conversation.account
    return (
        account.automatic_on
        and Route.PRIVATE_MESSAGE in account.capabilities.routes
        and conversation.visibility == Visibility.PRIVATE
        and conversation.status == Conversation.Status.OPEN
        and conversation.waiting_since is not None
        and _may_send(Account.objects.filter(pk=account.pk)).exists()
        and bool(words.language_for(conversation, account))
        and not _is_language_coming(conversation, now)
        and not AutomaticReply.objects.filter(conversation=conversation, made_at__gte=since).exists()
        and not _is_somebody_here(conversation, since)
        and not is_blocked(conversation, Route.PRIVATE_MESSAGE)
        and not _is_for_spokespeople(conversation)
        and not _is_spam(conversation)
        and _has_new_message(conversation, since, now)
    )


def _is_language_coming(conversation: Conversation, now: datetime) -> bool:
    """Whether the customer's language is about to be estimated and matters here."""
    if conversation.language or len([mark for mark in words.MARKS if words.text_in(conversation.account, mark)]) < 2:
        return False
    return estimates.is_waited_for(conversation, since=now - ESTIMATED_WITHIN)


def _is_somebody_here(conversation: Conversation, since: datetime) -> bool:
    """Whether a colleague answers here all the same, or did since we closed: then nobody need be told to wait."""
    answers = Message.objects.answers().filter(conversation=conversation, state=Message.State.SENT)
    return is_being_answered(conversation) or answers.filter(sent_at__gte=since).exists()


def _has_new_message(conversation: Conversation, since: datetime, now: datetime) -> bool:
    """Whether somebody wrote just now, with the window open: not a machine, and nothing from before we were here."""
    rules = conversation.account.capabilities.routes[Route.PRIVATE_MESSAGE]
    inbound = Message.objects.filter(
        conversation=conversation, direction=Message.Direction.INBOUND, removed_at=None, opens_window=True
    )
    # `human_window` is for people; this is none.
    oldest = max(now - FRESH, _connected_at(conversation.account), *([now - rules.window] if rules.window else []))
    new = inbound.filter(received_at__gte=max(since, now - CAME_IN), sent_at__gte=oldest)
    return any(not words.is_automatic(text) for text in new.values_list("text", flat=True))


def _connected_at(account: Account) -> datetime:
    """When the account was connected last: what was said before that is its history."""
    added = Event.objects.filter(conversation=None, account=account, verb="account_added")
    at: datetime | None = added.order_by("-at").values_list("at", flat=True).first()
    # Some platforms tell times in whole seconds.
    return (at or account.created_at).replace(microsecond=0)


def _is_for_spokespeople(conversation: Conversation) -> bool:
    """Whether this is the press and somebody was named to speak to it: they get no words but theirs."""
    return conversation.contact.kind == Contact.Kind.PRESS and spokespeople() is not None


def _is_spam(conversation: Conversation) -> bool:
    """Whether this person's messages here were called spam before, in this conversation or another."""
    spam = Conversation.CloseReason.SPAM
    conversations = Conversation.objects.filter(account=conversation.account_id, identity=conversation.identity_id)
    reopened = Event.objects.filter(conversation=conversation, verb="closed", data__reason=spam)
    return conversations.filter(close_reason=spam).exists() or reopened.exists()


def _is_too_many(account: Account, now: datetime) -> bool:
    recent = AutomaticReply.objects.filter(conversation__account=account, made_at__gte=now - timedelta(hours=1))
    if recent.count() < PER_HOUR:
        return False
    noted = Q(conversation=None, account=account, verb="automatic_limited", at__gte=now - _REPEATED)
    if not Event.objects.filter(noted).exists():
        log.warning("Account %s sent %s automatic messages within an hour; no more for now.", account.pk, PER_HOUR)
        Event.note("automatic_limited", account=account, most=PER_HOUR)
    return True


def _queue(conversation: Conversation, since: datetime, opens: datetime, now: datetime) -> Message:
    account = conversation.account
    language = words.language_for(conversation, account)
    text = words.fill_in(words.text_in(account, language), language, opens, now)
    row = queue_automatic(conversation, text, language, now, closed_since=since)
    AutomaticReply.objects.create(conversation=conversation, closed_since=since, message=row, made_at=now)
    return row
