"""Answers of several parts as they are read: in their order, and what became of the part before."""

from __future__ import annotations

from collections.abc import Sequence

from inbox.models import Message

_STATE = Message.State


def in_order(messages: Sequence[Message]) -> list[Message]:
    """Return messages with each answer's parts in order, in the places they take.

    A part that has not left has the time at which it was written; the one before it has that of its arrival.
    """
    arranged = list(messages)
    for family in {message.part_of_id for message in messages if message.part_of_id}:
        places = [place for place, message in enumerate(messages) if _root(message) == family]
        for place, part in zip(places, sorted((messages[place] for place in places), key=_number), strict=True):
            arranged[place] = part
    return arranged


def fate_of_part_before(message: Message, shown: Sequence[Message]) -> str:
    """Return what became of the part before one that has not arrived; "" where there is nothing to say.

    picture | file: it arrived, and that is what it was. part: it arrived. waiting: it is on its way. lost: it did not.
    """
    if message.part_of_id is None or message.state in (_STATE.SENT, _STATE.CANCELLED, _STATE.QUEUED):
        return ""
    family = [part for part in shown if _root(part) == message.part_of_id and part.pk < message.pk]
    before = max(family, key=_number, default=None)
    if before is None or before.state == _STATE.FAILED:
        return "lost"  # one that was thrown away is not shown
    if before.state != _STATE.SENT:
        return "waiting"
    files = getattr(before, "files", ())
    return "part" if before.text or not files else "picture" if files[0]["kind"] == "image" else "file"


def _root(message: Message) -> int:
    return message.part_of_id or message.pk


def _number(message: Message) -> int:
    return message.pk
