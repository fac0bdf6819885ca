"""Whether a name looks like one of ours: alike letters, digits for letters, service words around it. Pure.

Unicode's own table tells which letters look alike.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_LONGEST = 120  # characters looked at
_MOST_WORDS = 8
_SHORTEST = 2
LONG = 6  # letters from which one letter more or less is still alike
_SERVICE_WORDS = (
    "klantenservice klantenservices klantcontact klanten klant service services support help helpt helpdesk hulp"
    " webcare care customer contact official officieel officiele nl nederland team online"
)
_DIGITS = str.maketrans("01i345|$", "olleasls")  # an i looks like an l, as a 1 does
_WORD = re.compile(r"[a-z0-9]+")


class _Forms(NamedTuple):
    """What a name comes down to."""

    whole: frozenset[str]  # service words taken off, of those that stand apart
    within: frozenset[str]  # and of those written in one with it


def resembles(theirs: str, ours: str) -> bool:
    """Whether somebody's name or handle can be taken for this one of ours. A short one only when nothing differs."""
    own, other = own_forms(ours), _forms(theirs)
    if own & other.whole:
        return True
    long = [form for form in own if len(form) >= LONG]
    return any(form == known or _is_one_letter_apart(form, known) for known in long for form in other.within)


@lru_cache(maxsize=512)
def own_forms(ours: str) -> frozenset[str]:
    """Return what a name of ours comes down to, with its service words and without."""
    words = _words(ours)
    bare = [word for word in words if word not in _service()]
    forms = {_merged("".join(words)), _merged("".join(bare))} if bare else set()
    return frozenset(form for form in forms if len(form) >= _SHORTEST)


@lru_cache(maxsize=4096)
def _forms(name: str) -> _Forms:
    words, service = _words(name), _service()
    first = next((at for at, word in enumerate(words) if word not in service), len(words))
    last = next((at for at in range(len(words), 0, -1) if words[at - 1] not in service), 0)
    apart = {
        "".join(words[start:end])
        for start in range(first + 1)
        for end in range(max(last, start + 1), len(words) + 1)
    }  # fmt: skip
    within, left = set(apart), list(apart)
    while left:
        form = left.pop()
        shorter = {form.removeprefix(word) for word in service} | {form.removesuffix(word) for word in service}
        new = {rest for rest in shorter - within if len(rest) >= LONG - 1}
        within |= new
        left += new
    return _Forms(frozenset(map(_merged, apart)), frozenset(map(_merged, within)))


@lru_cache(maxsize=1)
def _service() -> frozenset[str]:
    return frozenset(_SERVICE_WORDS.translate(_DIGITS).split())


def _words(name: str) -> list[str]:
    """Return a name's words in plain letters, as they look."""
    signs = unicodedata.normalize("NFKD", name[:_LONGEST])
    plain = "".join(_plain(sign) for sign in signs).casefold().translate(_DIGITS)
    return _WORD.findall(plain)[:_MOST_WORDS]


def _plain(sign: str) -> str:
    """Return the plain letters a sign looks like; nothing for marks and for what does not show."""
    if sign.isascii():
        return sign
    return "" if unicodedata.category(sign) in ("Mn", "Me", "Cf") else _looks_like(sign)


@lru_cache(maxsize=2048)
def _looks_like(sign: str) -> str:
    from confusable_homoglyphs.confusables import confusables_data  # noqa: PLC0415  a megabyte, for who reads names

    for form in (sign, sign.upper(), sign.casefold()):
        for alike in confusables_data.get(form, ()):
            shown = unicodedata.normalize("NFKD", alike["c"])
            letters = "".join(each for each in shown if unicodedata.category(each) != "Mn")
            if letters.isascii() and letters.isalnum():
                return str(letters)
    return " "


def _merged(form: str) -> str:
    """Return a form with two letters as the one they look like."""
    return form.replace("rn", "m").replace("vv", "w")


def _is_one_letter_apart(form: str, other: str) -> bool:
    """Whether one has a letter that the other lacks."""
    short, long = sorted((form, other), key=len)
    if len(long) - len(short) != 1:
        return False
    at = next((at for at, letter in enumerate(short) if long[at] != letter), len(short))
    return short[at:] == long[at + 1 :]
