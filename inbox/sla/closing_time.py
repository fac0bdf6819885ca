"""Until when the office is open, and which reply windows close before and after it shuts."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from inbox.models.opening_hours import Hours
from inbox.sla import targets

AHEAD = timedelta(hours=24)  # how far one looks
_DAY = timedelta(days=1)


class Closing(StrEnum):
    """When a reply window closes: at any time within a day, while the office is open, or after it has shut."""

    DAY = "day"
    BEFORE = "before"
    AFTER = "after"


def span_of(when: str, now: datetime) -> tuple[datetime, datetime]:
    """Return from and until which moment windows close that are meant. The opening hours are kept per process."""
    end = now + AHEAD
    shuts = shuts_at(targets.current().opening_hours.hours, now)
    return {Closing.BEFORE: (now, shuts), Closing.AFTER: (shuts, end)}.get(Closing(when), (now, end))


def shuts_at(hours: Hours | None, now: datetime) -> datetime:
    """Return when the office shuts, at most a day ahead; now where it is shut already."""
    end = now + AHEAD
    if hours is None or not hours.known:
        return end
    today, at = now.astimezone(hours.zone).date(), now
    spans = sorted(span for n in (-1, 0, 1) for span in hours.on(today + n * _DAY))
    for opens, closes in spans:
        if opens <= at < closes:
            at = closes
    return min(at, end)
