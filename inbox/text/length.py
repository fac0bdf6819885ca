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
from webcare.lib.text import clean

# Characters that weigh one (twitter-text v3, configuration); a link or an emoji has to be looked for by the package.
_LIGHT = re.compile("[\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]*")
LINK_LENGTH, _LONGEST_LINK = 23, 4096
# The package takes the square of a word's length and of its dots; a longer one is no link that counts less.
LONGEST_WORD, _MOST_DOTS = 256, 16


def length_of(text: str, rules: RouteRules) -> int:
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
    # Word by word, since neither a link nor an emoji goes on past a space.
    return sum(map(_weight, re.split(r"(\s+)", unicodedata.normalize("NFC", clean(text)))))


def _weight(word: str) -> int:
    may_be_link = "." in word and _top_level().search(word) is not None
    if not may_be_link and _LIGHT.fullmatch(word):
        return len(word)
    if len(word) > LONGEST_WORD or (may_be_link and word.count(".") > _MOST_DOTS):
        return LINK_LENGTH if _is_link(word) else sum(1 if _LIGHT.fullmatch(letter) else 2 for letter in word)
    # Without a dot the package looks for no link, which takes long.
    return int(_parser().parse_tweet(word if may_be_link else word.replace(".", "-")).weightedLength)


def _is_link(word: str) -> bool:
    return word.startswith(("https://", "http://")) and len(word) <= _LONGEST_LINK and "." in word[:LONGEST_WORD]


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


@cache
def _top_level() -> re.Pattern[str]:
    """Return a pattern of what the package takes for a domain's end, with its dot: no link is without one."""
    _parser()
    from twitter_text.regexp.valid_cctld import valid_cctld  # noqa: PLC0415  after the package itself
    from twitter_text.regexp.valid_gtld import valid_gtld  # noqa: PLC0415

    # The package knows 1,500 of them: they are only tried where two letters stand.
    return re.compile(
        rf"\.(?=\w(?:[a-z]|[^\x00-\x7f]))(?:{valid_gtld.pattern}|{valid_cctld.pattern}|xn--)", re.IGNORECASE
    )
