"""What somebody asks a search for: words, "phrases", numbers in any spelling, and -words to leave out.

The database normalises them as it does stored words (`inbox_asked`, `inbox_words`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import BooleanField, CharField, F, Func, Q, TextField, Transform, Value
from django.db.models.functions import Coalesce

from inbox.text import telephone

Way = Literal["exact", "word", "begun"]
# Numbers that are written with spaces are one word: a bank account, a telephone number, an order.
NUMBER = (
    r"[A-Za-z]{2}\d{2} ?(?:[A-Za-z]{4} ?)?\d{2,4}(?: ?\d{2,4}){1,7}(?!\w)"
    r"|(?:\+|0)\d?(?:[ ()./-]{0,3}\d){7,14}(?!\w)"
    r"|[A-Z]{1,4} \d{4,12}(?!\w)"
)
_TERM = re.compile(rf'(?P<without>-?)"(?P<phrase>[^"]+)"|(?<!\S)(?P<number>{NUMBER})|(?P<minus>-?)(?P<word>\S+)')
_TELEPHONE = re.compile(r"[+\d][\d\s()./-]{6,}")


@dataclass(frozen=True, slots=True)
class Term:
    """One word, phrase or number. `spelled` are the ways it may stand in a text."""

    spelled: tuple[str, ...]
    way: Way
    without: bool = False


def terms_of(text: str, regions: Sequence[str] = (telephone.HOME,)) -> list[Term]:
    """Return what a question asks for. The last word may still be unfinished."""
    # Spaces that do not break, and digits of full width, are no others here.
    found = list(_TERM.finditer(unicodedata.normalize("NFKC", text)))
    terms: list[Term] = []
    for number, match in enumerate(found, start=1):
        if match["phrase"]:
            terms.append(Term((match["phrase"],), "exact", bool(match["without"])))
            continue
        word = match["number"] or match["word"]
        ways = telephone.spellings_of(word, regions) if _TELEPHONE.fullmatch(word) else []
        without = bool(match["minus"])
        way: Way = "exact" if without else "begun" if number == len(found) and len(word) > 1 else "word"
        terms.append(Term((word, *ways), way, without))
    return terms


def as_prefixes(terms: Iterable[Term]) -> list[Term]:
    """Return the terms as beginnings of words, as names are looked for."""
    return [Term(term.spelled, "begun") for term in terms]


def vector_matches(vector: Any, terms: Sequence[Term]) -> Func:
    """Return the condition that a search vector answers all terms."""
    return Func(vector, _asked_all(terms), template="%(expressions)s", arg_joiner=" @@ ", output_field=BooleanField())


def message_matches(terms: Sequence[Term]) -> Q:
    """Return the condition that a message's words answer all terms; of a mail those of its subject are among them."""
    in_text = Q(vector_matches(F("words"), terms), subject_words=None)
    return in_text | Q(vector_matches(F("subject_words"), terms))


def message_fits(terms: Sequence[Term]) -> Func:
    """Return the same condition as a function, which no index serves: for messages that something else finds."""
    words = Coalesce(F("subject_words"), F("words"))
    return Func(words, _asked_all(terms), function="ts_match_vq", output_field=BooleanField())


def identity_matches(terms: Sequence[Term]) -> Func:
    """Return the condition that a person's name, handle or number answers all terms; identity_words serves it."""
    names = Func("name", "handle", "phone", function="inbox_names", output_field=SearchVectorField())
    return vector_matches(names, terms)


class _All(Func):
    template = "(%(expressions)s)"
    arg_joiner = " && "
    output_field = SearchQueryField()


class _Any(_All):
    arg_joiner = " || "


class _Not(_All):
    template = "!!(%(expressions)s)"


def _asked_all(terms: Sequence[Term]) -> Func:
    return _All(*(_Not(_asked(term)) if term.without else _asked(term) for term in terms))


def _asked(term: Term) -> Func:
    ways = [Func(Value(word), Value(term.way), function="inbox_asked") for word in term.spelled]
    return _Any(*ways)


class Plain(Transform):
    """`title__plain__contains=plain(word)` compares without case, accents and kinds of apostrophes."""

    lookup_name = "plain"
    function = "inbox_plain"


CharField.register_lookup(Plain)
TextField.register_lookup(Plain)


def plain(word: str) -> Func:
    """Return a word in the normal form, as the database makes it."""
    return Func(Value(word), function="inbox_plain", output_field=TextField())
