"""Time zones by name, as Python's own database has them. Names come from forms, so they may be anything."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings


@cache
def known() -> frozenset[str]:
    """Return every name there is. Python itself looks through all its files each time."""
    return frozenset(available_timezones())


def zone_named(name: str) -> ZoneInfo:
    """Return the zone of that name; the organisation's own for an empty or unknown one."""
    return ZoneInfo(name if name in known() else settings.TIME_ZONE)
