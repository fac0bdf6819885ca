"""What helps somebody along: the tones of the emoji, a newcomer's first steps, why a list is empty."""

from __future__ import annotations

from typing import Any

from django import template

from inbox.lists import empty_states, first_steps
from inbox.lists.navigation import nav_of
from inbox.text import emoji

register = template.Library()


@register.simple_tag
def emoji_tones() -> Any:
    """The tones an emoji may have: what goes behind it, and its name."""
    return emoji.TONES


@register.simple_tag(takes_context=True)
def steps_of_reader(context: Any) -> first_steps.Steps | None:
    """How far whoever reads this page is with their first steps; None when they are past them."""
    user = getattr(context.get("request"), "user", None)
    return first_steps.steps_of(user) if user is not None and user.is_authenticated else None


@register.simple_tag(takes_context=True)
def why_empty(context: Any) -> empty_states.EmptyState:
    """Why the list of this page is empty, and where to go from there."""
    request = context["request"]
    return empty_states.empty_state_of(context["scope"], nav_of(request), request.user)
