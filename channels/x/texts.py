"""Text as X wraps it, and as its author wrote it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_LEADING_MENTIONS = re.compile(r"^(?:\s*@\w{1,15}\b)+")
# X makes a link of a bare name of a site too; what stands behind a link belongs to the sentence.
_ADDRESS = re.compile(
    r"(?:https?://[^\s<>\"]*|(?<![@\w.-])(?:[\w-]{1,63}\.){1,5}[^\W\d_]{2,24}(?![\w-])(?:/[^\s<>\"]*)?)(?<![.,!?:;'\")\]])",
    re.IGNORECASE,
)
_SHORT = re.compile(r"(?<!\s)\s*https://t\.co/\w+\s*$")


def unescaped(text: str) -> str:
    """Return a text without X's escapes. It makes three, and undoing others would change what was written."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def as_written(text: str, urls: Sequence[Mapping[str, Any]] = ()) -> str:
    """Return a post's text with its escapes undone and t.co links replaced by where they lead.

    A link that only stands for the post's own picture or film is dropped: that is shown as an attachment.
    X API v2 reference, object model "Post": `text` escapes &, < and >; `entities.urls`.
    """
    plain = unescaped(text)
    for url in urls:
        short = str(url.get("url") or "")
        if not short:
            continue
        own_media = "media_key" in url or str(url.get("display_url", "")).startswith(("pic.x.com/", "pic.twitter.com/"))
        leads_to = "" if own_media else str(url.get("unwound_url") or url.get("expanded_url") or short)
        # One short link may begin with another.
        plain = re.sub(rf"{re.escape(short)}(?!\w)", lambda _, target=leads_to: target, plain)  # type: ignore[misc]
    return plain.strip()


def without_last_link(text: str) -> str:
    """Return a private message's text without X's t.co link to its picture."""
    return _SHORT.sub("", text)


def comparable(text: str, *, served: bool = False) -> str:
    """Return what stays the same between the text we sent and the text X shows (`served`).

    Leading mentions are added by X, links are wrapped, spaces are folded.
    """
    plain = _LEADING_MENTIONS.sub("", unescaped(text) if served else text)
    return " ".join(_ADDRESS.sub("~", plain).split())
