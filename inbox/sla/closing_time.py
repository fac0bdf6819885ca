"""Until when the office is open, and which reply windows close before and after it shuts."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q

from inbox.models.opening_hours import Hours
from inbox.sla import targets

AHEAD = timedelta(hours=24)  # how far one looks
_DAY = timedelta(days=1)


class Closing(StrEnum):
    """When a reply window closes: at any time within a day, while the office is open, or after it has shut."""

    DAY = "day"
    BEFORE = "before"
    AFTER = "after"


def closes(when: str, now: datetime) -> Q:
    """Return what asks for those who wait while their reply window closes then. Hours are kept per process."""
    waiting, end = Q(waiting_since__isnull=False), now + AHEAD
    if when == Closing.DAY:
        return waiting & _window(now, end)
    found = Q()
    for hours, of_these in targets.current().opening_hours.parts():
        shuts = shuts_at(hours, now)
        found |= of_these & (_window(now, shuts) if when == Closing.BEFORE else _window(shuts, end))
    # The whole day too: whatever hours there are, the index finds it.
    return waiting & _window(now, end) & found


def shuts_at(hours: Hours, now: datetime) -> datetime:
    """Return when the office shuts, at most a day ahead; now where it is shut already."""
    end = now + AHEAD
    if not hours.known:
        return end
    today, at = now.astimezone(hours.zone).date(), now
    spans = sorted(span for n in (-1, 0, 1) for span in hours.on(today + n * _DAY))
    for opens, closes in spans:
        if opens <= at < closes:
            at = closes
    return min(at, end)


def _window(after: datetime, until: datetime) -> Q:
    return Q(window_closes_at__gt=after, window_closes_at__lte=until)
