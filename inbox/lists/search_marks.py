"""Marks around the words that a search found, in any spelling.

The text stays as it was written. Its words are compared in the normal form that the database makes of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection

from inbox.lists.search_snippet import OPEN, SHUT
from inbox.text.search_terms import NUMBER, Term

_SHOWN = 20_000  # letters of a message in which hits are marked
_LONGEST = 200  # letters of a word that is compared, as in inbox_asked
_MOST = 4_000  # different words of one page of hits that are compared
_COMPOUND = 7  # letters of the shortest word that is found by its end, as in inbox_words
# A word may hold accents of their own, invisible signs, apostrophes and hyphens.
_WORD = r"[^\W_](?:[\w\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]|[`'’‘ʼ´-](?=\w))*"
_PIECE = re.compile(rf"(?:(?<!\w)(?:{NUMBER}))|{_WORD}")
_LEXEME = re.compile(r"'((?:[^']|'')+)'(:\*)?")
# Most words are small ASCII letters, their own normal form. The second list is the rest.
_PIECES = r"""
SELECT word, word, ts_lexize('pg_catalog.dutch_stem', word), ts_lexize('pg_catalog.english_stem', word)
FROM unnest(%s::text[]) word
UNION ALL
SELECT piece, part, ts_lexize('pg_catalog.dutch_stem', part), ts_lexize('pg_catalog.english_stem', part)
FROM unnest(%s::text[]) piece
    CROSS JOIN LATERAL (SELECT inbox_plain(piece) AS plain) made
    CROSS JOIN LATERAL string_to_table(concat_ws(' ',
        inbox_spaced(plain),
        regexp_replace(replace(plain, '(0)', ''), '[^[:alnum:]]', '', 'g'), -- written in one
        regexp_replace(plain, '^[[:alpha:]]{1,20}([0-9]{4})', '\1'), -- 99123 of VH99123
        inbox_plain(inbox_umlauts(piece))), ' ') part
WHERE part <> ''
"""


@dataclass(slots=True)
class _Lexemes:
    """What the question came to: whole words, beginnings, and ends read backwards."""

    words: set[str] = field(default_factory=set)
    beginnings: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)

    def has(self, lexeme: str) -> bool:
        """Whether a word in the normal form was asked for."""
        if lexeme in self.words or any(lexeme.startswith(beginning) for beginning in self.beginnings):
            return True
        return len(lexeme) >= _COMPOUND and any(lexeme[::-1].startswith(end) for end in self.ends)


def mark(texts: Sequence[str], terms: Iterable[Term]) -> list[str]:
    """Return the texts' beginnings with the found words marked, in two statements."""
    shown = [text[:_SHOWN] for text in texts]
    lexemes = _lexemes_of([term for term in terms if not term.without])
    found = (_key(match[0]) for text in shown for match in _PIECE.finditer(text))
    pieces = dict.fromkeys(piece for piece in found if len(piece) <= _LONGEST)
    hits = _hits(list(pieces)[:_MOST], lexemes)

    def marked(match: re.Match[str]) -> str:
        return f"{OPEN}{match[0]}{SHUT}" if _key(match[0]) in hits else match[0]

    return [_PIECE.sub(marked, text) for text in shown]


def _key(piece: str) -> str:
    return piece.lower() if piece.isascii() else piece


def _lexemes_of(terms: Sequence[Term]) -> _Lexemes:
    asked = [
        (part, term.way)
        for term in terms
        for word in term.spelled
        for part in (word.split() if term.way == "exact" else [word])
    ]
    lexemes = _Lexemes()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inbox_asked(word, way)::text FROM unnest(%s::text[], %s::text[]) AS asked(word, way)",
            [[word for word, _way in asked], [way for _word, way in asked]],
        )
        for lexeme, unfinished in (found for (text,) in cursor.fetchall() for found in _LEXEME.findall(text)):
            if lexeme.startswith("~"):
                lexemes.ends.append(lexeme[1:])
            elif unfinished:
                lexemes.beginnings.append(lexeme)
            else:
                lexemes.words.add(lexeme)
    if any(len(word) > 1 for word in lexemes.words):  # the s of foto's
        lexemes.words = {word for word in lexemes.words if len(word) > 1}
        lexemes.beginnings = [word for word in lexemes.beginnings if len(word) > 1]
    return lexemes


def _hits(pieces: Sequence[str], lexemes: _Lexemes) -> set[str]:
    hits: set[str] = set()
    with connection.cursor() as cursor:
        words = [piece for piece in pieces if piece.isascii() and piece.isalpha()]
        cursor.execute(_PIECES, [words, [piece for piece in pieces if not (piece.isascii() and piece.isalpha())]])
        for piece, part, dutch, english in cursor.fetchall():
            if any(lexemes.has(lexeme) for lexeme in (part, *(dutch or ()), *(english or ()))):
                hits.add(piece)
    return hits
