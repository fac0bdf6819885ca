"""A mail made small enough to take apart: its files' bodies are left out, and found again when one is opened.

Python's reader of mails makes a text of each line: twelve times the memory of a large mail, and minutes for odd ones.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

KEPT = 400_000  # bytes of each encoded body that stay: more of a text is shown to nobody
MOST = 2_000_000  # bytes that are taken apart
MOST_HEAD = 250_000  # bytes of headers
MOST_SEAMS = 2_000  # lines that may begin a part
# Whole lines of base64, one after the other. Each line is tried once: from its beginning, and without going back.
_BODY = re.compile(rb"(?<![^\n])(?:[A-Za-z0-9+/=]{40,998}+\r?\n)++")


@dataclass(frozen=True, slots=True)
class Thinned:
    """What is taken apart of a mail, and where its left-out bodies stand in the whole."""

    content: bytes
    whole: bytes
    mark: bytes
    bodies: tuple[tuple[int, int], ...]
    is_cut: bool  # something behind it is not looked at at all

    def restored(self, body: bytes) -> bytes:
        """Return a part's body with what was left out of it."""
        if self.mark not in body:
            return body

        def put_back(found: re.Match[bytes]) -> bytes:
            start, end = self.bodies[int(found[1])]
            return self.whole[start:end]

        return re.sub(re.escape(self.mark) + rb"(\d+)\r?\n?", put_back, body)

    def is_whole(self, body: bytes) -> bool:
        """Whether nothing was left out of a part's body."""
        return self.mark not in body


def thinned(raw: bytes) -> Thinned:
    """Return a mail without what makes it large."""
    mark = f"left-out-{secrets.token_hex(8)}-".encode()
    pieces: list[bytes] = []
    bodies: list[tuple[int, int]] = []
    place = 0
    for found in _BODY.finditer(raw) if len(raw) > KEPT else ():
        start, end = found.start() + KEPT, found.end()
        if start >= end:
            continue
        start = raw.rfind(b"\n", 0, start) + 1
        pieces += [raw[place:start], mark + str(len(bodies)).encode() + b"\r\n"]
        bodies.append((start, end))
        place = end
    content = b"".join([*pieces, raw[place:]]) if bodies else raw
    cut = _cut(content)
    return Thinned(cut, raw, mark, tuple(bodies), len(cut) < len(content))


def _cut(content: bytes) -> bytes:
    """Return the beginning of a mail, as far as its headers, parts and size are within bounds."""
    head = re.search(rb"\r?\n\r?\n", content)
    if (head.start() if head else len(content)) > MOST_HEAD:
        body = content[head.start() :] if head else b""
        content = content[: content.rfind(b"\n", 0, MOST_HEAD)] + body
    end = min(len(content), MOST)
    place = -1
    for _seam in range(MOST_SEAMS):
        place = content.find(b"\n--", place + 1, end)
        if place < 0:
            return content[:end]
    return content[:place]
