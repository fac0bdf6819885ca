"""Sorting the work: who takes a conversation, and whether it is open, asleep or done. Twice is as good as once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from inbox.live.announce import announce
from inbox.models import Conversation, Escalation, Event, Message, User
from inbox.notifications import mentions, recipients, unread
from inbox.routing import holders
from inbox.triage.summary import refresh, refresh_and_announce


@transaction.atomic
def assign(
    conversation: Conversation,
    user: User | None,
    by: User | None,
    *,
    handover: str = "",
    why: str = "",
    held_by: str | None = None,
) -> bool:
    """Give a conversation to somebody, or to nobody. Returns whether that changed anything.

    Nobody gets what a team has that is closed to them.
    `handover` is what the receiver should know: kept as a note, and pinned until they answer. Whoever gets a
    conversation from a colleague, or by itself, is notified. `why` is a reason of inbox/history/describe.py.
    `held_by` is the code of who had it where somebody looked, "" for nobody: had another by then, nothing changes.
    """
    row = _locked(conversation)
    if held_by is not None and held_by != (str(row.assignee.code) if row.assignee else ""):
        return False
    if row.assignee_id == (user.pk if user else None):
        return False
    if user is not None and row.team_id is not None and row.team_id in user.closed_teams:
        return False
    was = row.assignee_id
    handover = " ".join(handover.replace("\x00", "").split())[:500]
    # What was handed over to the queue is for whoever comes first.
    row.handover_note = handover or (row.handover_note if was is None else "")
    row.assignee = user
    row.save(update_fields=["assignee", "handover_note"])
    recipients.tell_assignee(row, user, by)
    if handover and by is not None:
        keep_note(row, by, handover)
    reason = {"why": why} if why else {}
    verb = "assigned" if user else "unassigned"
    Event.note(verb, actor=by, conversation=row, to=user.pk if user else None, was=was, **reason)
    _announce(conversation, row, "assignee_id", "handover_note")
    return True


@transaction.atomic
def close(conversation: Conversation, by: User | None, reason: str = Conversation.CloseReason.ANSWERED) -> bool:
    """Close a conversation; nobody waits in it any more. Returns False when it was closed already.

    Raises ValueError for a reason that is not one of Conversation.CloseReason.
    """
    if reason not in Conversation.CloseReason.values:
        raise ValueError(f"{reason!r} is no reason to close.")
    row = _locked(conversation)
    if row.status == Conversation.Status.CLOSED:
        return False
    row.status, row.closed_at, row.close_reason, row.snoozed_until = (
        Conversation.Status.CLOSED,
        timezone.now(),
        reason,
        None,
    )
    row.save(update_fields=["status", "closed_at", "close_reason", "snoozed_until"])
    Event.note("closed", actor=by, conversation=row, reason=reason)
    _end_question(row)
    refresh([row.pk])
    _announce(conversation, row, "status", "closed_at", "close_reason", "snoozed_until")
    return True


@transaction.atomic
def reopen(conversation: Conversation, by: User | None) -> bool:
    """Open a closed or snoozed conversation again: who was waiting waits again.

    Returns False when it, or another one with the same person, is open.
    """
    row = _locked(conversation)
    if row.status == Conversation.Status.OPEN:
        return False
    if row.status == Conversation.Status.CLOSED and _has_later_conversation(row):
        return False
    verb = "reopened" if row.status == Conversation.Status.CLOSED else "woken"
    row.status, row.closed_at, row.close_reason, row.snoozed_until = Conversation.Status.OPEN, None, "", None
    try:
        with transaction.atomic():
            row.save(update_fields=["status", "closed_at", "close_reason", "snoozed_until"])
    except IntegrityError:
        return False  # the customer began another one in this very moment
    Event.note(verb, actor=by, conversation=row)
    if holders.give_back_unseen(by, conversations=[row.pk]):
        row.assignee = None
    refresh([row.pk])
    _announce(conversation, row, "status", "closed_at", "close_reason", "snoozed_until", "assignee_id")
    return True


@transaction.atomic
def snooze(conversation: Conversation, until: datetime | None, by: User | None) -> bool:
    """Put a conversation aside until a time, or (None) until the customer writes. Returns False for a closed one."""
    row = _locked(conversation)
    if row.status == Conversation.Status.CLOSED or (row.status, row.snoozed_until) == (
        Conversation.Status.SNOOZED,
        until,
    ):
        return False
    row.status, row.snoozed_until = Conversation.Status.SNOOZED, until
    row.save(update_fields=["status", "snoozed_until"])
    Event.note("snoozed", actor=by, conversation=row, until=until)
    _announce(conversation, row, "status", "snoozed_until")
    return True


def may_wake_at(until: datetime) -> bool:
    """Whether something can be put aside until then: a moment to come."""
    return until > timezone.now()


def mark_seen(conversation: Conversation) -> bool:
    """Note that a colleague has read it up to now. Returns whether there was anything new."""
    if not conversation.is_unread:
        return False
    now = timezone.now()
    # A platform's clock may run ahead of ours: what is on the screen counts as seen all the same.
    seen_at = max(now, conversation.last_inbound_at or now)
    with transaction.atomic():
        changed = Conversation.objects.filter(pk=conversation.pk).exclude(seen_at__gte=seen_at).update(seen_at=seen_at)
        announce([conversation.pk])
    conversation.seen_at = seen_at
    return bool(changed)


@transaction.atomic
def write_note(conversation: Conversation, by: User, text: str, *, code: uuid.UUID | None = None) -> Message:
    """Keep a note for colleagues in the thread. It has no route and no state, so that no connector can ever get it.

    Whoever it names with @ is notified; what waited for its writer here is settled. The same `code` twice gives the
    same note. Raises ValueError where there is no text.
    """
    text = text.replace("\x00", "").strip()
    if not text:
        raise ValueError("A note needs a text.")
    row = _locked(conversation)
    known = Message.objects.filter(code=code).first() if code else None
    if known is not None and (known.conversation_id, known.direction) == (row.pk, Message.Direction.NOTE):
        return known
    note = keep_note(row, by, text, code if known is None else None)
    unread.settle(row, by)
    mentions.tell_named(note, row, by)
    refresh_and_announce([row.pk])
    return note


def wake_snoozed(now: datetime | None = None) -> int:
    """Open what was put aside until now; return how many."""
    with transaction.atomic():
        due = Conversation.objects.filter(status=Conversation.Status.SNOOZED, snoozed_until__lte=now or timezone.now())
        rows = list(due.select_for_update(no_key=True, skip_locked=True).order_by("pk"))
        _log_all("woken", rows)
        Conversation.objects.filter(pk__in=[row.pk for row in rows]).update(
            status=Conversation.Status.OPEN, snoozed_until=None
        )
        announce([row.pk for row in rows])
    return len(rows)


def close_after(answers: Sequence[Message]) -> None:
    """Close after "send and close", unless the customer wrote again.

    Runs in the transaction in which the answers turned out to have arrived.
    """
    by_conversation = {answer.conversation_id: answer for answer in answers if answer.conversation_id}
    rows = Conversation.objects.filter(pk__in=by_conversation).exclude(status=Conversation.Status.CLOSED)
    for row in rows.select_for_update(no_key=True).order_by("pk"):
        answer = by_conversation[row.pk]
        later = Message.objects.filter(conversation=row, direction=Message.Direction.INBOUND, removed_at=None)
        if later.filter(pk__gt=answer.seen_message_id or answer.pk).exists():
            continue
        close(row, answer.author, Conversation.CloseReason.ANSWERED)


def keep_note(
    row: Conversation, by: User | None, text: str, code: uuid.UUID | None = None, *, kind: str = "note"
) -> Message:
    """Write a note, and tell nobody. Runs in the caller's transaction, with the conversation locked."""
    note = Message.objects.create(
        code=code or uuid.uuid4(),
        account_id=row.account_id,
        conversation=row,
        author=by,
        direction=Message.Direction.NOTE,
        kind=kind,
        text=text,
    )
    Event.note("noted", actor=by, conversation=row, message=note)
    return note


def _end_question(row: Conversation) -> None:
    """Nobody has to answer any more what was asked about a closed conversation."""
    for question in Escalation.objects.open().filter(conversation=row):
        question.outcome, question.ended_at = Escalation.Outcome.CLOSED, timezone.now()
        question.save(update_fields=["outcome", "ended_at"])
        recipients.settle_question(question.question_id)


def _locked(conversation: Conversation) -> Conversation:
    return Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)


def _has_later_conversation(row: Conversation) -> bool:
    later = Conversation.objects.filter(account=row.account_id, identity=row.identity_id, visibility=row.visibility)
    return later.exclude(status=Conversation.Status.CLOSED).exclude(pk=row.pk).exists()


def _announce(conversation: Conversation, row: Conversation, *names: str) -> None:
    """Tell open pages, and update the caller's object."""
    announce([row.pk])
    for name in names:
        setattr(conversation, name, getattr(row, name))


def _log_all(verb: str, rows: Iterable[Conversation]) -> None:
    Event.objects.bulk_create([Event(verb=verb, conversation=row, account_id=row.account_id) for row in rows])
