"""Reviews of answers, in words."""

from __future__ import annotations

from django import template

from inbox.models import Review

register = template.Library()


@register.filter
def verdict_word(verdict: str) -> str:
    """A verdict as it is read."""
    return str(dict(Review.Verdict.choices).get(verdict, ""))


@register.filter
def verdict_icon(verdict: str) -> str:
    """The face of a verdict."""
    return {"yes": "smile", "partly": "meh"}.get(verdict, "frown")


@register.simple_tag
def verdicts() -> list[tuple[str, str]]:
    """Every verdict: its value and its words."""
    return [(str(value), str(title)) for value, title in Review.Verdict.choices]
