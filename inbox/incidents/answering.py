"""Answers in an incident: chosen, handed to the outbox at a pace, stopped, resumed. The row is the queue.

Whoever hands an answer over holds the incident's row, and so does whoever stops it. So nothing is handed over after a
stop. What the outbox has by then is taken back there, or stopped as it is claimed (inbox/outbox/holding.py).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from channels.models import Account
from channels.types import Route
from inbox.incidents.look_first import reason_against, text_for
from inbox.models import Conversation, Event, Incident, IncidentReply, Message, User
from inbox.models.answer_state import AT_THE_PLATFORM, NOT_LEFT
from inbox.outbox import queue
from inbox.outbox.checks import Overtaken, Refused
from inbox.outbox.parts import lock_conversation
from inbox.triage.answered import is_being_answered
from webcare.lib.on_commit import after_commit
from webcare.lib.statements import fetch, insert_new

_REPLY = IncidentReply.State
_WHY = IncidentReply.Reason
MOST = 1000  # conversations chosen at once


@transaction.atomic
def choose(incident: Incident, by: User, seen: Mapping[uuid.UUID, int]) -> int:
    """Queue an answer for each of these conversations, by the newest message somebody saw there; return how many.

    One is queued once, whatever is pressed twice. What was skipped may be chosen again. Raises ValueError where the
    text is not approved, or the incident is over.
    """
    row = Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    if not row.is_approved or row.ended_at is not None:
        raise ValueError("Nothing is sent before its text is approved, nor after its end.")
    found = (
        Conversation.objects.open()
        .visible_to(by)
        .filter(code__in=list(seen)[:MOST], account__in=row.account_ids, waiting_since__isnull=False)
    )
    new = [
        IncidentReply(
            incident=row, conversation=conversation, account_id=conversation.account_id, by=by,
            seen_message_id=seen[conversation.code],
        )
        for conversation in found.order_by("waiting_since", "pk").only("pk", "code", "account_id")
    ]  # fmt: skip
    made = insert_new(new) if new else []
    again = [reply for reply in new if reply.pk is None]
    number = len(made) + sum(_choose_again(reply) for reply in again)
    if number and row.stopped_at is not None and not _stopped(row).exists():
        Incident.objects.filter(pk=row.pk).update(stopped_at=None)  # all that was stopped has been seen to
    if number:
        Event.note("incident_sending", actor=by, incident=row.pk, n=number)
    return number


def _stopped(incident: Incident) -> QuerySet[IncidentReply]:
    return IncidentReply.objects.filter(incident=incident, stopped_at__isnull=False)


def _choose_again(chosen: IncidentReply) -> bool:
    skipped = IncidentReply.objects.filter(
        incident=chosen.incident_id, conversation=chosen.conversation_id, state=_REPLY.SKIPPED
    ).exclude(reason=_WHY.UNCERTAIN)
    return bool(
        skipped.update(
            state=_REPLY.WAITING, reason="", why="", code=uuid.uuid4(), message=None, stopped_at=None, by=chosen.by,
            seen_message_id=chosen.seen_message_id, at=timezone.now(),
        )
    )  # fmt: skip


@transaction.atomic
def stop(incident: Incident, by: User) -> bool:
    """Stop everything that has not left; return whether there was anything to stop."""
    row = Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    if row.ended_at is not None or row.stopped_at is not None:
        return False
    halt(row, by)
    return row.stopped_at is not None


def halt(incident: Incident, by: User) -> None:
    """Stop an incident whose row the caller has locked; what is in the outbox follows after the commit."""
    now = timezone.now()
    replies = IncidentReply.objects.filter(incident=incident)
    unsent = replies.filter(state=_REPLY.HANDED, message__state__in=[*NOT_LEFT, *AT_THE_PLATFORM])
    in_outbox = list(unsent.filter(message__state__in=NOT_LEFT).values_list("message", flat=True))
    stopped = replies.filter(state=_REPLY.WAITING).update(state=_REPLY.STOPPED, stopped_at=now)
    stopped += replies.filter(pk__in=list(unsent.values_list("pk", flat=True))).update(stopped_at=now)
    if incident.stopped_at is None and stopped:
        incident.stopped_at = now
        incident.save(update_fields=["stopped_at"])
        Event.note("incident_stopped", actor=by, incident=incident.pk, n=stopped)
    after_commit(_take_back_all, in_outbox, by)


def _take_back_all(messages: list[int], by: User) -> None:
    for message in messages:
        queue.stop_leaving(message, by)


@transaction.atomic
def resume(incident: Incident, by: User) -> bool:
    """Go on with what was stopped; return whether it was. What may have arrived already is not sent again."""
    row = Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    if row.stopped_at is None or row.ended_at is not None or not row.is_approved:
        return False
    row.stopped_at = None
    row.save(update_fields=["stopped_at"])
    replies = IncidentReply.objects.filter(incident=row)
    replies.filter(state=_REPLY.STOPPED).update(state=_REPLY.WAITING, stopped_at=None)
    taken_back = Q(state=_REPLY.HANDED, message__state=Message.State.CANCELLED, stopped_at__isnull=False)
    # It was on its way when it was stopped, and looked for since: nobody knows for certain.
    _each(replies.filter(taken_back, message__lookups__gt=0), state=_REPLY.SKIPPED, reason=_WHY.UNCERTAIN)
    for reply in replies.filter(taken_back):
        IncidentReply.objects.filter(pk=reply.pk).update(
            state=_REPLY.WAITING, code=uuid.uuid4(), message=None, handed_at=None, stopped_at=None
        )
    replies.update(stopped_at=None)
    Event.note("incident_resumed", actor=by, incident=row.pk)
    return True


def _each(rows: QuerySet[IncidentReply], **values: object) -> None:
    IncidentReply.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(**values)


# ── handing over ──

_NEXT = """
SELECT DISTINCT ON (r.account_id) r.account_id, r.id
FROM inbox_incidentreply r JOIN inbox_incident i ON i.id = r.incident_id
WHERE r.state = 'waiting' AND i.approved_at IS NOT NULL AND i.stopped_at IS NULL AND i.ended_at IS NULL
ORDER BY r.account_id, r.id
"""


def due() -> list[int]:
    """Return the next answer of each account that has one."""
    return [reply for _account, reply in fetch(_NEXT)]


def hand_over(reply_id: int, now: datetime | None = None) -> bool:
    """Give one answer to the outbox, if it is its account's turn; return whether something became of it.

    Any number may try at once. The customer's words are read before the transaction begins.
    """
    now = now or timezone.now()
    rows = IncidentReply.objects.select_related("incident", "by", "account", "conversation__identity")
    reply = rows.filter(pk=reply_id, state=_REPLY.WAITING).first()
    if reply is None or not _is_turn_of(reply.account, now):
        return False
    conversation = Conversation.objects.for_rows().get(pk=reply.conversation_id)
    reason = reason_against(reply, conversation)
    text = text_for(reply.incident, conversation, reply.by)
    with transaction.atomic():
        incident = Incident.objects.select_for_update(no_key=True).get(pk=reply.incident_id)
        fetch("SELECT pg_advisory_xact_lock(hashtext('inbox.incidents.pace'), %s::int)", [reply.account_id])
        row = IncidentReply.objects.select_for_update(no_key=True).get(pk=reply.pk)
        is_same = row.state == _REPLY.WAITING and row.code == reply.code and incident.text == reply.incident.text
        if not incident.may_send or not is_same or not _is_turn_of(reply.account, now):
            return False
        if reason or (reason := _reason_now(row)):
            return _skip(row, reason)
        return _hand_over(row, conversation, reply.by, text, now)


def _hand_over(row: IncidentReply, conversation: Conversation, by: User | None, text: str, now: datetime) -> bool:
    if by is None:
        return _skip(row, _WHY.REFUSED)
    try:
        row.message = queue.queue_reply(
            conversation, by, text=text, route=Route.PUBLIC_REPLY if conversation.is_public else Route.PRIVATE_MESSAGE,
            reply_to=None, seen_message_id=row.seen_message_id, code=row.code, undo_seconds=0, claims=False,
        )  # fmt: skip
    except Overtaken as overtaken:
        wrote = any(message.direction == Message.Direction.INBOUND for message in overtaken.newer)
        return _skip(row, _WHY.WROTE if wrote else _WHY.ANSWERED)
    except Refused as refused:
        return _skip(row, _WHY.REFUSED, refused.message)
    row.state, row.handed_at = _REPLY.HANDED, now
    row.save(update_fields=["state", "handed_at", "message"])
    Event.note("incident_answered", actor=by, conversation=conversation, message=row.message, incident=row.incident_id)
    return True


def _reason_now(row: IncidentReply) -> str:
    """Return why nobody should be answered any more: asked again with the conversation locked."""
    conversation = lock_conversation(row.conversation)
    if conversation.status != Conversation.Status.OPEN:
        return _WHY.CLOSED
    if conversation.waiting_since is None or is_being_answered(conversation):
        return _WHY.ANSWERED
    return ""


def _skip(row: IncidentReply, reason: str, why: str = "") -> bool:
    row.state, row.reason, row.why = _REPLY.SKIPPED, reason, why[:300]
    row.save(update_fields=["state", "reason", "why"])
    return True


def _is_turn_of(account: Account, now: datetime) -> bool:
    """Whether an account may give another answer: its platform's pace, and no limit that was reached."""
    if account.is_limited(now):
        return False
    handed = IncidentReply.objects.filter(account=account.pk, handed_at__isnull=False)
    last = handed.order_by("-handed_at").values_list("handed_at", flat=True).first()
    return last is None or now >= last + pace_of(account)


def pace_of(account: Account) -> timedelta:
    """Return how long an account waits between two answers."""
    return timedelta(minutes=1) / account.capabilities.answers_a_minute
