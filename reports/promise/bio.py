"""A channel's promise as a text for its bio."""

from __future__ import annotations

from django.utils.translation import gettext as _

from reports.promise import words
from reports.promise.page import Channel

# Characters in a profile. Facebook: the page's introduction; WhatsApp: the business profile's about.
LENGTHS = {"x": 160, "facebook": 101, "instagram": 150, "whatsapp": 139}
_LENGTH = 140


def text_for(channel: Channel) -> str:
    """Return the longest text for a channel's bio that fits."""
    facts = {"target": words.duration(channel.target), "usual": channel.median}
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
    return next((text for text in texts if len(text) <= longest(channel.platform)), texts[-1])


def longest(platform: str) -> int:
    """Return how many characters a channel's bio takes."""
    return LENGTHS.get(platform, _LENGTH)
