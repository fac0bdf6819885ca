"""The request beside an answer that a second person looks at: made when it is queued, ended when it is decided."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from inbox.models import Approval, Conversation, Event, Message, Organisation, User
from inbox.notifications.recipients import settle_approval, tell_approvers


def request_approval(answer: Message, conversation: Conversation, by: User, why: str, written: str) -> None:
    """Ask for somebody else's look at an answer, and tell whom it concerns. Runs in the caller's transaction."""
    organisation = Organisation.current()
    now, minutes = timezone.now(), organisation.approval_minutes
    Approval.objects.create(
        message=answer,
        why=why,
        written=written,
        asked_at=now,
        due_at=now + timedelta(minutes=minutes) if minutes else None,
        fallback=organisation.approval_fallback if minutes else "",
    )
    Event.note("approval_asked", actor=by, conversation=conversation, message=answer, why=why)
    tell_approvers(answer, conversation, by)


def decide(answer: Message, outcome: str, *, by: User | None = None, name: str = "", changed: bool = False) -> None:
    """Write down how the request of an answer ended, and take the question off everybody's list."""
    root = answer.part_of_id or answer.pk
    Approval.objects.waiting().filter(message=root).update(
        outcome=outcome, decided_at=timezone.now(), decided_by=by, decided_name=name, changed=changed
    )
    settle_approval(root)


def was_let_through(answer: Message) -> bool:
    """Whether an answer was approved before, or left by itself because nobody decided in time."""
    return answer.approved_at is not None  # a copy that is sent in its place has it too
