"""The words of a page, as somebody reads them."""

from __future__ import annotations

import re
from html import unescape


def text_of(html: str) -> str:
    """Return the text of a page without its tags, white space made single."""
    bare = re.sub(r"(?s)<(script|style|svg|template)\b.*?</\1>", " ", html)
    return re.sub(r"\s+([:;,.])", r"\1", " ".join(unescape(re.sub(r"<[^>]+>", " ", bare)).split()))
