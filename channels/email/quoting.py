"""What somebody wrote, apart from the older mails that their program put below."""

from __future__ import annotations

import re
from collections.abc import Callable

# "Op ma 30 nov 2026 om 14:02 schreef Veldhuis <…>:", "On … wrote:", "Am … schrieb …:", "Le … a écrit :"
_WROTE = re.compile(
    r"\s*+>?\s*+(?:(?:op|on|am|le)\b.{3,300}\b(?:schreef|heeft|wrote|schrieb|a écrit)\b.{0,200}:"
    r"|.{3,200}\b(?:schreef op|schrieb am)\b.{3,100}:)\s*",
    re.IGNORECASE,
)
_OPENS = re.compile(r"\s*+>?\s*+(?:op|on|am|le)\b.{3,200}", re.IGNORECASE)  # such a line may be broken in two
_ORIGINAL = re.compile(
    r"\s*-{2,}\s*(?:oorspronkelijk bericht|original message|ursprüngliche nachricht|message d'origine)\s*-{2,}\s*",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"\s*-{2,}\s*(?:doorgestuurd bericht|forwarded message|weitergeleitete nachricht)\b.*", re.IGNORECASE
)
_LINE = re.compile(r"\s*_{10,}\s*")
_FROM = re.compile(r"\s*\*?(?:van|from|von|de)\s*:\*?\s*\S.*", re.IGNORECASE)
_SENT = re.compile(r"\s*\*?(?:verzonden|datum|sent|date|gesendet|envoyé)\s*:\*?\s*\S.*", re.IGNORECASE)
_HEADING = 6  # lines within which Outlook's block says from whom and when
_LONGEST_LINE, _MOST_LINES = 1000, 5000


def split(text: str) -> tuple[str, str]:
    """Return what was written and what was quoted below it. Where nothing else was written, all of it was."""
    lines = text.split("\n")
    place = _place_of_quote(lines)
    written, quoted = "\n".join(lines[:place]).rstrip(), "\n".join(lines[place:]).strip()
    return (written, quoted) if written.strip() else (text.strip(), "")


def _place_of_quote(lines: list[str]) -> int:
    """Return the line from which on nothing of the writer's comes; the number of lines where there is none."""
    last = _last(lines, lambda line: bool(line.strip()) and not _is_quoted(line))
    last_quoted = _last(lines, _is_quoted)
    for number, line in enumerate(lines[:_MOST_LINES]):
        if _FORWARDED.fullmatch(line[:_LONGEST_LINE]):
            break  # it is what they want us to read
        if _is_outlooks(lines, number):
            return number
        if length := _announcement(lines, number):
            below = number + length
            if last < below or last_quoted < below:  # all below is quoted: with signs in front, or without any
                return number
        if _is_quoted(line) and number > last:
            return number
    return len(lines)


def _announcement(lines: list[str], number: int) -> int:
    """Return how many lines say who wrote what follows: one, two, or none."""
    line = lines[number][:_LONGEST_LINE]
    if _WROTE.fullmatch(line):
        return 1
    if number + 1 < len(lines) and _OPENS.fullmatch(line[:200]):
        joined = f"{line} {lines[number + 1].strip()}"[:_LONGEST_LINE]
        return 2 if _WROTE.fullmatch(joined) else 0
    return 0


def _last(lines: list[str], fits: Callable[[str], bool]) -> int:
    """Return the number of the last line that fits; -1 where none does."""
    return next((number for number in range(len(lines) - 1, -1, -1) if fits(lines[number])), -1)


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _is_outlooks(lines: list[str], number: int) -> bool:
    """Whether Outlook's block begins here: a line drawn, or from whom and when."""
    line = lines[number][:_LONGEST_LINE]
    if _ORIGINAL.fullmatch(line):
        return True
    begins = number
    if _LINE.fullmatch(line):
        begins = next((n for n in range(number + 1, min(number + 4, len(lines))) if lines[n].strip()), number)
    if begins >= len(lines) or not _FROM.fullmatch(lines[begins][:_LONGEST_LINE]):
        return False
    return any(_SENT.fullmatch(below[:_LONGEST_LINE]) for below in lines[begins + 1 : begins + _HEADING])
