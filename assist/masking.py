"""Personal data leaves no text unmasked: each piece becomes a placeholder, and comes back in the answer.

What counts: what the guard finds (inbox/text/personal_data.py), links, handles, order and other long numbers, and the
names of the customer and of colleagues. Pure. A placeholder that the server made up is never shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from inbox.library.canned import order_number_in

_KINDS = ("NAME", "EMAIL", "IBAN", "ADDRESS", "PHONE", "BSN", "LINK", "HANDLE", "ORDER", "NUMBER", "TEXT")
# As a server may write them back: in other letters, with blanks, or with one bracket.
_PLACE = re.compile(rf"\[{{1,2}}\s?({'|'.join(_KINDS)})[ _-]?(\d{{1,4}})\s?\]{{1,2}}", re.IGNORECASE)
_SPOT = re.compile(r"\[\[(?:(?!\[\[|\]\]).)*+\]\]", re.DOTALL)
_LINK = re.compile(r"(?:\w{2,10}://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@])@[\w.-]+(?:@[\w.-]+)?")
_NUMBER = re.compile(r"(?<!\w)[A-Za-z]{0,6}[-./]?\d(?:[ .\-/]?\d){4,}\w*")
_SHORTEST = 3  # letters of a part of a name
_BETWEEN = frozenset(("van", "der", "den", "het", "ten", "ter", "tot", "aan", "bij", "the", "von", "los", "las", "del"))
_ROUNDS = 5
GONE = "…"


class NotMasked(Exception):
    """A text still held personal data after it was masked."""


@dataclass(slots=True)
class Masked:
    """A masked text, and what its placeholders stand for."""

    text: str = ""
    pieces: dict[str, str] = field(default_factory=dict)  # by placeholder, as NAME_1

    def put_back(self, answer: str) -> str:
        """Return an answer with the pieces in their places; what the server made up becomes an ellipsis."""
        return _PLACE.sub(lambda found: self.pieces.get(f"{found[1].upper()}_{int(found[2])}", GONE), answer)

    def has_gaps(self, answer: str) -> bool:
        """Whether an answer lacks a piece, or has one that nobody gave."""
        said = {f"{kind.upper()}_{int(n)}" for kind, n in _PLACE.findall(answer)}
        return said != set(self.pieces)


def mask(text: str, names: Iterable[str] = ()) -> Masked:
    """Return a text with its personal data masked. Raises NotMasked where some is left."""
    named = _pattern_of(names)
    masked = Masked(text)
    for _round in range(_ROUNDS):
        found = _mask_once(masked, named)
        if not found:
            return masked
    raise NotMasked


def without_pieces(text: str, names: Iterable[str] = ()) -> str:
    """Return a text with an ellipsis for each piece of personal data. Raises NotMasked as `mask` does."""
    return _PLACE.sub(GONE, mask(text, names).text)


def _mask_once(masked: Masked, named: re.Pattern[str] | None) -> bool:
    """Mask what is found between the placeholders; return whether anything was."""
    parts: list[str] = []
    found, end = False, 0
    places = [] if not masked.pieces else [place.span() for place in _PLACE.finditer(masked.text)]
    for start, after in [*places, (len(masked.text), len(masked.text))]:
        plain, changed = _replaced(masked.text[end:start], masked, named)
        found = found or changed
        parts += [plain, masked.text[start:after]]
        end = after
    masked.text = "".join(parts)
    return found


def _replaced(text: str, masked: Masked, named: re.Pattern[str] | None) -> tuple[str, bool]:
    parts, end = [], 0
    for start, after, kind in _joined(sorted(_spans(text, named))):
        parts += [text[end:start], f"[[{_place_of(text[start:after], kind, masked)}]]"]
        end = after
    return "".join([*parts, text[end:]]), end > 0


def _place_of(piece: str, kind: str, masked: Masked) -> str:
    """Return the placeholder of a piece: the same for the same spelling."""
    known = next((key for key, one in masked.pieces.items() if one == piece and key.startswith(f"{kind}_")), None)
    if known is None:
        known = f"{kind}_{sum(key.startswith(f'{kind}_') for key in masked.pieces) + 1}"
        masked.pieces[known] = piece
    return known


def _spans(text: str, named: re.Pattern[str] | None) -> Iterator[tuple[int, int, str]]:
    """Yield where each piece stands, and what it is. They may overlap."""
    from inbox.text.personal_data import spellings  # noqa: PLC0415  it knows every country's numbers: 30 MB

    for kind, piece in set(spellings(text)):
        yield from _all_of(piece, text, kind.upper())
    for kind, pattern in (("TEXT", _SPOT), ("TEXT", _PLACE), ("LINK", _LINK), ("HANDLE", _HANDLE), ("NUMBER", _NUMBER)):
        yield from ((*found.span(), kind) for found in pattern.finditer(text))
    if order := order_number_in(text):
        yield from _all_of(order, text, "ORDER")
    if named is not None:
        yield from ((*found.span(), "NAME") for found in named.finditer(text))


def _all_of(piece: str, text: str, kind: str) -> Iterator[tuple[int, int, str]]:
    start = text.find(piece)
    while start >= 0 and piece:
        yield start, start + len(piece), kind
        start = text.find(piece, start + len(piece))


def _joined(spans: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return spans of which none overlaps another, called as their longest part; of two, the one that says more."""
    joined: list[tuple[int, int, str, int]] = []
    for start, end, kind in spans:
        if joined and start < joined[-1][1]:
            before = joined.pop()
            longest = max((before[3], before[2]), (end - start, kind), key=lambda one: (one[0], one[1] != "NUMBER"))
            joined.append((before[0], max(before[1], end), longest[1], longest[0]))
        else:
            joined.append((start, end, kind, end - start))
    return [(start, end, kind) for start, end, kind, _length in joined]


def _pattern_of(names: Iterable[str]) -> re.Pattern[str] | None:
    """Return what finds whole names, and parts of them, as words; None without names."""
    wanted: set[str] = set()
    for name in names:
        parts = re.findall(r"[\w'’-]+", name)
        wanted.add(r"\s+".join(map(re.escape, parts)))
        wanted |= {re.escape(one) for one in parts if len(one) >= _SHORTEST and one.lower() not in _BETWEEN}
    wanted.discard("")
    if not wanted:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(wanted, key=len, reverse=True))})s?(?!\w)", re.IGNORECASE)
