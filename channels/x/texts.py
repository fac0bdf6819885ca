"""Text as X wraps it, and as its author wrote it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

_LEADING_MENTIONS = re.compile(r"^(?:\s*@\w{1,15}\b)+")
_ADDRESS = re.compile(r"https?://\S+")
_SHORT = re.compile(r"\s*https://t\.co/\w+\s*$")


def as_written(text: str, urls: Sequence[Mapping[str, Any]] = ()) -> str:
    """Return a post's text with HTML entities undone and t.co links replaced by where they lead.

    A link that only stands for the post's own picture or film is dropped: that is shown as an attachment.
    X API v2 reference, object model "Post": `text` escapes &, < and >; `entities.urls`.
    """
    plain = html.unescape(text)
    for url in urls:
        short = str(url.get("url") or "")
        if not short:
            continue
        own_media = "media_key" in url or str(url.get("display_url", "")).startswith(("pic.x.com/", "pic.twitter.com/"))
        leads_to = "" if own_media else str(url.get("unwound_url") or url.get("expanded_url") or short)
        plain = plain.replace(short, leads_to)
    return plain.strip()


def without_last_link(text: str) -> str:
    """Return a private message's text without the t.co link that X adds at its end for a picture."""
    return _SHORT.sub("", text)


def comparable(text: str) -> str:
    """Return what stays the same between the text we sent and the text X shows.

    Leading mentions are added by X, links are wrapped, spaces are folded.
    """
    plain = _LEADING_MENTIONS.sub("", html.unescape(text))
    return " ".join(_ADDRESS.sub("~", plain).split())
