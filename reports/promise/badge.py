"""The badge as an SVG picture: text and shapes with attributes only, so that it stands anywhere."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from reports.promise.page import Channel, Page

_BIG, _SMALL, _BOLD = 10.5, 6.4, 7.4  # pixels a letter takes, roughly
_PAD = 14


def drawing(page: Page, channel: Channel | None) -> str:
    """Return the badge of a channel; without one it names the organisation alone."""
    title = _("%(name)s answers on %(channel)s") % {
        "name": page.name,
        "channel": channel.title if channel else "…",
    }
    number = (channel.median or channel.promise) if channel else "–"
    under = (_("usually") if channel.median else _("promised")) if channel else ""
    facts = [_("promised within %(time)s") % {"time": channel.promise}] if channel and channel.median else []
    if open_now := (channel and channel.open_now) or page.open_now:
        facts.append(open_now[:1].lower() + open_now[1:])
    line = " · ".join(facts)
    left = round(2 * _PAD + max(len(number) * _BIG, len(under) * _SMALL))
    right = round(2 * _PAD + max(len(title) * _BOLD, len(line) * _SMALL))
    shown = {
        "title": title, "number": number, "under": under, "line": line, "left": left, "width": left + right,
        "text_x": left + _PAD, "number_x": _PAD, **page.colours,
    }  # fmt: skip
    return render_to_string("reports/promise/badge.svg", shown)
