"""How long a text is, counted in the platform's own way."""

from __future__ import annotations

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
