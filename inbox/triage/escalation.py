"""Asking when in doubt: a question to a lead or a spokesperson, while the customer's answer waits (G2).

The response clock runs on. Question and answer stand in the thread as notes.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from inbox.models import Conversation, Escalation, Event, Message, User
from inbox.models.rights import Right, holding
from inbox.notifications import recipients
from inbox.routing.advisers import advisers_on
from inbox.triage.assignment import keep_note
from inbox.triage.summary import refresh_and_announce

_OUTCOME = Escalation.Outcome


@transaction.atomic
def ask(
    conversation: Conversation, question: str, *, to: User | None, by: User | None, reason: str = ""
) -> Escalation | None:
    """Ask somebody about a conversation; None of `to` asks every lead, None of `by` is the system itself.

    `reason` is for the log where nobody asked: a word or an id. Returns None where a question stands open already.
    Raises ValueError without words, and for whom one does not ask.
    """
    words = question.replace("\x00", "").replace("\r\n", "\n").strip()
    if not words:
        raise ValueError("A question needs words.")
    advisers = advisers_on(conversation, by)
    if to is not None and not advisers.filter(pk=to.pk).exists():
        raise ValueError("This person is not asked about this conversation.")
    row = Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
    if row.status == Conversation.Status.CLOSED or Escalation.objects.open().filter(conversation=row).exists():
        return None
    note = keep_note(row, by, words)
    asked = Escalation.objects.create(conversation=row, asked=to, asked_by=by, question=note)
    why = {"why": reason} if reason else {}
    if to is not None:
        Event.note("question_asked", actor=by, conversation=row, message=note, asked=to.pk, **why)
    else:
        Event.note("question_to_leads", actor=by, conversation=row, message=note, **why)
    leads = advisers.filter(holding(Right.LEAD))
    recipients.tell_asked(note, row, by, [to] if to is not None else leads)
    refresh_and_announce([row.pk])
    return asked


@transaction.atomic
def answer(question: Escalation, by: User, text: str, *, approved: bool = False) -> Message | None:
    """Answer a question; `approved` says yes to it, with or without words. Returns the answer's note.

    A yes without words is a note too: folded between other acts, whoever asked would look past it.
    Returns None where it was settled before. Raises ValueError without words where it is no yes, and PermissionError
    for who was not asked.
    """
    words = text.replace("\x00", "").replace("\r\n", "\n").strip()
    row = _locked(question)
    if row is None:
        return None
    if not row.may_be_answered_by(by):
        raise PermissionError("This question was asked of somebody else.")
    if not words and not approved:
        raise ValueError("An answer needs words.")
    kind = "note" if words else Escalation.AGREED
    note = keep_note(row.conversation, by, words or str(_OUTCOME.APPROVED.label), kind=kind)
    _end(row, _OUTCOME.APPROVED if approved else _OUTCOME.ANSWERED, note)
    Event.note(
        "question_agreed" if approved else "question_answered", actor=by, conversation=row.conversation, message=note,
        question=row.pk,
    )  # fmt: skip
    recipients.tell_answered(note, row.conversation, row.asked_by, by)
    return note


@transaction.atomic
def withdraw(question: Escalation, by: User) -> bool:
    """Take one's own question back; a lead may take back anybody's. Returns whether it still stood open."""
    row = _locked(question)
    if row is None:
        return False
    if by.pk != row.asked_by_id and not by.is_lead:
        raise PermissionError("This is somebody else's question.")
    _end(row, _OUTCOME.WITHDRAWN)
    Event.note("question_withdrawn", actor=by, conversation=row.conversation, question=row.pk)
    return True


def answered_customer(conversations: Sequence[Conversation], agent: User) -> None:
    """End the questions here: whom they were asked of answers the customer. Runs in the caller's transaction."""
    rows = Escalation.objects.open().filter(conversation__in=[conversation.pk for conversation in conversations])
    for row in rows.select_related("conversation", "question", "asked_by"):
        _end(row, _OUTCOME.ANSWERED)
        Event.note("question_answered", actor=agent, conversation=row.conversation, question=row.pk)
        recipients.tell_answered(row.question, row.conversation, row.asked_by, agent)


def _locked(question: Escalation) -> Escalation | None:
    """Return an open question with its conversation locked; None where it was settled."""
    Conversation.objects.select_for_update(no_key=True).get(pk=question.conversation_id)
    rows = Escalation.objects.open().select_related("conversation", "question", "asked_by")
    found: Escalation | None = rows.filter(pk=question.pk).first()
    return found


def _end(row: Escalation, outcome: str, note: Message | None = None) -> None:
    row.outcome, row.answer, row.ended_at = outcome, note, timezone.now()
    row.save(update_fields=["outcome", "answer", "ended_at"])
    recipients.settle_question(row.question_id)
    refresh_and_announce([row.conversation_id])
