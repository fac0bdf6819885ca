"""How long somebody may still wait, or is late: read from the row, whichever clock it was computed by."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from inbox.models import Conversation
from inbox.sla.clocks import LATE_STEPS, SOON

GAUGE_STEPS = 10
_MINUTE = timedelta(minutes=1)


class Wait(NamedTuple):
    """What a list's row and a thread's head show of a wait. Lengths are in whole minutes, so that they stay a while."""

    promise: str  # ok, soon, over
    since: datetime
    due: datetime | None  # None: not in sight, for the office never opens
    marks: tuple[datetime | None, ...]  # when it is near, and when the target has passed twice and four times
    target: timedelta
    length: timedelta  # how long they wait
    left: timedelta  # until it is due, or since it was; how long they wait where it never is
    gauge: str  # tenths of the target that are used up, as a class: g0 to g10
    late: str  # how far past it, as a class: late-1, late-2 (twice it), late-4 (four times); "" before
    times: str  # how many times the target: "2×" and "4×"; "" below


def wait_of(conversation: Conversation, now: datetime) -> Wait | None:
    """Return how a conversation waits; None where nobody does, or may answer."""
    since, promise = conversation.waiting_since, conversation.promise_at(now)
    if since is None or not promise:
        return None
    due, marks = conversation.due_at, tuple(conversation.due_marks or ())
    passed = [step for step, at in zip(LATE_STEPS, (due, *marks[1:]), strict=False) if at is not None and now >= at]
    late = max(passed, default=0)
    return Wait(
        promise,
        since,
        due,
        marks,
        timedelta(minutes=conversation.target_minutes or 0),
        _whole(now - since),
        _whole(abs(now - due) if due else now - since),
        f"g{min(int(_share(since, due, marks, now) * GAUGE_STEPS), GAUGE_STEPS)}",
        f"late-{late}" if late else "",
        f"{late}×" if late > 1 else "",
    )


def _whole(length: timedelta) -> timedelta:
    return length - length % _MINUTE


def _share(since: datetime, due: datetime | None, marks: tuple[datetime | None, ...], now: datetime) -> float:
    """Tell how much of the target is used up, as near as its marks tell."""
    soon = marks[0] if marks else None
    if due is None or soon is None:
        return 0.0
    if now >= due:
        return 1.0
    if now >= soon:
        return SOON + (1 - SOON) * ((now - soon) / (due - soon))
    return SOON * max((now - since) / (soon - since), 0.0)
