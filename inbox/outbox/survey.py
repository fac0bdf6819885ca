"""The question of how satisfied a customer is, sent by itself in private after a conversation was closed.

It is no answer, and whoever gives a score is not heard as somebody who writes: inbox/ingest/scores.py takes it in.
One queryset says who is asked. The sweep asks it, and so does whoever queues, on locked rows.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from channels.models import Account
from channels.types import Choice, Route, Visibility
from inbox.ingest.batch import lock_account
from inbox.models import Block, Contact, Conversation, Message, Survey, SurveySettings
from inbox.models.survey import CHOICES, CHOOSE, key_of
from inbox.outbox import autoreply_text as words
from inbox.outbox.automatic import queue_automatic
from inbox.outbox.parts import lock_conversation
from inbox.text.length import length_of

FRESH = timedelta(minutes=15)  # not sent by then, it is not sent at all
LATE = timedelta(hours=1)  # what should have been asked longer ago is left alone
_MARGIN = timedelta(minutes=30)  # before the platform's window closes
_UNDER_WAY = ("approval", "queued", "sending", "retry", "held", "unknown")


def due(now: datetime | None = None) -> list[int]:
    """Return the conversations whose customers are to be asked now."""
    now = now or timezone.now()
    asking = SurveySettings.objects.filter(is_on=True).select_related("account").order_by("pk")
    return [pk for settings in asking for pk in _to_ask(settings, now).order_by("pk").values_list("pk", flat=True)]


def queue_if_due(conversation_id: int, now: datetime | None = None) -> Message | None:
    """Queue the question in a conversation, if it is to be asked now. Any number may try at once."""
    now = now or timezone.now()
    settings = SurveySettings.objects.filter(account__conversations=conversation_id, is_on=True).first()
    if settings is None:
        return None
    try:
        with transaction.atomic():
            lock_account(settings.account_id)  # as ingest does, in its order
            conversation = lock_conversation(Conversation(pk=conversation_id))
            if not _to_ask(settings, now).filter(pk=conversation_id).exists():
                return None
            return _queue(conversation, settings, now)
    except IntegrityError:  # asked about another conversation at this moment: the constraint knows it
        return None


def obstacle_to(row: Message, conversation: Conversation, now: datetime) -> str:
    """Return why a queued one shall not leave any more; "" where it may."""
    if now - row.received_at > FRESH:
        return "late"
    if conversation.status != Conversation.Status.CLOSED:
        return "reopened"
    is_on = SurveySettings.objects.filter(account=row.account_id, is_on=True).exists()
    return "" if is_on else "off"


def choices_of(row: Message) -> dict[str, Any]:
    """Return what can be tapped under a message, and what opens it: the scores, under the question alone."""
    if not row.automatic or not Survey.objects.filter(message=row).exists():
        return {}
    choices = tuple(Choice(key_of(row.code, score), title) for score, title in CHOICES[row.language].items())
    return {"choices": choices, "choose": CHOOSE[row.language]}


def fits(account: Account) -> bool:
    """Whether a channel can ask at all: in private, with choices to tap."""
    rules = account.capabilities.routes.get(Route.PRIVATE_MESSAGE)
    return rules is not None and rules.choices >= len(CHOICES["en"])


def whole_text(settings: SurveySettings, language: str) -> str:
    """Return the question as a customer gets it; "" where there is none in this language."""
    text = str(getattr(settings, f"text_{language}")).strip()
    return words.MARKS[language] + text if text else ""


def overflow(text: str, language: str, account: Account) -> int:
    """Return by how much a question is too long for the channel, with the mark in front."""
    rules = account.capabilities.routes[Route.PRIVATE_MESSAGE]
    return max(length_of(words.MARKS[language] + text, rules) - rules.limit, 0)


def _to_ask(settings: SurveySettings, now: datetime) -> QuerySet[Conversation]:
    """Return the closed conversations that are due: answered from here, and nothing speaks against asking."""
    account = settings.account
    away = account.removed_at or account.paused_at or account.needs_reauth_at
    if away or account.mode == Account.Mode.LISTEN or not fits(account):
        return Conversation.objects.none()
    closed_by = now - timedelta(minutes=settings.delay)
    answers = Message.objects.answers().filter(state="sent", removed_at=None, author__isnull=False)
    answered = answers.filter(conversation=OuterRef("pk"))
    under_way = Message.objects.filter(conversation=OuterRef("pk"), state__in=_UNDER_WAY)
    asked = Survey.objects.filter(conversation__contact=OuterRef("contact"), rest__contains=now)
    blocked = Block.objects.filter(account=account, identity=OuterRef("identity"))
    spam = Conversation.objects.filter(
        account=account, identity=OuterRef("identity"), close_reason=Conversation.CloseReason.SPAM
    )
    found = Conversation.objects.closed().filter(
        Exists(answered),
        ~Exists(under_way),
        ~Exists(asked),
        ~Exists(blocked),
        ~Exists(spam),
        account=account,
        visibility=Visibility.PRIVATE.value,
        closed_at__gt=closed_by - LATE,
        closed_at__lte=closed_by,
        close_reason=Conversation.CloseReason.ANSWERED,
        crossed_line_at=None,
    )
    return _in_window(found, account, now).exclude(contact__kind__in=[Contact.Kind.PRESS, Contact.Kind.COLLEAGUE])


def _in_window(rows: QuerySet[Conversation], account: Account, now: datetime) -> QuerySet[Conversation]:
    """Return those whose customer wrote so lately that a machine may still write: `human_window` is for people."""
    window = account.capabilities.routes[Route.PRIVATE_MESSAGE].window
    if window is None:
        return rows
    inbound = Message.objects.filter(
        conversation=OuterRef("pk"), direction="inbound", removed_at=None, opens_window=True
    )
    return rows.filter(Exists(inbound.filter(sent_at__gt=now - window + _MARGIN)))


def _queue(conversation: Conversation, settings: SurveySettings, now: datetime) -> Message | None:
    language = _language(conversation, settings)
    if not language:
        return None
    row = queue_automatic(conversation, whole_text(settings, language), language, now, survey=True)
    answers = Message.objects.answers().filter(conversation=conversation, state="sent", author__isnull=False)
    agent = answers.order_by("-sent_at", "-pk").values_list("author", flat=True).first()
    Survey.objects.create(
        conversation=conversation, contact_id=conversation.contact_id, message=row, agent_id=agent, asked_at=now,
        rest=(now, now + timedelta(days=settings.rest_days)),
    )  # fmt: skip
    return row


def _language(conversation: Conversation, settings: SurveySettings) -> str:
    preferences = (conversation.language, settings.account.automatic_language, *words.MARKS)
    return next((mark for mark in preferences if mark in words.MARKS and whole_text(settings, mark)), "")
