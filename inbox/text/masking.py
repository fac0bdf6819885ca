"""Customers' personal data, masked for who has no right to see it: phone and account numbers, addresses, BSN.

Only what is shown is masked; nothing stored changes. Who sees masks is said by webcare/lib/masks.py. Names, handles and
files are not masked: they are no words of a message. A person's own number is masked where it is shown
(inbox/models/contact.py).
"""

from __future__ import annotations

import re

from webcare.lib.masks import DOT, dotted, dotted_address, hides

KINDS = ("email", "iban", "phone", "bsn")
_LONG = 280  # characters of an excerpt, which may end within a number
_MAY_HOLD = re.compile(r"\d[\d .\-()/]{5,}|@|[A-Za-z]{2}\d{2}")
_CUT_NUMBER = re.compile(r"[A-Za-z]{0,2}\d[\dA-Za-z .\-]*$|\S+@\S*$")


def masked(text: str, code: object = None) -> str:
    """Return a customer's words as the reader may see them. `code` is the message's, which may be revealed."""
    if not text or not hides(code):
        return text
    return mask(text)


def count(text: str, code: object = None) -> int:
    """Return how many pieces of a text the reader sees masked; 0 where nothing is."""
    if not text or not hides(code):
        return 0
    return len(pieces(text))


def mask(text: str) -> str:
    """Return a text with its personal data made unreadable; each piece keeps enough to be told from another."""
    is_excerpt = len(text) == _LONG
    for piece in pieces(text):
        text = text.replace(piece, _masked_piece(piece))
    if is_excerpt:
        text = _CUT_NUMBER.sub(lambda found: re.sub(r"[^\W_]", DOT, found[0]), text)
    return text


def pieces(text: str) -> list[str]:
    """Return each piece of personal data as it is spelled, the longest first: one may hold another."""
    if not _MAY_HOLD.search(text):
        return []
    from inbox.text.personal_data import spellings  # noqa: PLC0415  it knows every country's numbers: 30 MB

    return sorted({piece for kind, piece in spellings(text) if kind in KINDS}, key=len, reverse=True)


def _masked_piece(piece: str) -> str:
    return dotted_address(piece) if "@" in piece else dotted(piece)
