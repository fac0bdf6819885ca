"""A text that is too long, as a numbered row of posts (A9)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from channels.types import RouteRules
from inbox.text.length import LONGEST_WORD, length_of

MOST_PARTS, _MOST_OF_ONE_DIGIT = 25, 9
# A part may be this much shorter than it could be, if it then ends with its sentence.
_WORTH_IT = 0.6
_SENTENCE_END = re.compile(r"[.!?…]['\"’”)]*\s")
_WORD = re.compile(r"\s*\S+")
_URL = re.compile(r"https?://\S+|\bwww\.\S+", re.IGNORECASE)
_JOINERS = "\u200d"


def split(text: str, rules: RouteRules, signature: str = "") -> list[str]:
    """Cut a long text into numbered parts, between words, best after a sentence.

    Returns the text alone, signed, where it fits. The signature stands under the last part only. A word longer than a
    part is cut between characters, never inside an emoji; an address is never cut. Raises ValueError where 25 parts or
    one address do not fit.
    """
    text = text.strip()
    ending = f" {signature}" if signature else ""
    whole = length_of(text + ending, rules)
    if whole <= rules.limit:
        return [text + ending]
    bodies: list[str] = []
    if whole <= MOST_PARTS * (rules.limit + 1):
        # A total of one digit leaves more room for words than one of two.
        bodies = _cut(text, rules, _MOST_OF_ONE_DIGIT, ending) or _cut(text, rules, MOST_PARTS, ending)
    if not bodies:
        raise ValueError(f"This text does not fit in {MOST_PARTS} parts.")
    total = len(bodies)
    parts = [f"{body} {number}/{total}" for number, body in enumerate(bodies, start=1)]
    return [*parts[:-1], parts[-1] + ending]


def joined(parts: Sequence[str]) -> str:
    """Return the text that was cut into these parts, as far as it can be told: without their numbers."""
    total = len(parts)
    if total < 2:
        return "".join(parts)
    bare = [re.sub(rf"\s{number}/{total}(?=\s|$)", "", part) for number, part in enumerate(parts, start=1)]
    return " ".join(bare)


def _cut(text: str, rules: RouteRules, most: int, ending: str) -> list[str]:
    """Return the words of each part, in at most so many parts; none where it takes more."""
    bodies: list[str] = []
    while len(bodies) < most:
        left_by_last = rules.limit - length_of(f" {most}/{most}{ending}", rules)
        if bodies and _fitting(text, left_by_last, rules)[0] == len(text):
            return [*bodies, text]
        end = _longest(text, rules.limit - length_of(f" {len(bodies) + 1}/{most}", rules), rules)
        if end == len(text):  # all but the signature fits: leave the last word for the part that carries it
            end = _before_last_word(text) or _between_characters(text, end - 1)
        if not end:
            return []
        bodies.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return []


def _longest(text: str, room: int, rules: RouteRules) -> int:
    """Return how many characters fit in the room and may be cut there; 0 for none."""
    end, left = _fitting(text, room, rules)
    if end == len(text):
        return end
    if not end:
        return _between_characters(text, _within_word(text, room, rules))
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, end + 1)]
    return ends[-1] if ends and ends[-1] > (end + left) * _WORTH_IT else end


def _fitting(text: str, room: int, rules: RouteRules) -> tuple[int, int]:
    """Return where the last fitting word ends (0 for none), and the room left."""
    end = 0
    for word in _WORD.finditer(text):
        length = length_of(word[0], rules)
        if length > room:
            break
        end, room = word.end(), room - length
    return end, room


def _within_word(text: str, room: int, rules: RouteRules) -> int:
    """Return how many characters of a too long first word fit."""
    # Beyond this every character counts, unless they are an address, which is never cut.
    low, high = 0, min(len(text), max(room, LONGEST_WORD))
    while low < high:
        middle = (low + high + 1) // 2
        if length_of(text[:middle], rules) <= room:
            low = middle
        else:
            high = middle - 1
    return low


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
