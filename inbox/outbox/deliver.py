"""The one door out: the row is the queue. It is claimed before the call; nothing is sent blindly a second time."""

from __future__ import annotations

import contextlib
import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from channels.accounts import health, templates
from channels.connectors import connector_for
from channels.errors import DAY_LIMITS, ChannelError, NeedsReauth, RateLimited
from channels.secrets import CredentialsUnreadable
from channels.types import SendResult
from inbox.ingest import receive
from inbox.models import Conversation, Event, Message
from inbox.outbox import posts
from inbox.outbox.approval import approve, give_back
from inbox.outbox.checks import (
    Overtaken,
    Refused,
)
from inbox.outbox.heartbeat import heartbeat
from inbox.outbox.holding import ASKED_AGAIN_AFTER, may_leave
from inbox.outbox.payload import outgoing
from inbox.outbox.queue import (
    cancel,
    confirm,
    discard,
    enqueue_sending,
    lock_message,
    queue_reply,
    retry,
    words_taken_back,
)
from inbox.triage.summary import refresh_and_announce

log = logging.getLogger(__name__)

BACK_OFF = (timedelta(seconds=10), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
# The customer's own server wants it later: many keep a first mail waiting for some minutes, to see who tries again.
BACK_OFF_DEFERRED = (timedelta(minutes=1), timedelta(minutes=6), timedelta(minutes=20), timedelta(hours=1))
LOOK_UP_AFTER = (timedelta(seconds=15), timedelta(seconds=45))  # 15 s and 60 s after the sending that ended unknown
LIMIT_LASTS = timedelta(hours=48)  # a day's limit that still holds by then does not end by itself
CRASHED_AFTER = timedelta(minutes=2)
LOOKING = timedelta(minutes=2)
_STATE = Message.State


def sweep(now: datetime | None = None) -> list[int]:
    """Return the due rows, and mark unknown what a dead worker left."""
    now = now or timezone.now()
    for pk in Message.objects.filter(state=_STATE.SENDING, claimed_at__lt=now - CRASHED_AFTER).values_list(
        "pk", flat=True
    ):
        _mark_unknown(pk, now)
    due = Q(state=_STATE.QUEUED) & (Q(send_after=None) | Q(send_after__lte=now))
    due |= Q(state__in=[_STATE.RETRY, _STATE.UNKNOWN], retry_at__lte=now)
    return list(Message.objects.filter(due).order_by("pk").values_list("pk", flat=True))


def deliver(message_id: int) -> None:
    """Send a row if it is its turn, or look it up if unknown. Any number may try at once."""
    state = Message.objects.filter(pk=message_id).values_list("state", flat=True).first()
    if state == _STATE.UNKNOWN:
        _look_up(message_id)
    elif state in (_STATE.QUEUED, _STATE.RETRY):
        _send(message_id)


def record_outcome(message: Message, result: SendResult | ChannelError) -> None:
    """Write down how sending a row ended."""
    if isinstance(result, SendResult) and result.external_id:
        arrival = receive.Arrival(message.code, result.external_id, timezone.now(), result.url, result.thread_id)
        receive.settle_arrival(message.account, arrival)
        return
    if isinstance(result, SendResult):
        result = ChannelError("The platform took it, but did not say under which id.", unknown=True)
    if isinstance(result, NeedsReauth | RateLimited):
        health.note_failure(message.account, result)
    with transaction.atomic():
        conversation, row = lock_message(message.pk)
        # Its echo may have come in meanwhile, and then it has arrived.
        if row.state != _STATE.SENDING or row.attempts != message.attempts:
            return
        _record_failure(row, result, timezone.now())
        if row.template and result.reason.startswith("template_"):
            templates.request_refresh(message.account)  # what we hold of it is out of date
        _announce(conversation)


# ── sending ──


def _send(message_id: int) -> None:
    row = _claim(message_id)
    if row is None:
        return
    result: SendResult | ChannelError
    if row.account.practice_id is not None:
        record_outcome(row, _to_nowhere(row))
        _enqueue_next(row)
        return
    try:
        with contextlib.closing(connector_for(row.account)) as connector, outgoing(row) as reply, heartbeat(row):
            result = connector.send(reply)
    except CredentialsUnreadable as error:
        result = NeedsReauth(str(error))
    except ChannelError as error:
        result = error
    except Exception as error:
        # A mistake of ours somewhere between here and the platform: it may have been sent.
        log.exception("Sending message %s broke off", message_id)
        result = ChannelError(type(error).__name__, unknown=True)
    record_outcome(row, result)
    _enqueue_next(row)


def _to_nowhere(row: Message) -> SendResult:
    """Practice ends here: the answer counts as sent, and no platform is asked anything."""
    return SendResult(f"practice-{row.code}")


def _enqueue_next(row: Message) -> None:
    """Let what was queued behind this answer go at once, not at the next sweep."""
    if row.conversation_id is None:
        return
    waiting = Message.objects.filter(conversation=row.conversation_id, pk__gt=row.pk, state=_STATE.QUEUED)
    following = waiting.filter(send_after__lte=timezone.now()).without_words().order_by("pk").first()
    if following is not None:
        enqueue_sending(following, 0)


def _claim(message_id: int) -> Message | None:
    """Mark a row as being sent, if it is its turn and may leave. Of any number of workers one gets it."""
    now = timezone.now()
    with transaction.atomic():
        conversation, row = lock_message(message_id)
        if not _is_due(row, now) or not _is_its_turn(row, conversation):
            return None
        row.conversation = conversation
        if posts.may_leave(row, now) if conversation is None else may_leave(row, conversation, now):
            row.state, row.claimed_at = _STATE.SENDING, now
            row.attempts += 1
        row.save(update_fields=["state", "claimed_at", "attempts", "retry_at", "error", "error_code", "error_reason"])
        _announce(conversation)
    return row if row.state == _STATE.SENDING else None


def _is_due(row: Message, now: datetime) -> bool:
    if row.state == _STATE.QUEUED:
        return row.send_after is None or row.send_after <= now
    return row.state == _STATE.RETRY and (row.retry_at is None or row.retry_at <= now)


def _is_its_turn(row: Message, conversation: Conversation | None) -> bool:
    """Whether nothing has to leave before it. Only posts leave without a conversation, and they wait for none."""
    return row.is_post if conversation is None else not _waits_for_earlier(row)


def _waits_for_earlier(row: Message) -> bool:
    """Whether an answer queued before it in the same conversation is still about to leave: the order must hold."""
    ours = Message.objects.filter(conversation=row.conversation_id, route=row.route, author=row.author_id)
    # What waits for a person to say whether it arrived holds up its own later parts, and nothing else.
    stuck = ours.filter(state=_STATE.UNKNOWN, retry_at=None)
    earlier = ours.filter(pk__lt=row.pk).exclude(part_of__in=stuck.values("pk"))
    return earlier.filter(state__in=[_STATE.QUEUED, _STATE.SENDING, _STATE.RETRY]).exists()


# ── how it ended ──


def _record_failure(row: Message, error: ChannelError, now: datetime) -> None:
    """Decide what becomes of a row after an error: looked up, tried again later, or given up."""
    row.error, row.error_code, row.error_reason = str(error)[:2000], error.code[:40], error.reason
    if error.unknown:
        row.state, row.retry_at, row.lookups = _STATE.UNKNOWN, now + LOOK_UP_AFTER[0], 0
    elif isinstance(error, NeedsReauth):
        # Waits for an admin. It does not count as a try.
        row.state, row.retry_at, row.attempts = _STATE.RETRY, now + ASKED_AGAIN_AFTER, row.attempts - 1
    elif error.code in DAY_LIMITS and row.send_after and now - row.send_after >= LIMIT_LASTS:
        row.state, row.retry_at, row.error_code = _STATE.FAILED, None, DAY_LIMITS[error.code]
    elif isinstance(error, RateLimited):
        row.state, row.retry_at, row.attempts = _STATE.RETRY, error.retry_at, row.attempts - 1
    elif error.permanent or row.attempts > len(BACK_OFF):
        row.state, row.retry_at = _STATE.FAILED, None
    else:
        back_off = BACK_OFF_DEFERRED if error.reason == "deferred" else BACK_OFF
        row.state, row.retry_at = _STATE.RETRY, now + back_off[row.attempts - 1]
    row.save(update_fields=["state", "retry_at", "lookups", "attempts", "error", "error_code", "error_reason"])
    outcome = {_STATE.UNKNOWN: "unknown", _STATE.FAILED: "failed"}.get(_STATE(row.state), "delayed")
    if not _is_said_already(row, outcome, row.error_code):
        _note(row.verb(outcome), row.conversation, row, reason=error.reason, code=row.error_code)
    posts.tell_how_it_ended(row)


def _is_said_already(row: Message, outcome: str, code: str) -> bool:
    """Whether the log says already that an answer waits for a day's limit: every try within it meets the same."""
    if outcome != "delayed" or code not in DAY_LIMITS:
        return False
    said = Event.objects.filter(conversation=row.conversation_id, message=row, verb=row.verb(outcome))
    return said.filter(data__code=code, at__gte=row.send_after or row.received_at).exists()


def _mark_unknown(message_id: int, now: datetime) -> None:
    with transaction.atomic():
        conversation, row = lock_message(message_id)
        if row.state != _STATE.SENDING or row.claimed_at is None or row.claimed_at >= now - CRASHED_AFTER:
            return
        row.state, row.retry_at, row.lookups, row.error_reason = _STATE.UNKNOWN, now, 0, "unreachable"
        row.save(update_fields=["state", "retry_at", "lookups", "error_reason"])
        _note(row.verb("unknown"), conversation, row, reason="crashed")
        _announce(conversation)


def _look_up(message_id: int) -> None:
    """Look up an unknown answer on the platform; twice not there means it was not."""
    with transaction.atomic():
        conversation, row = lock_message(message_id)
        now = timezone.now()
        if row.state != _STATE.UNKNOWN or row.retry_at is None or row.retry_at > now:
            return
        if conversation is None and not row.is_post:
            return
        row.conversation = conversation
        row.retry_at = now + LOOKING  # nobody else looks meanwhile, and somebody will if this process dies
        row.save(update_fields=["retry_at"])
    if row.account.practice_id is not None:
        record_outcome(row, _to_nowhere(row))
        return
    try:
        with contextlib.closing(connector_for(row.account)) as connector, outgoing(row) as reply:
            found = connector.find_sent(reply)
    except CredentialsUnreadable:
        _not_found(row, asked=False, never=row.account.removed_at is not None)
        return
    except ChannelError as error:
        # A platform that has no way to look says so for good: then only a report or a person can tell.
        _not_found(row, asked=False, never=error.permanent and error.unknown)
        return
    if found is not None and not _is_another(row, found):
        record_outcome(row, found)
    else:
        _not_found(row, asked=True)


def _is_another(row: Message, found: SendResult) -> bool:
    """Whether what was found is an earlier answer with the same words."""
    ours = Message.objects.by_us().filter(account=row.account_id, external_id=found.external_id)
    return ours.exclude(pk=row.pk).exists()


def _not_found(message: Message, *, asked: bool, never: bool = False) -> None:
    now = timezone.now()
    with transaction.atomic():
        conversation, row = lock_message(message.pk)
        if row.state != _STATE.UNKNOWN:
            return
        row.lookups += asked
        given_up = row.automatic and row.lookups >= len(LOOK_UP_AFTER)
        if never or given_up:
            # Nobody wrote an automatic one and nobody is asked about it: in doubt it is not said again. Its echo still
            # finds it, however late.
            row.retry_at = None
        elif row.lookups < len(LOOK_UP_AFTER):
            row.retry_at = now + (LOOK_UP_AFTER[row.lookups] if asked else ASKED_AGAIN_AFTER)
        elif row.attempts > len(BACK_OFF):
            row.state, row.retry_at = _STATE.FAILED, None
        else:
            row.state, row.retry_at = _STATE.RETRY, now
        row.save(update_fields=["state", "retry_at", "lookups"])
        _note("not_found" if asked else "not_looked_up", conversation, row, lookups=row.lookups)
        posts.tell_how_it_ended(row)
        _announce(conversation)


def _note(verb: str, conversation: Conversation | None, row: Message, **data: Any) -> None:
    """Log what happened. A post has no conversation that would name its account."""
    account = row.account if conversation is None else None
    Event.note(verb, conversation=conversation, account=account, message=row, **data)


def _announce(conversation: Conversation | None) -> None:
    if conversation is not None:
        refresh_and_announce([conversation.pk])


__all__ = [
    "Overtaken", "Refused", "approve", "cancel", "confirm", "deliver", "discard", "give_back",
    "queue_reply", "retry", "record_outcome", "sweep", "words_taken_back",
]  # fmt: skip
