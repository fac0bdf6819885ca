"""Markup from outside, made fit for Python's HTML reader, which needs the square of some markup's length."""

from __future__ import annotations

import re

_OTHER = re.compile(r"<[!?][^<>]*>")  # what declares or instructs: nothing that is shown
_OPEN = re.compile(r"<(?![^<>]*>)")  # a sign that nothing closes: a letter like others


def readable(markup: str) -> str:
    """Return markup without comments and declarations, in which every tag that begins ends."""
    return _OPEN.sub("&lt;", _OTHER.sub(" ", _without_comments(markup)))


def _without_comments(markup: str) -> str:
    kept: list[str] = []
    place = 0
    while (begin := markup.find("<!--", place)) >= 0:
        kept.append(markup[place:begin])
        end = markup.find("-->", begin + 4)
        if end < 0:
            return "".join(kept)
        place = end + 3
    return "".join([*kept, markup[place:]])
