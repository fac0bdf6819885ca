"""Text whose lines were broken for the width of a mail, in the paragraphs that were written (RFC 3676)."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message

from channels.errors import STRANGE

_SIGNATURE = "-- "  # ends in a space, and is a line of its own all the same


def is_flowed(part: Message) -> bool:
    """Whether a part says that its lines flow."""
    return _says(part, "format", "flowed")


def as_flowed(text: str, part: Message) -> str:
    """Return a part's text as if it were sent with `format=flowed; delsp=yes`, whatever it was sent as.

    So texts of several parts are one text, which is told apart line by line before it is unflowed.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    if not is_flowed(part):
        return "\n".join(f" {line.rstrip()}" if line.startswith(" ") else line.rstrip() for line in lines)
    if _says(part, "delsp", "yes"):  # as writers of languages without spaces do
        return "\n".join(lines)
    return "\n".join(f"{line} " if line.endswith(" ") and line != _SIGNATURE else line for line in lines)


def unflowed(text: str) -> str:
    """Return a text with its paragraphs whole. An empty line ends one, and stays.

    The space that says a line goes on is none of the text's.
    """
    return "\n".join(_paragraphs(text.split("\n")))


def _paragraphs(lines: list[str]) -> Iterator[str]:
    depth, begun = 0, list[str]()
    for line in lines:
        quotes = len(line) - len(line.lstrip(">"))
        words = line[quotes:].removeprefix(" ")  # one space is put in front of what would be misread
        words = words if words.strip() else ""
        if begun and (quotes != depth or words in ("", _SIGNATURE)):
            yield _joined(depth, begun)
            begun = []
        depth = quotes
        goes_on = words.endswith(" ") and words != _SIGNATURE
        begun.append(words[:-1] if goes_on else words)
        if not goes_on:
            yield _joined(depth, begun)
            begun = []
    if begun:
        yield _joined(depth, begun)


def _joined(depth: int, parts: list[str]) -> str:
    return f"{'>' * depth}{' ' if depth else ''}{''.join(parts)}"


def _says(part: Message, name: str, value: str) -> bool:
    try:
        return str(part.get_param(name) or "").lower() == value
    except STRANGE:
        return False
