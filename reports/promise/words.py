"""Times and shares as customers read them."""

from __future__ import annotations

from datetime import timedelta

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def duration(length: timedelta) -> str:
    """Say how long something takes: whole minutes, hours with their minutes, and days from two on."""
    minutes = max(round(length / timedelta(minutes=1)), 1)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(n)d min") % {"n": minutes}
    if length >= 2 * _DAY:
        days = round(length / _DAY)
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    if rest:
        return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": rest}
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}


def share(value: float) -> str:
    """Say how many of a hundred."""
    return number_format(round(100 * value), 0)
