"""What a second person sees of the guard's hints before an answer leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from channels.types import Route
from inbox.guard.rules import DraftAnswer, Hint, check_before_approval, unresolved_hints
from inbox.models import Message, WatchedWord
from inbox.thread.approvals import ApprovalShown, HintShown

if TYPE_CHECKING:
    from inbox.thread.items import Thread


def hints_of(message: Message, text: str, watched: Sequence[WatchedWord] | None = None) -> list[Hint]:
    """Return what an approver should see of these words, in place of the author's or as they stand."""
    author, conversation = message.author, message.conversation
    if conversation is None or author is None:
        return []
    is_public = message.route == Route.PUBLIC_REPLY
    return check_before_approval(DraftAnswer(text, conversation, author, is_public=is_public, watched=watched))


def stop_of(message: Message, text: str, anyway: Iterable[str]) -> str:
    """Return why these words may not go yet; "" where they may. `anyway` names the hints the approver has seen."""
    unresolved = unresolved_hints(hints_of(message, text), anyway=anyway)
    return next((f"{hint.title} {hint.reason}" for hint in unresolved), "")


def add_hints(thread: Thread) -> None:
    """Put its hints with each answer that the reader may approve. One statement, where there is one at all."""
    waiting = [item.message for item in thread.items if item.may_approve]
    watched = list(WatchedWord.objects.all()) if waiting else []
    for message in waiting:
        shown: ApprovalShown | None = message.looked_at  # type: ignore[attr-defined]  # annotated
        if shown is not None:
            hints = hints_of(message, shown.written, watched)
            message.looked_at = shown._replace(hints=tuple(_shown(hint) for hint in hints))  # type: ignore[attr-defined]


def _shown(hint: Hint) -> HintShown:
    return HintShown(hint.code, hint.weight, hint.key, hint.title, hint.reason, hint.advice)
