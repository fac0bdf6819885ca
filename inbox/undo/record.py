"""Keeps what a person does in a form that can be undone: the state before it, and the state after it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
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
from webcare.lib.text import clean

Kind = UndoableAct.Kind
Step = dict[str, Any]
# What sorting work changes on a conversation's row.
FIELDS = (
    "status", "closed_at", "close_reason", "snoozed_until", "assignee_id", "team_id", "handover_note", "is_complaint",
    "hides_for_id",
)  # fmt: skip

# What of a form says what was asked. No words for colleagues are among it: those stand in a note, and nowhere else.
_PICKED = ("do", "pick")
_ASKED_BY: dict[Kind, tuple[str, ...]] = {
    Kind.CLOSE: ("reason", "offered", "insist", "close"),
    Kind.SNOOZE: ("span", "until", "snooze"),
    Kind.ASSIGN: ("user",),
    Kind.TEAM: ("team",),
    Kind.LABEL: ("label", "new", "only"),
    Kind.UNLABEL: ("label", "new"),
}


class Act:
    """Something a person is doing, to one conversation or to several. `keep` makes it what the bar offers to undo."""

    def __init__(self, by: User, kind: UndoableAct.Kind, **about: Any) -> None:
        self.by, self.kind, self.about = by, kind, about
        self.steps: list[Step] = []

    def change(self, conversation: Conversation, change: Callable[[], bool]) -> bool:
        """Do it to one conversation, with its row locked, and remember the difference. Returns what `change` does."""
        return bool(self.change_each([conversation], lambda _row: change()))

    @transaction.atomic
    def change_each(self, rows: Collection[Conversation], change: Callable[[Conversation], bool]) -> int:
        """Do it to each of these, with all rows locked, and remember the differences. Returns how many changed."""
        ids = [row.pk for row in rows]
        # All at once and in order: two people who pick many of the same never wait for each other.
        list(Conversation.objects.filter(pk__in=ids).select_for_update(no_key=True).order_by("pk").values_list("pk"))
        before = _states_of(ids)
        changed = [row.pk for row in rows if change(row)]
        after = _states_of(changed)
        self.steps += [_difference(pk, before[pk], after[pk]) for pk in changed]
        return len(changed)

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
        _delete_earlier(act)
        return act


def record_sent(message: Message, by: User, *, on: Any) -> UndoableAct | None:
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
        _delete_earlier(act)
    return act


def repeat_form_of(request: HttpRequest, kind: Kind) -> dict[str, Any]:
    """Return the form of an act, so that it can be done again after undo."""
    names = {*_PICKED, *_ASKED_BY.get(kind, ())}
    fields = [(name, clean(value)) for name, values in request.POST.lists() if name in names for value in values]
    return {"path": request.path, "fields": fields}


def name_of(user: User | None, by: User) -> str:
    """Return how the bar calls whoever something was given to: "me" for oneself, "" for nobody."""
    return "" if user is None else "me" if user.pk == by.pk else user.first_name or user.name


def _delete_earlier(act: UndoableAct) -> None:
    """Only the last act can be undone, and answers that are still counting down."""
    counting = Q(kind=Kind.SEND, message__state=Message.State.QUEUED, message__send_after__gt=timezone.now())
    UndoableAct.objects.filter(user=act.user_id, pk__lt=act.pk).exclude(counting).delete()


@dataclass(frozen=True, slots=True)
class _State:
    """What sorting work changes of one conversation, and its newest event."""

    row: dict[str, Any]
    labels: set[int]
    unread: set[int]
    notes: set[int]  # the newest alone
    event: int


def _states_of(ids: Collection[int]) -> dict[int, _State]:
    """Return the states of these conversations, by their ids. One statement, however many they are."""
    labels = ConversationLabel.objects.filter(conversation=OuterRef("pk"))
    unread = Notification.objects.filter(conversation=OuterRef("pk"), read_at=None)
    notes = Message.objects.filter(conversation=OuterRef("pk"), direction=Message.Direction.NOTE)
    events = Event.objects.filter(conversation=OuterRef("pk"))
    # Of a handover note the id alone is kept: its words are a colleague's, and may be about a customer.
    handed_over = notes.filter(text=OuterRef("handover_note"))
    rows = Conversation.objects.filter(pk__in=ids).values(
        "pk",
        *FIELDS,
        handover=Subquery(handed_over.order_by("-pk").values("pk")[:1]),
        carried=ArraySubquery(labels.values("label")),
        unread=ArraySubquery(unread.values("pk")),
        notes=ArraySubquery(notes.order_by("-pk").values("pk")[:1]),
        event=Subquery(events.order_by("-pk").values("pk")[:1]),
    )
    return {
        row["pk"]: _State(
            row={name: stored_value(row[name]) for name in FIELDS} | {"handover_note": row["handover"]},
            labels=set(row["carried"]),
            unread=set(row["unread"]),
            notes=set(row["notes"]),
            event=row["event"] or 0,
        )
        for row in rows
    }


def _difference(conversation_id: int, before: _State, after: _State) -> Step:
    changed = [name for name in FIELDS if before.row[name] != after.row[name]]
    return {
        "conversation": conversation_id,
        "event": after.event,
        "was": {name: before.row[name] for name in changed},
        "now": {name: after.row[name] for name in changed},
        "put_on": sorted(after.labels - before.labels),
        "taken_off": sorted(before.labels - after.labels),
        "told": sorted(after.unread - before.unread),
        "settled": sorted(before.unread - after.unread),
        "notes": sorted(after.notes - before.notes),
    }


def stored_value(value: Any) -> Any:
    """Return a field's value as it is kept: a time to the microsecond, so that it can be compared."""
    return value.isoformat() if isinstance(value, datetime) else value
