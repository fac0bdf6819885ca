"""Moments by a clock that is put forward and back. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


class NoSuchTime(ValueError):
    """The clock was put forward over this time."""


def moment_in(clock: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment at which a clock there shows a time. Raises NoSuchTime where it never does.

    A time that comes twice, when the clock is put back, is its first.
    """
    local = clock.replace(tzinfo=zone, fold=0)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != clock:
        raise NoSuchTime(clock.isoformat())
    return moment
