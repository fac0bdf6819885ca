"""What the templates of posts need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.formats import date_format
from django.utils.translation import pgettext

if TYPE_CHECKING:
    from publishing.models import Post

register = template.Library()


@register.filter
def its_moment(post: Post) -> str:
    """When it leaves, by the clock it was planned by, with the name of that clock's time: it may come twice."""
    local = post.local_at
    return f"{date_format(local, pgettext('date format', 'D j M Y, H:i'))} ({local.tzname()})"
