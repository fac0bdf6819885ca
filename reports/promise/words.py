"""Times as customers read them, and texts for a bio."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from reports.promise.page import Channel

# Characters in a profile. Facebook: the page's introduction; WhatsApp: the business profile's about.
BIO_LENGTHS = {"x": 160, "facebook": 101, "instagram": 150, "whatsapp": 139}
_BIO_LENGTH = 140
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


def bio(channel: Channel) -> str:
    """Return the longest text for a channel's bio that fits."""
    facts = {"target": duration(channel.target), "usual": channel.median}
    texts = [_("Questions? Answer within %(target)s.") % facts, _("Answer within %(target)s.") % facts]
    if channel.in_opening_hours:
        texts.insert(0, _("Questions? Answer within %(target)s, in opening hours.") % facts)
    if channel.median:
        texts.insert(0, _("Questions? Answer within %(target)s, usually %(usual)s.") % facts)
        if channel.in_opening_hours:
            usual = _("Questions? Answer within %(target)s, usually %(usual)s, in opening hours.") % facts
            texts.insert(0, usual)
    if channel.platform != "whatsapp":
        texts.insert(0, f"{texts[0]} {_('Order number and address only in a private message.')}")
    return next((text for text in texts if len(text) <= bio_length(channel.platform)), texts[-1])


def bio_length(platform: str) -> int:
    """Return how many characters a channel's bio takes."""
    return BIO_LENGTHS.get(platform, _BIO_LENGTH)
