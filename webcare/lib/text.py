"""Text: what comes in from outside made fit to store, and text as people compare it."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

MOST_DEEP = 64  # nested lists and objects; no platform nests ten
# Lists and objects, from which on nests could use up the stack: whatever Python does meanwhile would fail of it too.
MANY_OPENED = 300
LONGEST_NUMBER = 60  # digits; neither a count nor an id is longer

# A string, whole or broken off at the end, or a bracket. Read once from left to right, whatever stands there.
_PIECE = re.compile(r'"(?>[^"\\]+|\\.)*+(?:"|\Z)|[\[\]{}]', re.DOTALL)
# NUL, or half an emoji: both may be escaped.
_ODD = re.compile(r"\\u(?:0000|[dD][89a-fA-F])|\x00")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CUT = "…"


def clean(text: str) -> str:
    """Return a text without what no database and no page can hold: NUL and lone surrogates."""
    if text.isascii():
        return text.replace("\x00", "") if "\x00" in text else text
    try:
        text.encode()
    except UnicodeEncodeError:
        # By way of UTF-16 the two halves of an emoji come together again; what has no other half goes.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return text.replace("\x00", "")


def is_uuid(text: str) -> bool:
    """Whether a text is a code as our addresses have it."""
    return bool(_UUID.fullmatch(text))


def fold(text: str) -> str:
    """Return small letters without accents: nobody types the ï of Bensaïd.

    Loose accents go first: a long run of them would be put in order, which takes its length squared.
    """
    return _without_accents(unicodedata.normalize("NFD", _without_accents(text.casefold())))


def _without_accents(letters: str) -> str:
    return letters if letters.isascii() else "".join(one for one in letters if not unicodedata.combining(one))


def clean_json(value: Any, depth: int = 0) -> Any:
    """Return a JSON value that PostgreSQL can store: texts cleaned, no NaN, no endless numbers, not nested too deep."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, (Mapping, list, tuple)):
        if depth >= MOST_DEEP:
            return _CUT
        if isinstance(value, Mapping):
            return {clean(str(key)): clean_json(item, depth + 1) for key, item in value.items()}
        return [clean_json(item, depth + 1) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, int) and abs(value) >= 10**LONGEST_NUMBER:
        return None
    return value


def read_json(body: bytes | str) -> Any:
    """Read JSON from outside and return it cleaned. Raises ValueError for what is none.

    One odd value must not cost the rest: broken UTF-8, raw control characters, NaN, endless numbers and deep nests
    are put up with.
    """
    text = body if isinstance(body, str) else _decoded(body)
    if text.count("{") + text.count("[") > MANY_OPENED:
        text = _flattened(text)
    value = _DECODER.decode(text)
    return value if _is_clean(text) else clean_json(value)


def _is_clean(text: str) -> bool:
    """Whether JSON holds nothing to clean, as nearly all of it; the decoder sees to numbers."""
    shallow = text.count("{") + text.count("[") <= MOST_DEEP
    return shallow and text.isascii() and not _ODD.search(text)


def _decoded(body: bytes) -> str:
    encoding = json.detect_encoding(body)
    try:
        return body.decode(encoding, "surrogatepass").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return body.decode(encoding, "replace").removeprefix("\ufeff")


def _flattened(text: str) -> str:
    """Put a mark in place of what is nested too deep."""
    kept: list[str] = []
    depth = start = 0  # `start`: where what is kept next begins
    for piece in _PIECE.finditer(text):
        if piece[0] in ("[", "{"):
            depth += 1
            if depth == MOST_DEEP + 1:
                kept += [text[start : piece.start()], f'"{_CUT}"']
        elif piece[0] in ("]", "}"):
            if depth == MOST_DEEP + 1:
                start = piece.end()
            depth -= 1
    return "".join([*kept, text[start:] if depth <= MOST_DEEP else ""])


def _number(digits: str) -> int | None:
    return int(digits) if len(digits) <= LONGEST_NUMBER else None


def _fraction(digits: str) -> float | None:
    value = float(digits)
    return value if math.isfinite(value) else None


_DECODER = json.JSONDecoder(strict=False, parse_int=_number, parse_float=_fraction, parse_constant=lambda _name: None)
