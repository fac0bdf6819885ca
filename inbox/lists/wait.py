"""How long somebody waits, against the account's response target."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from inbox.models import Conversation

GAUGE_STEPS = 10
LATE_STEPS = (1, 2, 4)  # times the target
_MINUTE = timedelta(minutes=1)


class Wait(NamedTuple):
    """What a list's row and a thread's head show of a wait. `length` is in whole minutes, so that it stays a while."""

    promise: str  # ok, soon, over
    since: datetime
    target: timedelta
    length: timedelta
    gauge: str  # tenths of the target that are used up, as a class: g0 to g10
    late: str  # how far past it, as a class: late-1, late-2 (twice it), late-4 (four times); "" before
    times: str  # how many times the target: "2×" and on; "" below


def wait_of(conversation: Conversation, now: datetime) -> Wait | None:
    """Return how a conversation waits; None where nobody does, or may answer."""
    since, target = conversation.waiting_since, conversation.account.response_target
    promise = conversation.promise_at(now)
    if since is None or not promise:
        return None
    waited = now - since
    share = waited / target
    late = max((step for step in LATE_STEPS if share >= step), default=LATE_STEPS[0])
    return Wait(
        promise,
        since,
        target,
        waited - waited % _MINUTE,
        f"g{min(int(share * GAUGE_STEPS), GAUGE_STEPS)}",
        f"late-{late}" if promise == "over" else "",
        f"{int(share)}×" if int(share) >= 2 else "",
    )
