"""Why an answer is held back at the last moment: what may have changed since it was written."""

from __future__ import annotations

from datetime import datetime, timedelta

from channels.errors import DAY_LIMITS
from channels.models import Account
from channels.types import Route
from inbox.models import AutomaticReply, Conversation, Escalation, Event, Incident, IncidentReply, Message, Survey
from inbox.models.answer_state import LOST
from inbox.outbox import autoreply, rule_reply, survey
from inbox.outbox.checks import is_blocked, is_found, newer_than
from inbox.outbox.parts import part_before
from inbox.triage.answered import is_being_answered

ASKED_AGAIN_AFTER = timedelta(seconds=30)  # an account that cannot send now
_PART_AGAIN_AFTER = timedelta(seconds=5)
_STATE = Message.State


def may_leave(row: Message, conversation: Conversation, now: datetime) -> bool:
    """Return whether an answer may leave now; note on the row what stands in its way.

    It is cancelled, tried again later, failed with a reason, or held for a person: then a part before it was lost,
    somebody was asked what to say, or something newer came in. An answer to many is never held: then it is cancelled.
    """
    in_incident, is_stopped = _in_incident(row)
    if is_stopped:
        return _stop(row, _STATE.CANCELLED, "")
    if row.automatic and (obstacle := _obstacle_to_automatic(row, conversation, now)):
        Event.note(row.verb("cancelled"), conversation=conversation, message=row, reason=obstacle)
        return _stop(row, _STATE.CANCELLED, "")
    if row.automatic and (is_being_answered(conversation) or _holds_automatic(row.account_id)):
        # An answer may be undone or fail, an incident may end, and then this one is wanted after all.
        return _stop(row, _STATE.RETRY, "", now + ASKED_AGAIN_AFTER)
    held = _STATE.CANCELLED if in_incident else _STATE.HELD
    account = row.account  # not always the addressed one
    listens = account.mode == Account.Mode.LISTEN
    if account.removed_at or conversation.account.removed_at or listens:
        return _stop(row, _STATE.FAILED, "listen_only" if listens else "forbidden")
    if account.mode == Account.Mode.REACT and is_found(conversation, row.reply_to):
        return _stop(row, _STATE.FAILED, "react_only")
    if is_blocked(conversation, row.route):
        return _stop(row, _STATE.FAILED, "recipient_unavailable")
    if account.paused_at or account.needs_reauth_at:
        return _stop(row, _STATE.RETRY, "paused" if account.paused_at else "reauth", now + ASKED_AGAIN_AFTER)
    if row.reply_to and row.reply_to.removed_at and row.route in (Route.PUBLIC_REPLY, Route.PRIVATE_REPLY):
        return _stop(row, _STATE.FAILED, "message_gone")
    before = part_before(row)
    if before is not None and before.state != _STATE.SENT:
        lost = before.state in LOST
        return _stop(row, held if lost else _STATE.RETRY, "", None if lost else now + _PART_AGAIN_AFTER)
    if not row.automatic and Escalation.objects.open().filter(conversation=conversation).exists():
        return _stop(row, held, "asked")
    # Of an answer to many, its author's own later one is news too.
    newer = newer_than(row.seen_message_id, conversation, None if in_incident else row.author, own=[row.pk])
    if row.author_id is not None and not in_incident and conversation.account.capabilities.live:
        # Who sits at a chat sees what is added while they are answered: it holds nothing. A colleague's answer does.
        newer = [message for message in newer if message.direction != Message.Direction.INBOUND]
    if newer:
        return _stop(row, held, "")
    limited = _limited_before(row, now)
    if limited is not None:
        _stop(row, _STATE.RETRY, limited.error_reason, limited.retry_at)
        row.error_code = limited.error_code
        return False
    row.error = row.error_code = row.error_reason = ""
    row.retry_at = None
    return True


def _limited_before(row: Message, now: datetime) -> Message | None:
    """Return another answer of the account that met a limit on all it sends, while that holds: all wait with it."""
    if not row.account.is_limited(now):
        return None
    waiting = Message.objects.filter(account=row.account_id, state=_STATE.RETRY, retry_at__gt=now)
    waiting = waiting.filter(error_reason="rate_limited", error_code__in=DAY_LIMITS)
    return waiting.exclude(pk=row.pk).without_words().order_by("-retry_at").first()


def _obstacle_to_automatic(row: Message, conversation: Conversation, now: datetime) -> str:
    if AutomaticReply.objects.filter(message=row).exists():
        return autoreply.obstacle_to(row, conversation, now)
    if Survey.objects.filter(message=row).exists():
        return survey.obstacle_to(row, conversation, now)
    return rule_reply.obstacle_to(row, conversation, now)


def _in_incident(row: Message) -> tuple[bool, bool]:
    """Return whether an answer was given to many, and whether that was stopped. What a person sent since may go."""
    found = IncidentReply.objects.filter(message=row.pk).values_list("stopped_at").first()
    if found is None:
        return False, False
    (stopped_at,) = found
    return True, stopped_at is not None and (row.send_after is None or stopped_at >= row.send_after)


def _holds_automatic(account: int) -> bool:
    running = Incident.objects.running().filter(holds_automatic=True)
    return running.filter(account_ids__contains=[account]).exists()


def _stop(row: Message, state: str, reason: str, retry_at: datetime | None = None) -> bool:
    row.state, row.error_reason, row.error_code, row.error, row.retry_at = state, reason, "", "", retry_at
    return False
