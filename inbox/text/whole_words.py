"""Which words stand in a text: whole words, or beginnings of words. Linear in the text, and capped.

Capitals, accents and punctuation make no difference. A symbol such as an emoji is a word of its own.
"""

from __future__ import annotations

import re
import unicodedata

from webcare.lib.text import fold

LONGEST = 10_000  # characters of a text that are read
MOST = 100  # words of a list
_SEPARATOR = re.compile(r"[,;\n]")
BEGINS = "*"


def spaced(text: str) -> str:
    """Return the words of a text in their normal form, each between spaces."""
    return f" {' '.join(_words(text[:LONGEST]))} "


def needles(text: str) -> tuple[str, ...]:
    """Return what to look for in `spaced` texts: words and phrases that commas divide.

    One that ends in * is the beginning of a word.
    """
    found = []
    for part in _SEPARATOR.split(text)[:MOST]:
        words = " ".join(_words(part))
        if words:
            found.append(f" {words}" if part.rstrip().endswith(BEGINS) else f" {words} ")
    return tuple(dict.fromkeys(found))


def _words(text: str) -> list[str]:
    return "".join(map(_kept, fold(text))).split()


def _kept(letter: str) -> str:
    if letter.isalnum() or letter == "_":
        return letter
    return f" {letter} " if unicodedata.category(letter) == "So" else " "
