"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
MOST = 1_500  # pieces. What is longer is shown whole
SAME, GONE, NEW = "same", "gone", "new"


class Piece(NamedTuple):
    """A run of words. `kind`: same in both, gone from the first, or new in the second."""

    kind: str
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """Return the pieces of both texts in order: those that are not new make the first, those not gone the second."""
    if before == after:
        return [Piece(SAME, after)] if after else []
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) > MOST or len(new) > MOST:
        return _pieces([(GONE, old), (NEW, new)])
    found: list[tuple[str, list[str]]] = []
    gone: list[str] = []
    fresh: list[str] = []
    # Only words that are not everywhere begin a run: with all of them, "a a a" takes minutes.
    for what, i1, i2, j1, j2 in SequenceMatcher(str.isspace, old, new, autojunk=True).get_opcodes():
        is_same = what == "equal"
        # A space between two changes belongs to them: otherwise each word would be a change of its own.
        if is_same and not ((gone or fresh) and "".join(old[i1:i2]).isspace()):
            found += [(GONE, gone), (NEW, fresh), (SAME, old[i1:i2])]
            gone, fresh = [], []
        else:
            gone, fresh = gone + old[i1:i2], fresh + new[j1:j2]
    return _pieces([*found, (GONE, gone), (NEW, fresh)])


def _pieces(found: Sequence[tuple[str, Sequence[str]]]) -> list[Piece]:
    return [Piece(kind, "".join(words)) for kind, words in found if words]
