"""What of a found message is shown: the words around the first hit, with its hits marked and its signs kept."""

from __future__ import annotations

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# Around a hit in the database's answer, until the text was escaped: they occur in nobody's message.
OPEN, SHUT = "\ue000", "\ue001"
LENGTH = 240
_BEFORE = 80  # letters before the first hit


def around_hit(text: str) -> str:
    """Return the part of a text around its first hit, cut between words; all of it where it is short."""
    text = " ".join(text.split())
    if len(text) <= LENGTH:
        return text
    hit = max(text.find(OPEN), 0)
    start = 0 if hit <= _BEFORE else text.rfind(" ", 0, hit - _BEFORE) + 1
    end = start + LENGTH
    if end < len(text):
        end = max(text.rfind(" ", start, end), hit + 1)
    part = text[start:end]
    if part.count(OPEN) > part.count(SHUT):
        part += SHUT
    return f"{'… ' if start else ''}{part.rstrip()}{' …' if end < len(text) else ''}"


def marked(text: str) -> SafeString:
    """Return a snippet with its hits marked: escaped first, so that nobody's words become markup."""
    plain = escape(around_hit(text))
    return mark_safe(plain.replace(OPEN, "<mark>").replace(SHUT, "</mark>"))  # noqa: S308  escaped above
