"""Text whose lines were broken for the width of a mail, in the paragraphs that were written (RFC 3676)."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message

_SIGNATURE = "-- "  # ends in a space, and is a line of its own all the same


def is_flowed(part: Message) -> bool:
    """Whether a part says that its lines flow."""
    return str(part.get_param("format") or "").lower() == "flowed"


def deletes_space(part: Message) -> bool:
    """Whether the space at the end of a line was put there, as writers of languages without spaces do."""
    return str(part.get_param("delsp") or "").lower() == "yes"


def unflowed(text: str, *, deletes_space: bool) -> str:
    """Return a text with its paragraphs whole. `deletes_space`: see above."""
    return "\n".join(_paragraphs(text.replace("\r\n", "\n").split("\n"), deletes_space))


def _paragraphs(lines: list[str], deletes_space: bool) -> Iterator[str]:
    depth, begun = 0, list[str]()
    for line in lines:
        quotes = len(line) - len(line.lstrip(">"))
        words = line[quotes:].removeprefix(" ")  # one space is put in front of what would be misread
        if begun and (quotes != depth or words == _SIGNATURE):
            yield _joined(depth, begun)
            begun = []
        depth = quotes
        goes_on = words.endswith(" ") and words != _SIGNATURE
        begun.append(words[:-1] if goes_on and deletes_space else words)
        if not goes_on:
            yield _joined(depth, begun)
            begun = []
    if begun:
        yield _joined(depth, begun)


def _joined(depth: int, parts: list[str]) -> str:
    return f"{'>' * depth}{' ' if depth else ''}{''.join(parts)}"
