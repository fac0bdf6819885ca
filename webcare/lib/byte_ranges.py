"""Ranges of a file: audio and video can be scrubbed (RFC 9110, section 14).

Django answers with whole files only. WhiteNoise's slice does the reading; its reading of the header it keeps to itself,
and that refuses a part of one byte.
"""

from __future__ import annotations

import re

_ONE_PART = re.compile(r"bytes[ \t]*=[ \t]*([0-9]*)[ \t]*-[ \t]*([0-9]*)[ \t]*", re.IGNORECASE)
_LONGEST = 18  # digits: no file is larger


class OutsideFile(Exception):
    """Nothing of what was asked for is in the file."""


def requested_range(header: str, size: int) -> tuple[int, int] | None:
    """Return the first and the last byte a Range header asks for, of a file of this size.

    None where the whole file is the answer: nothing was asked, or several parts, or what cannot be read. Raises
    OutsideFile where a part was asked that the file does not have.
    """
    found = _ONE_PART.fullmatch(header.strip())
    if found is None or not any(found.groups()):
        return None
    begin, end = (_number(digits) for digits in found.groups())
    if begin is None:
        if not end or not size:
            raise OutsideFile
        return max(size - end, 0), size - 1  # so many bytes from the end
    if end is not None and end < begin:
        return None
    if begin >= size:
        raise OutsideFile
    return begin, size - 1 if end is None else min(end, size - 1)


def _number(digits: str) -> int | None:
    # A larger number means the same: to the end. Python refuses to read very long ones.
    return int(digits if len(digits) <= _LONGEST else "9" * _LONGEST) if digits else None
