"""Numbers that WhatsApp writes in two ways for one telephone. Pure.

Brazil's mobile numbers had eight digits before all got a 9 in front (2012 to 2016): accounts from before keep the old
spelling. Mexico's mobile numbers lost the 1 behind the country code (2019). Argentina's have a 9 there when called from
abroad.
"""

from __future__ import annotations

import re

# (as it is written, how else)
_SPELLINGS = (
    (re.compile(r"55(\d\d)9([6-9]\d{7})"), r"55\1\2"),
    (re.compile(r"55(\d\d)([6-9]\d{7})"), r"55\g<1>9\2"),
    (re.compile(r"521(\d{10})"), r"52\1"),
    (re.compile(r"52(\d{10})"), r"521\1"),
    (re.compile(r"549(\d{10})"), r"54\1"),
    (re.compile(r"54(\d{10})"), r"549\1"),
)


def spellings(digits: str) -> tuple[str, ...]:
    """Return the other ways in which the same number is written; () for most."""
    return tuple(found.expand(rewritten) for spelling, rewritten in _SPELLINGS if (found := spelling.fullmatch(digits)))
