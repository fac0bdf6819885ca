"""Acts one can undo, and all that they change."""

from __future__ import annotations

import uuid
from typing import Any

from inbox.models import Conversation, ConversationLabel, Label, Message, Notification, Team, UndoableAct, User
from inbox.undo import reversal
from tests.support.pages import HTMX, signed_in


def last_act(user: User) -> UndoableAct:
    """Return what somebody did last."""
    act = reversal.acts_of(user).first()
    assert act is not None
    return act


def everything_of(conversation: Conversation) -> dict[str, Any]:
    """Return everything about a conversation that sorting work may change."""
    kept: dict[str, Any] = dict(Conversation.objects.values().get(pk=conversation.pk))
    for name in ("version", "seen_at", "priority"):
        del kept[name]
    return kept | {
        "labels": sorted(ConversationLabel.objects.filter(conversation=conversation).values_list("label", flat=True)),
        "unread": sorted(Notification.objects.filter(conversation=conversation, read_at=None).values_list("pk")),
        "notes": list(Message.objects.filter(conversation=conversation, direction="note").values_list("text")),
    }


def sorting_acts(conversation: Conversation, joost: User, team: Team, label: Label) -> dict[str, dict[str, str]]:
    """Return the addresses by which one conversation is sorted, each with its form."""
    return {
        f"/inbox/{conversation.code}/claim/": {},
        f"/inbox/{conversation.code}/assign/": {"user": str(joost.code), "handover": "Belde ook al"},
        f"/inbox/{conversation.code}/team/": {"team": str(team.code)},
        f"/inbox/{conversation.code}/labels/": {"label": str(label.code)},
        f"/inbox/{conversation.code}/snooze/": {"span": "3h"},
        f"/inbox/{conversation.code}/close/": {"reason": "answered_elsewhere"},
    }


def send_answer(conversation: Conversation, by: User, text: str = "Morgen is hij er.") -> Message:
    """Send an answer from the page; return it, still leaving."""
    newest = conversation.messages.order_by("-pk").values_list("pk", flat=True).first()
    form = {"tab": "public", "text": text, "seen": str(newest), "code": str(uuid.uuid4()), "do": "send"}
    assert signed_in(by).post(f"/inbox/{conversation.code}/reply/", form, **HTMX).status_code == 200
    return Message.objects.filter(direction="outbound", conversation=conversation).latest("pk")
