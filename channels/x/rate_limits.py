"""X's rate limits: when the next call may be made, and when a window is over."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from django.utils import timezone

WINDOW = timedelta(minutes=15)
BRAKE = 0.9  # the share of a window's calls we use
NO_RESET_WAIT = timedelta(seconds=60)


def next_call(headers: Mapping[str, str], usual_limit: int = 0, *, more: bool = False) -> datetime | None:
    """Return the soonest moment to call the same endpoint again; None where there is no reason to wait.

    Spreads the window's calls evenly, unless there is `more` to read. Stops at 90 % of them until the window is over.
    `usual_limit` counts where the headers are absent.
    """
    limit = _number(headers.get("x-rate-limit-limit")) or usual_limit
    if not limit:
        return None
    remaining = _number(headers.get("x-rate-limit-remaining"))
    if remaining is not None and remaining <= limit - math.floor(limit * BRAKE):
        return reset_of(headers) or timezone.now() + WINDOW
    if more:
        return None
    return timezone.now() + WINDOW / max(1, math.floor(limit * BRAKE))


def reset_of(headers: Mapping[str, str]) -> datetime | None:
    """Return when the rate window is over, by our own clock: its distance from the answer's own date counts.

    Posts have a limit a day too, in headers of its own.
    """
    reset, longest = _number(headers.get("x-rate-limit-reset")), WINDOW
    for scope in ("user", "app"):
        if _number(headers.get(f"x-{scope}-limit-24hour-remaining")) == 0:
            reset, longest = _number(headers.get(f"x-{scope}-limit-24hour-reset")), timedelta(hours=24)
    if reset is None:
        return None
    now = timezone.now()
    try:
        server_time = parsedate_to_datetime(headers.get("date", ""))
        wait = timedelta(seconds=reset - server_time.timestamp())
    except (TypeError, ValueError):
        wait = timedelta(seconds=reset - now.timestamp())
    return now + min(max(wait, timedelta(seconds=1)), longest)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.strip().isdigit() else None
