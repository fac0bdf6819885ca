"""How long a post is in X's own counting (twitter-text v3: weights, links of 23, emoji of 2)."""

from __future__ import annotations

import re
import unicodedata

LIMIT = 280
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_TLDS = "com|nl|org|net|eu|be|de|fr|uk|io|co|info|gov|edu|app|dev|shop|me|tv|ly|gl|link|us"
LINK = re.compile(rf"https?://[^\s<>\"]+|(?<![@\w.])(?:[\w-]+\.)+(?:{_TLDS})(?![\w.])(?:/[^\s<>\"]*)?", re.IGNORECASE)
_PICTURE = (
    r"[\U0001F1E6-\U0001F1FF]{2}|(?:[\U0001F300-\U0001FAFF\u2600-\u27BF\u2B00-\u2BFF\u00A9\u00AE\u2139\u231A-\u23FF])"
)
_MODIFIERS = r"(?:\uFE0F|\u20E3|[\U0001F3FB-\U0001F3FF])*"
_EMOJI = re.compile(
    rf"(?:{_PICTURE}){_MODIFIERS}(?:\u200D(?:{_PICTURE}|[\u2640\u2642\u2695\u2696\u2708\u2764]){_MODIFIERS})*"
    r"|[0-9#*]\uFE0F?\u20E3"
)
_LEADING = re.compile(r"^(?:@\w{1,15}\s+)+")


def weight(text: str) -> int:
    """The weighted length, in characters of 280."""
    text = unicodedata.normalize("NFC", text)
    total = 0
    text, links = LINK.subn("", text)
    total += 23 * links
    text, emoji = _EMOJI.subn("", text)
    total += 2 * emoji
    return total + sum(1 if any(low <= ord(char) <= high for low, high in _LIGHT) else 2 for char in text)


def reply_weight(text: str) -> int:
    """The length of a reply: the leading names, which X itself puts there, are free."""
    return weight(_LEADING.sub("", text))
