"""Lines that mail programs put above an older mail: who wrote it and when, in the words of many languages."""

from __future__ import annotations

import re
from itertools import takewhile

# "Op ma 30 nov 2026 om 14:02 schreef Veldhuis <…>:", "On … wrote:", "Am … schrieb …:", "Le … a écrit :"; Zoho and
# Android begin and end with dashes.
_WROTE = re.compile(
    r"\s*+>?\s*+(?:-{2,}+ )?(?:(?:op|on|am|le)\b.{3,300}\b(?:schreef|heeft|wrote|schrieb|a écrit)\b.{0,200}(?::| -{2,})"
    r"|-{2,}+ .{1,100}\b(?:schreef|wrote|schrieb|a écrit) -{2,}"
    r"|.{3,200}\b(?:schreef op|schrieb am)\b.{3,100}:)\s*",
    re.IGNORECASE,
)
# In any language: a date, and who it was with an address, "pe 20. lokakuuta 2017 klo 17.50 Noor <…> kirjoitti:".
_DATED = re.compile(
    r"\s*+>?\s*+(?:\S{1,15}\s+){0,4}?\S{0,3}\d.{0,200}[<(]\s?(?:mailto:)?[^\s<>()@]{1,64}@[^\s<>()]{1,120}\s?[>)]++"
    r"(?:\s+\S{1,15}){0,3}\s*:\s*"
)
_CLOCK = re.compile(r"\d{1,2}[:.h]\d\d")
_YEAR = re.compile(r"\b20\d\d\b")
_ORIGINAL = re.compile(
    r"\s*-{2,}\s*(?:oorspronkelijk bericht|original message|ursprüngliche nachricht|message d'origine"
    r"|messaggio originale|mensaje original|mensagem original|oprindelig besked|opprinnelig melding"
    r"|ursprungligt meddelande)\s*-{2,}\s*",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"\s*-{2,}\s*(?:doorgestuurd bericht|forwarded message|weitergeleitete nachricht|message transféré)\b.*",
    re.IGNORECASE,
)
_LINE = re.compile(r"\s*[_-]{10,}+\s*")
_FROM = re.compile(r"\s*\*?(?:van|from|von|de|da|fra|från|od)\s{0,2}:\*?\s*\S.*", re.IGNORECASE)
_SENT = re.compile(
    r"\s*\*?(?:verzonden|datum|sent|date|gesendet|envoyé(?: le)?|inviato|data|enviado(?: el)?|enviada|fecha|sendt|dato"
    r"|skickat|wysłano)\s{0,2}:\*?\s*\S.*",
    re.IGNORECASE,
)
_TO = re.compile(r"\s*\*?(?:aan|to|an|à|a|para|til|till|do|cc)\s{0,2}:.*", re.IGNORECASE)
_SUBJECT = re.compile(
    r"\s*\*?(?:onderwerp|subject|betreff|objet|oggetto|asunto|assunto|emne|ämne|temat)\s{0,2}:.*", re.IGNORECASE
)
_DRAWN = re.compile(r"\s*[-_=*]{2,}")
_BLOCK = 7  # lines within which Outlook's block says from whom, when, to whom and about what
_SPREAD = 3  # lines over which a heading may be broken
LONGEST = 1000  # characters of a line that are looked at


def announces(lines: list[str], number: int) -> int:
    """Return how many lines from here say who wrote what follows: up to three, or none.

    What stands above such a line is the writer's, though it reads on into it: "Op zich prima."
    """
    for length in range(1, _SPREAD + 1):
        if number + length > len(lines) or not lines[number + length - 1].strip():
            return 0
        if _says(lines, number, length):
            within = range(1, length)
            return 0 if any(_says(lines, number + begins, length - begins) for begins in within) else length
    return 0


def is_exact(lines: list[str], number: int, length: int) -> bool:
    """Whether a heading names an address, or the minute: a person who writes "Op 3 november schreef u:" does not."""
    said = _joined(lines, number, length)
    return "@" in said or bool(_CLOCK.search(said))


def forwards(line: str) -> bool:
    """Whether a mail that somebody passes on begins here."""
    return bool(_FORWARDED.fullmatch(line[:LONGEST]))


def is_outlooks(lines: list[str], number: int) -> bool:
    """Whether Outlook's block begins here: a line drawn, or from whom, when, and to whom or about what.

    Hotmail begins it with when. Right below other words it is whole, or it is a form's or a parcel's.
    """
    line = lines[number][:LONGEST]
    if _ORIGINAL.fullmatch(line):
        return True
    begins = number
    if _LINE.fullmatch(line):
        begins = next((n for n in range(number + 1, min(number + 4, len(lines))) if lines[n].strip()), number)
    if begins >= len(lines):
        return False
    first = lines[begins][:LONGEST]
    if not (_FROM.fullmatch(first) or _SENT.fullmatch(first)):
        return False
    block = [line[:LONGEST] for line in lines[begins : begins + _BLOCK]]
    sender = next((line for line in block if _FROM.fullmatch(line)), "")
    # A journey has "Van:" and "Datum:" too, and neither an address nor a subject.
    is_mails = "@" in sender or any(_TO.fullmatch(line) or _SUBJECT.fullmatch(line) for line in block)
    if not (sender and is_mails and any(_SENT.fullmatch(line) for line in block)):
        return False
    above = lines[begins - 1][:LONGEST] if begins else ""
    return not above.strip() or bool(_DRAWN.match(above)) or _is_whole(block)


def _is_whole(block: list[str]) -> bool:
    """Whether lines say nothing else until an empty one, and what about."""
    said = list(takewhile(str.strip, block))
    is_head = all(any(label.fullmatch(line) for label in (_FROM, _SENT, _TO, _SUBJECT)) for line in said)
    return len(said) < len(block) and is_head and any(_SUBJECT.fullmatch(line) for line in said)


def _says(lines: list[str], number: int, length: int) -> bool:
    said = _joined(lines, number, length)
    if _WROTE.fullmatch(said):
        return True
    return bool(_DATED.fullmatch(said) and (_CLOCK.search(said) or _YEAR.search(said)))


def _joined(lines: list[str], number: int, length: int) -> str:
    return " ".join(line[:LONGEST].strip() for line in lines[number : number + length])[:LONGEST]
