"""What the templates of posts need."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django import template
from django.utils.formats import date_format
from django.utils.translation import pgettext

if TYPE_CHECKING:
    from publishing.calendar import Period
    from publishing.models import Post

register = template.Library()


@register.filter
def its_moment(post: Post) -> str:
    """When it leaves. By another clock than the organisation's it names that clock's time."""
    local = post.local_at
    moment = date_format(local, pgettext("date format", "D j M Y, H:i"))
    return f"{moment} ({local.tzname()})" if post.time_zone else moment


@register.filter
def its_day(day: date) -> str:
    """A day of the calendar: 4 Dec."""
    return date_format(day, pgettext("date format", "j M"))


@register.filter
def its_name(period: Period) -> str:
    """What stands above a calendar: December 2026, or the first and last day of a week."""
    if not period.is_week:
        name = date_format(period.on, "F Y")
        return name[:1].upper() + name[1:]
    last = date_format(period.end - timedelta(days=1), pgettext("date format", "j F Y"))
    return f"{date_format(period.first, pgettext('date format', 'j F'))} – {last}"
