"""The words of a page, as somebody reads them."""

from __future__ import annotations

import re
from html import unescape

_DRAWN = re.compile(
    r"""(?<=name="csrfmiddlewaretoken" value=")[^"]*"""
    r"""|(?<="X-CSRFToken": ")[^"]*"""
    r"""|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"""
)


def tight(html: str) -> str:
    """Return a page without the white space that only arranges its source."""
    bare = re.sub(r'class="([^"]*)"', lambda found: f'class="{found[1].strip()}"', re.sub(r"\s+", " ", html))
    return re.sub(r"(?<=>) | (?=[<>])", "", bare)


def without_chance(html: str) -> str:
    """Return a page without what is drawn at random, a form's token and codes; all else can be searched."""
    return _DRAWN.sub("", unescape(html))


def text_of(html: str) -> str:
    """Return the text of a page without its tags, white space made single."""
    bare = re.sub(r"(?s)<(script|style|svg|template)\b.*?</\1>", " ", html)
    return re.sub(r"\s+([:;,.])", r"\1", " ".join(unescape(re.sub(r"<[^>]+>", " ", bare)).split()))
