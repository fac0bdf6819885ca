"""What a conversation's menus and forms offer: the same for everybody, so kept parts need not hold it."""

from __future__ import annotations

from typing import Any

from django import template

from inbox.models import Contact, Conversation
from inbox.triage import closing
from inbox.views.forms import SnoozeForm

register = template.Library()


@register.simple_tag
def close_reasons(platform: str = "") -> list[tuple[str, str, str]]:
    """Why something may be closed without an answer: key, name, and what is meant by it. Some are of few channels."""
    return closing.reasons(platform)


@register.simple_tag
def snooze_spans() -> Any:
    """How long one may snooze: key and name, as the lists below."""
    return SnoozeForm.SPANS


@register.simple_tag
def crossed_lines() -> Any:
    """What nobody has to put up with."""
    return Conversation.Line.choices


@register.simple_tag
def skip_reasons() -> Any:
    """Why somebody passes on the case that came next."""
    return Conversation.SkipReason.choices


@register.simple_tag
def moods() -> Any:
    """How somebody may feel."""
    return Conversation.Mood.choices


@register.simple_tag
def tones() -> Any:
    """How one may write to somebody."""
    return Conversation.Tone.choices


@register.simple_tag
def contact_kinds() -> Any:
    """Who somebody may be."""
    return Contact.Kind.choices


@register.simple_tag
def addresses() -> Any:
    """How one may address somebody."""
    return Contact.Address.choices
