"""What stands at an answer that a second person looks at, and what they made of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from inbox.models import Approval, Message
from inbox.text.difference import Piece, difference
from inbox.text.signature import signature_of, without_signature

if TYPE_CHECKING:
    from inbox.models import User


class HintShown(NamedTuple):
    """One thing the guard saw in it."""

    code: str
    weight: str
    key: str
    title: str
    reason: str
    advice: str


class ApprovalShown(NamedTuple):
    """The request beside an answer. `by` and `pieces` are there once it was approved."""

    why: str
    written: str
    may_edit: bool
    asked_at: datetime
    due_at: datetime | None
    fallback: str
    was_told_again: bool
    by: str
    pieces: tuple[Piece, ...]  # of what the approver changed
    hints: tuple[HintShown, ...] = ()  # for who may approve it


def approvals_of(found: Sequence[Message]) -> dict[int, ApprovalShown]:
    """Return what is shown of each answer's approval, by its id. One statement, where there is one at all."""
    wanted = {message.pk: message for message in found if _is_looked_at(message)}
    if not wanted:
        return {}
    several: set[int | None] = {message.part_of_id for message in found if message.part_of_id and message.text}
    rows: Any = Approval.objects.filter(message__in=wanted).select_related("decided_by")
    return {row.message_id: _shown(row, wanted[row.message_id], several) for row in rows}


def may_approve(message: Message, reader: User | None) -> bool:
    """Whether a reader may be the second person of an answer that waits."""
    waits = message.state == Message.State.APPROVAL
    return waits and reader is not None and message.author_id != reader.pk and not reader.is_trainee


def _is_looked_at(message: Message) -> bool:
    return message.part_of_id is None and (message.state == Message.State.APPROVAL or message.approved_at is not None)


def _shown(row: Approval, message: Message, several: set[int | None]) -> ApprovalShown:
    changed = row.changed and row.outcome == Approval.Outcome.APPROVED
    by = row.decided_by.name if row.decided_by else row.decided_name
    return ApprovalShown(
        row.get_why_display(),
        row.written,
        not message.template and bool(message.text) != (message.pk in several),
        row.asked_at,
        row.due_at,
        row.fallback,
        row.told_again_at is not None,
        by if row.outcome == Approval.Outcome.APPROVED else "",
        tuple(difference(row.written, _without_signature(message))) if changed and message.text else (),
    )


def _without_signature(message: Message) -> str:
    signature = signature_of(message.account, message.author) if message.author else ""
    return without_signature(message.text.removesuffix(signature).rstrip())
