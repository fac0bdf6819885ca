"""WhatsApp's markup in a message: *bold*, _italic_, ~struck~ and ```code```, as pieces with their tags. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

TAGS = {"*": "strong", "_": "em", "~": "s"}
CODE = "```"
# Longer than any message of an app of WhatsApp's: shown as it was written.
LONGEST = 70_000
# As in WhatsApp, a mark opens after white space or an opening sign. It closes before the opposite.
_BEFORE, _AFTER = r"(?<![^\s(\[{\"'“‘*_~.,!?:;>-])", r"(?![^\s)\]}\"'”’*_~.,!?:;<-])"


def _between(mark: str) -> str:
    mark = re.escape(mark)
    return rf"{_BEFORE}{mark}(?=\S)[^{mark}\n]+(?<=\S){mark}{_AFTER}"


_MARKED = {marks: re.compile("|".join(map(_between, marks))) for marks in ("*_~", "_~", "*~", "*_", "*", "_", "~")}


def formatted(text: str, plain: Callable[[str], SafeString]) -> SafeString:
    """Return a text with its markup as elements; `plain` makes everything between them safe."""
    if len(text) > LONGEST:
        return plain(text)
    pieces = text.split(CODE)
    if len(pieces) % 2 == 0:  # the last one never closed
        pieces[-2:] = [CODE.join(pieces[-2:])]
    shown = [
        format_html("<code>{}</code>", piece) if number % 2 and piece.strip() else _inline(piece, "*_~", plain)
        for number, piece in enumerate(pieces)
    ]
    return mark_safe("".join(shown))  # noqa: S308  every piece is safe


def _inline(text: str, marks: str, plain: Callable[[str], SafeString]) -> SafeString:
    """Format within one piece; a mark inside itself is none, so this goes three deep at most."""
    if not marks:
        return plain(text)
    parts: list[str] = []
    end = 0
    for found in _MARKED[marks].finditer(text):
        mark = found[0][0]
        inner = _inline(found[0][1:-1], marks.replace(mark, ""), plain)
        parts += [plain(text[end : found.start()]), f"<{TAGS[mark]}>", inner, f"</{TAGS[mark]}>"]
        end = found.end()
    return mark_safe("".join([*parts, plain(text[end:])]))  # noqa: S308  every part is safe, and the tags are ours
