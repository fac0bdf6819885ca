"""The language of a query: words, "phrases", AND, OR, NOT or a minus, and brackets. Read, and written back.

AND binds before OR, as on X; words side by side mean AND. Capitals make the difference: "or" is a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from inbox.text.whole_words import spaced

LONGEST = 1000  # characters of a query
MOST_TERMS = 50
DEEPEST = 20  # brackets and negations inside each other

_QUOTES = str.maketrans("“”„‟«»", '""""""')
_TOKEN = re.compile(r'\s*(?:(?P<phrase>"[^"]*"?)|(?P<sign>[()])|(?P<minus>-)|(?P<word>[^\s()"]+))')
_JOINS = frozenset({"AND", "OR", "NOT"})


class NotAQuery(ValueError):
    """A text that is no query. `message` is a sentence for the page, `at` the place in the text it is about."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.message = message
        self.at = at


@dataclass(frozen=True, slots=True)
class Term:
    """One word, or a phrase: words in a row."""

    text: str
    is_phrase: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """What has to be absent."""

    part: Part


@dataclass(frozen=True, slots=True)
class Every:
    """Parts that all have to hold."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Parts of which one has to hold."""

    parts: tuple[Part, ...]


Part = Term | Not | Every | Either


class _Token(NamedTuple):
    kind: str  # phrase, word, sign, minus, AND, OR, NOT, end
    text: str
    at: int


def parse(text: str) -> Part:
    """Read a query. Raises NotAQuery, which says what is wrong and where."""
    if len(text) > LONGEST:
        raise NotAQuery(_("A query has %(most)s characters at most.") % {"most": LONGEST}, LONGEST)
    reader = _Reader(list(_tokens(text.translate(_QUOTES))))
    if reader.kind == "end":
        raise NotAQuery(_("Write at least one word to look for."), 0)
    found = reader.either(0)
    if reader.kind != "end":
        raise NotAQuery(_("This bracket closes nothing."), reader.at)
    if len(terms := list(terms_of(found))) > MOST_TERMS:
        words = _("A query has %(most)s words and phrases at most; this has %(n)s.")
        raise NotAQuery(words % {"most": MOST_TERMS, "n": len(terms)}, 0)
    if holds_in(found, ""):
        raise NotAQuery(_("This only excludes, so it would find everything. Add a word to look for."), 0)
    return found


def written(part: Part) -> str:
    """Return a query as text, the same way every time. Reading it gives the same query."""
    match part:
        case Term(text, is_phrase):
            return f'"{text}"' if is_phrase else text
        case Not(inner):
            return f"-{_bracketed(inner, (Every, Either))}"
        case Every(parts):
            return " ".join(_bracketed(inner, (Either,)) for inner in parts)
        case Either(parts):
            return " OR ".join(written(inner) for inner in parts)


def _bracketed(part: Part, kinds: tuple[type, ...]) -> str:
    return f"({written(part)})" if isinstance(part, kinds) else written(part)


def terms_of(part: Part) -> Iterator[Term]:
    """Yield every word and phrase of a query, from left to right."""
    match part:
        case Term():
            yield part
        case Not(inner):
            yield from terms_of(inner)
        case Every(parts) | Either(parts):
            for inner in parts:
                yield from terms_of(inner)


def holds_in(part: Part, words: str) -> bool:
    """Whether a query holds in a text, given as inbox.text.whole_words.spaced makes it: whole words, without accents.

    Linear in the text for each term.
    """
    match part:
        case Term(text):
            return _needle(text) in words
        case Not(inner):
            return not holds_in(inner, words)
        case Every(parts):
            return all(holds_in(inner, words) for inner in parts)
        case Either(parts):
            return any(holds_in(inner, words) for inner in parts)


@lru_cache(maxsize=1024)
def _needle(text: str) -> str:
    return spaced(text)


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text) and (found := _TOKEN.match(text, at)):
        kind = str(found.lastgroup)
        place = found.start(kind)
        yield _token(kind, found[kind], place, text)
        at = found.end()
    yield _Token("end", "", len(text))


def _token(kind: str, text: str, at: int, whole: str) -> _Token:
    if kind == "phrase":
        if len(text) < 2 or not text.endswith('"'):
            raise NotAQuery(_("These quotation marks are not closed."), at)
        text = " ".join(text[1:-1].split())
    elif kind == "minus":
        following = whole[at + 1 : at + 2]
        if not following or following.isspace() or following == ")":
            raise NotAQuery(_("A minus stands right before the word it excludes."), at)
    elif kind == "word" and text in _JOINS:
        return _Token(text, text, at)
    if kind in ("phrase", "word") and not spaced(text).strip():
        raise NotAQuery(_("There is no word here to look for."), at)
    return _Token(kind, text, at)


class _Reader:
    """Goes through the tokens once, from left to right."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.place = 0

    @property
    def kind(self) -> str:
        """Of the token that comes next; a bracket is its own kind."""
        token = self.tokens[self.place]
        return token.text if token.kind == "sign" else token.kind

    @property
    def at(self) -> int:
        """Where it stands in the text."""
        return self.tokens[self.place].at

    def either(self, depth: int) -> Part:
        """Read parts divided by OR."""
        parts = [self.every(depth)]
        while self.kind == "OR":
            self.place += 1
            parts.append(self.every(depth))
        return _joined(Either, parts)

    def every(self, depth: int) -> Part:
        """Read parts side by side, with or without AND."""
        parts = [self.one(depth)]
        while self.kind not in ("OR", ")", "end"):
            if self.kind == "AND":
                self.place += 1
            parts.append(self.one(depth))
        return _joined(Every, parts)

    def one(self, depth: int) -> Part:
        """Read a word, a phrase, what is in brackets, or what is excluded."""
        if depth > DEEPEST:
            raise NotAQuery(_("There are too many brackets inside each other here."), self.at)
        token = self.tokens[self.place]
        match self.kind:
            case "word" | "phrase":
                self.place += 1
                return Term(token.text, token.kind == "phrase")
            case "minus" | "NOT":
                self.place += 1
                inner = self.one(depth + 1)
                return inner.part if isinstance(inner, Not) else Not(inner)
            case "(":
                self.place += 1
                return self.bracket(depth, token.at)
            case ")":
                raise NotAQuery(_("A word is missing before this bracket."), token.at)
            case "end":
                raise NotAQuery(_("A word is missing at the end."), token.at)
        raise NotAQuery(_("A word is missing before %(word)s.") % {"word": token.text}, token.at)

    def bracket(self, depth: int, at: int) -> Part:
        """Read on to the bracket that closes the one at this place."""
        found = self.either(depth + 1)
        if self.kind != ")":
            raise NotAQuery(_("This bracket is not closed."), at)
        self.place += 1
        return found


def _joined(kind: type[Every] | type[Either], parts: list[Part]) -> Part:
    """Return parts as one; a join inside its own kind is the same join."""
    flat: list[Part] = []
    for part in parts:
        flat += part.parts if isinstance(part, kind) else (part,)
    return flat[0] if len(flat) == 1 else kind(tuple(flat))
