"""What the composer offers."""

from __future__ import annotations

from typing import Any

from django import template

from inbox.text import emoji

register = template.Library()


@register.simple_tag
def emoji_tones() -> Any:
    """The tones an emoji may have: what goes behind it, and its name."""
    return emoji.TONES
