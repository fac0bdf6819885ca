"""What somebody wrote, apart from the older mails that their program put below."""

from __future__ import annotations

import re
from collections.abc import Callable

from channels.email import headings

# Below it stands what a program puts below each mail: a name, a disclaimer, a list's address.
_SIGNATURE = re.compile(r"\s*(?:--|_{2,}+|-{10,}+|[*=]{5,}+)\s*")
_MOST_LINES = 5000


def split(text: str) -> tuple[str, str]:
    """Return what was written and what was quoted below it. Where nothing else was written, all of it was."""
    lines = text.split("\n")
    place = _place_of_quote(lines)
    written, quoted = "\n".join(lines[:place]).rstrip(), "\n".join(lines[place:]).strip()
    return (written, quoted) if written.strip() else (text.strip(), "")


def _place_of_quote(lines: list[str]) -> int:
    """Return the line from which on nothing of the writer's comes; the number of lines where there is none."""
    last_quoted = _last(lines, _is_quoted)
    last = _last(lines[: _end(lines, last_quoted)], lambda line: bool(line.strip()) and not _is_quoted(line))
    for number, line in enumerate(lines[:_MOST_LINES]):
        if headings.forwards(line):
            break  # it is what they want us to read
        if headings.is_outlooks(lines, number):
            return number
        if length := headings.announces(lines, number):
            below = number + length
            # All below is quoted: with signs in front, or without any.
            if last < below or (last_quoted < below and headings.is_exact(lines, number, length)):
                return number
        if _is_quoted(line) and number > last:
            return number
    return len(lines)


def _end(lines: list[str], last_quoted: int) -> int:
    """Return the line of a signature that stands right below the last quoted one; else the number of lines."""
    after = next((n for n in range(last_quoted + 1, len(lines)) if lines[n].strip()), len(lines))
    is_signature = 0 <= last_quoted < after < len(lines) and _SIGNATURE.fullmatch(lines[after][: headings.LONGEST])
    return after if is_signature else len(lines)


def _last(lines: list[str], fits: Callable[[str], bool]) -> int:
    """Return the number of the last line that fits; -1 where none does."""
    return next((number for number in range(len(lines) - 1, -1, -1) if fits(lines[number])), -1)


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")
