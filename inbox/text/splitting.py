"""A text that is too long, as a numbered row of posts (A9)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from channels.types import RouteRules
from inbox.text.length import measured

MOST_PARTS = 25
# A part may be this much shorter than it could be, if it then ends with its sentence.
_WORTH_IT = 0.6
_SENTENCE_END = re.compile(r"[.!?…]['\"’”)]*\s")
_URL = re.compile(r"https?://\S+|\bwww\.\S+", re.IGNORECASE)
_JOINERS = "\u200d"


def split(text: str, rules: RouteRules, signature: str = "") -> list[str]:
    """Cut a text that is too long into numbered parts that each fit, between words, best after a sentence.

    Returns the text alone, signed, where it fits. The signature stands under the last part only. A word that is longer
    than a part is cut between characters as people see them, never inside an emoji; an address is never cut.
    Raises ValueError where 25 parts are not enough or an address does not fit in one.
    """
    text = text.strip()
    ending = f" {signature}" if signature else ""
    whole = measured(text + ending, rules)
    if whole <= rules.limit:
        return [text + ending]
    if whole > MOST_PARTS * (rules.limit + 1):  # said at once, since trying every number of parts takes long
        raise ValueError(f"This text does not fit in {MOST_PARTS} parts.")
    for total in range(2, MOST_PARTS + 1):
        cut = _cut(text, rules, total, ending)
        if cut is not None:
            return cut
    raise ValueError(f"This text does not fit in {MOST_PARTS} parts.")


def joined(parts: Sequence[str]) -> str:
    """Return the text that was cut into these parts, as far as it can be told: without their numbers."""
    total = len(parts)
    if total < 2:
        return "".join(parts)
    bare = [re.sub(rf"\s{number}/{total}(?=\s|$)", "", part) for number, part in enumerate(parts, start=1)]
    return " ".join(bare)


def _cut(text: str, rules: RouteRules, total: int, ending: str) -> list[str] | None:
    """Return the text in exactly so many parts, or None where it takes more or fewer."""
    made: list[str] = []
    rest = text
    for number in range(1, total):
        mark = f" {number}/{total}"
        end = _longest(rest, mark, rules)
        if not end or end == len(rest) and number > 1:
            return None
        if end == len(rest):  # all but the signature fits: leave the last word for the part that carries it
            end = _before_last_word(rest)
            if not end:
                return None
        made.append(f"{rest[:end].rstrip()}{mark}")
        rest = rest[end:].lstrip()
    last = f"{rest} {total}/{total}{ending}"
    return [*made, last] if rest and measured(last, rules) <= rules.limit else None


def _longest(text: str, mark: str, rules: RouteRules) -> int:
    """Return how many characters of a text fit before its mark and may be cut there; 0 for none."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measured(f"{text[:middle].rstrip()}{mark}", rules) <= rules.limit:
            low = middle
        else:
            high = middle - 1
    # Weights are not quite additive (an address counts 23 only once it is whole), so look again at what was found.
    while low and measured(f"{text[:low].rstrip()}{mark}", rules) > rules.limit:
        low -= 1
    if low == len(text):
        return low
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, low)]
    if ends and ends[-1] > low * _WORTH_IT:
        return ends[-1]
    words = [match.start() for match in re.finditer(r"\s", text[: low + 1]) if match.start()]
    if words:
        return words[-1]
    return _between_characters(text, low)


def _before_last_word(text: str) -> int:
    words = [match.start() for match in re.finditer(r"\s+", text)]
    return words[-1] if words else 0


def _between_characters(text: str, end: int) -> int:
    """Return the last place up to `end` that is inside no address and no emoji; 0 for none."""
    for address in _URL.finditer(text):
        if address.start() < end < address.end():
            end = address.start()
    while 0 < end < len(text) and _belongs_together(text, end):
        end -= 1
    return end


def _belongs_together(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if before in _JOINERS or after in _JOINERS:
        return True
    if unicodedata.combining(after) or "\ufe00" <= after <= "\ufe0f" or after == "\u20e3":
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":  # skin tones, flags' tags
        return True
    if _is_flag(before) and _is_flag(after):
        run = 0
        while run < at and _is_flag(text[at - 1 - run]):
            run += 1
        return run % 2 == 1
    return False


def _is_flag(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"
