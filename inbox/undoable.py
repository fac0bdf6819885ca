"""Keeps what a person does in a form that can be undone: the state before it, and the state after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from inbox.models import (
    Conversation,
    ConversationLabel,
    Event,
    IdentityMove,
    Message,
    Notification,
    UndoableAct,
    User,
)

Kind = UndoableAct.Kind
Step = dict[str, Any]
# What sorting work changes on a conversation's row.
FIELDS = (
    "status", "closed_at", "close_reason", "snoozed_until", "assignee_id", "team_id", "handover_note", "is_complaint",
    "hides_for_id",
)  # fmt: skip


class Act:
    """Something a person is doing, to one conversation or to several. `keep` makes it what the bar offers to undo."""

    def __init__(self, by: User, kind: UndoableAct.Kind, **about: Any) -> None:
        self.by, self.kind, self.about = by, kind, about
        self.steps: list[Step] = []

    def change(self, conversation: Conversation, change: Callable[[], bool]) -> bool:
        """Do it to one conversation, with its row locked, and remember the difference. Returns what `change` does."""
        with transaction.atomic():
            row = Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
            before = _state_of(row)
            changed = change()
            if changed:
                row.refresh_from_db(fields=[name.removesuffix("_id") for name in FIELDS])
                self.steps.append(_difference(row, before, _state_of(row)))
        return changed

    def move(self, conversation: Conversation, move: IdentityMove | None) -> None:
        """Remember that an account of a platform was put with another contact."""
        if move is not None:
            self.steps.append({"conversation": conversation.pk, "move": move.pk})

    def keep(self) -> UndoableAct | None:
        """Make it this person's last act. Returns None where nothing was changed."""
        if not self.steps:
            return None
        conversations = {step["conversation"] for step in self.steps}
        act = UndoableAct.objects.create(
            user=self.by,
            kind=self.kind,
            conversation_id=conversations.pop() if len(conversations) == 1 else None,
            steps=self.steps,
            about=self.about,
        )
        _forget_before(act)
        return act


def keep_sent(message: Message, by: User, *, on: Any) -> UndoableAct | None:
    """Make an answer that is about to leave this person's last act. `on` is the code of the page it was written on.

    Returns None for one that left at once, or waits for a second person.
    """
    if message.state != Message.State.QUEUED or message.send_after is None or message.send_after <= timezone.now():
        return None
    act, is_new = UndoableAct.objects.get_or_create(
        message=message,
        defaults={"user": by, "kind": Kind.SEND, "conversation_id": message.conversation_id, "about": {"on": str(on)}},
    )
    if is_new:
        _forget_before(act)
    return act


def repeat_of(request: HttpRequest) -> dict[str, Any]:
    """Return the form by which something was asked, so that it can be asked once more after it was undone."""
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    return {"path": request.path, "fields": [field for field in fields if field[0] != "csrfmiddlewaretoken"]}


def name_of(user: User | None, by: User) -> str:
    """Return how the bar calls whoever something was given to: "me" for oneself, "" for nobody."""
    return "" if user is None else "me" if user.pk == by.pk else user.first_name or user.name


def _forget_before(act: UndoableAct) -> None:
    """Only the last act can be undone, and answers that are still counting down."""
    counting = Q(kind=Kind.SEND, message__state=Message.State.QUEUED, message__send_after__gt=timezone.now())
    UndoableAct.objects.filter(user=act.user_id, pk__lt=act.pk).exclude(counting).delete()


def _state_of(row: Conversation) -> dict[str, Any]:
    notes = Message.objects.filter(conversation=row, direction=Message.Direction.NOTE)
    return {
        "row": {name: written(getattr(row, name)) for name in FIELDS},
        "labels": set(ConversationLabel.objects.filter(conversation=row).values_list("label", flat=True)),
        "unread": set(Notification.objects.filter(conversation=row, read_at=None).values_list("pk", flat=True)),
        "notes": set(notes.order_by("-pk").values_list("pk", flat=True)[:1]),
    }


def _difference(row: Conversation, before: dict[str, Any], after: dict[str, Any]) -> Step:
    changed = [name for name in FIELDS if before["row"][name] != after["row"][name]]
    newest = Event.objects.filter(conversation=row).order_by("-pk").values_list("pk", flat=True).first()
    return {
        "conversation": row.pk,
        "event": newest or 0,
        "was": {name: before["row"][name] for name in changed},
        "now": {name: after["row"][name] for name in changed},
        "put_on": sorted(after["labels"] - before["labels"]),
        "taken_off": sorted(before["labels"] - after["labels"]),
        "told": sorted(after["unread"] - before["unread"]),
        "settled": sorted(before["unread"] - after["unread"]),
        "notes": sorted(after["notes"] - before["notes"]),
    }


def written(value: Any) -> Any:
    """Return a field's value as it is kept: a time to the microsecond, so that it can be compared."""
    return value.isoformat() if isinstance(value, datetime) else value
