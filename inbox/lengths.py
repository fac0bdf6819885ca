"""How long a text is, counted in the platform's own way."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache
from importlib.resources import files
from types import ModuleType
from typing import Any

from channels.types import RouteRules


def measured(text: str, rules: RouteRules) -> int:
    """Return the length of a text as the route counts it: weighted as on X, in UTF-8 bytes, or in characters."""
    match rules.count:
        case "weighted":
            return weighted(text)
        case "bytes":
            return len(text.encode())
    return len(text)


def weighted(text: str) -> int:
    """Return X's weighted length (twitter-text v3): Latin and its neighbours 1, others and emoji 2, a link 23."""
    if text.isascii() and "." not in text:
        return len(text)  # no link, no emoji: every character weighs one
    return int(_parser().parse_tweet(unicodedata.normalize("NFC", text)).weightedLength)


def parts(text: str, rules: RouteRules, signature: str = "") -> list[str]:
    """Cut a text that is too long into numbered parts that each fit, between words where possible.

    Returns the text alone where it fits. The signature stands under the last part only. Raises ValueError where 25
    parts are not enough.
    """
    ending = f" {signature}" if signature else ""
    if measured(text + ending, rules) <= rules.limit:
        return [text + ending]
    for total in range(2, 26):
        cut = _cut(text, rules, total, ending)
        if cut is not None:
            return cut
    raise ValueError("This text does not fit in 25 parts.")


def _cut(text: str, rules: RouteRules, total: int, ending: str) -> list[str] | None:
    """Return the text in so many parts, or None where it takes more."""
    made: list[str] = []
    rest = text.strip()
    for number in range(1, total + 1):
        mark = f" {number}/{total}"
        if number == total:
            fits = measured(f"{rest}{mark}{ending}", rules) <= rules.limit
            return [*made, f"{rest}{mark}{ending}"] if fits and rest else None
        size = _longest(rest, mark, rules)
        if not size:
            return None
        made.append(f"{rest[:size].rstrip()}{mark}")
        rest = rest[size:].lstrip()
    return None


def _longest(text: str, mark: str, rules: RouteRules) -> int:
    """Return how many characters of a text fit before its mark, up to the end of a sentence or else of a word."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measured(f"{text[:middle]}{mark}", rules) <= rules.limit:
            low = middle
        else:
            high = middle - 1
    if low == len(text):
        return low
    ends = [found.end() for found in re.finditer(r"[.!?…]\s", text[:low])]
    if ends and ends[-1] > low * 0.6:
        return ends[-1]
    words = [found.start() for found in re.finditer(r"\s", text[: low + 1])]
    return words[-1] if words and words[-1] > 0 else low


@cache
def _parser() -> Any:
    """Import twitter-text-parser, which reads its emoji through pkg_resources; setuptools no longer has that."""
    stand_in = None
    if "pkg_resources" not in sys.modules:
        stand_in = ModuleType("pkg_resources")
        vars(stand_in)["resource_string"] = lambda name, path: (files(name.rpartition(".")[0]) / path).read_bytes()
        sys.modules["pkg_resources"] = stand_in
    try:
        import twitter_text  # noqa: PLC0415  only X needs it, and it takes a while
    finally:
        if stand_in is not None:
            del sys.modules["pkg_resources"]
    return twitter_text
