"""The language of queries: read, written back, asked of X, and tried on texts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from inbox.text.whole_words import spaced
from monitoring.queries.language import (
    LONGEST,
    Either,
    Every,
    Not,
    NotAQuery,
    Part,
    Term,
    holds_in,
    parse,
    written,
)
from monitoring.queries.on_x import on_x


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def fits(query: str, text: str) -> bool:
    return holds_in(parse(query), spaced(text))


@pytest.mark.parametrize(
    ("query", "as_read"),
    [
        ("veldhuis", "veldhuis"),
        ("veldhuis AND bank", "veldhuis bank"),
        ("veldhuis (bank OR stoel) NOT vacature", "veldhuis (bank OR stoel) -vacature"),
        ("“slechte service” OR -(lijn noord) veldhuis", '"slechte service" OR -(lijn noord) veldhuis'),
        ("((veldhuis))", "veldhuis"),
        ("a OR (b OR c)", "a OR b OR c"),
        ("a --b", "a b"),
        ('"OR" or', '"OR" or'),
    ],
)
def test_a_query_is_read_as_people_mean_it(query: str, as_read: str) -> None:
    assert written(parse(query)) == as_read


@pytest.mark.parametrize(
    ("query", "at", "words"),
    [
        ("", 0, "at least one word"),
        ("   ", 0, "at least one word"),
        ('veldhuis "slechte service', 9, "not closed"),
        ("veldhuis (bank", 9, "not closed"),
        ("veldhuis bank)", 13, "closes nothing"),
        ("veldhuis OR", 11, "missing at the end"),
        ("OR veldhuis", 0, "before OR"),
        ("veldhuis ()", 10, "before this bracket"),
        ("veldhuis - bank", 9, "right before the word"),
        ("veldhuis ---", 11, "right before the word"),
        ("veldhuis !!!", 9, "no word here"),
        ("-vacature", 0, "only excludes"),
        ("veldhuis OR -vacature", 0, "only excludes"),
        ("(" * 30 + "a" + ")" * 30, 21, "too many brackets"),
        ("a " * 51, 0, "50 words"),
        ("a" * (LONGEST + 1), LONGEST, "1000 characters"),
    ],
)
def test_what_is_no_query_says_what_is_wrong_and_where(query: str, at: int, words: str) -> None:
    with pytest.raises(NotAQuery) as refused:
        parse(query)
    assert (refused.value.at, words in refused.value.message) == (at, True), refused.value.message


_SIGNS = st.lists(
    st.sampled_from(
        ["veldhuis", "bank", "é", "AND", "OR", "NOT", "-", "(", ")", '"', '"op tijd"', " ", "@x", "#", "-a"]
    )
).map(" ".join)


@given(st.one_of(st.text(max_size=60), _SIGNS, st.lists(st.sampled_from('ab ()"-O R'), max_size=40).map("".join)))
def test_any_text_is_a_query_or_says_why_not(text: str) -> None:
    try:
        found = parse(text)
    except NotAQuery as error:
        assert error.message and 0 <= error.at <= len(text)
    else:
        assert parse(written(found)) == found
        assert not holds_in(found, spaced(""))


_TERMS = st.builds(Term, st.sampled_from(["veldhuis", "stoel", "@veldhuis", "#actie", "e-bike", "AT&T"]))
_PHRASES = st.builds(lambda text: Term(text, True), st.sampled_from(["op tijd", "OR", "-niet"]))


def _joined(parts: st.SearchStrategy[Part]) -> st.SearchStrategy[Part]:
    some = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, parts), st.builds(Every, some), st.builds(Either, some))


@given(st.recursive(st.one_of(_TERMS, _PHRASES), _joined, max_leaves=8), st.text(alphabet="vst op-", max_size=30))
def test_x_is_asked_for_what_was_asked(part: Part, text: str) -> None:
    """Dividing what is excluded changes nothing in what fits."""
    words = spaced(f"{text} veldhuis stoel")
    try:
        asked = on_x(part)
        again = parse(asked)
    except NotAQuery:
        return
    assert holds_in(again, words) == holds_in(part, words)
    assert "-(" not in asked


def test_x_is_asked_in_its_own_words() -> None:
    asked = on_x(parse('veldhuis OR "op tijd" NOT (bank OR AT&T)'), language="nl", handle="veldhuis")
    assert asked == '(veldhuis OR "op tijd" -bank -"AT&T") lang:nl -from:veldhuis -@veldhuis'
    assert on_x(parse('veldhuis "OR" #actie')) == 'veldhuis "OR" #actie'


def test_x_is_not_asked_for_more_than_it_takes() -> None:
    long = " OR ".join(f"veldhuis{number:030}" for number in range(14))
    with pytest.raises(NotAQuery, match="Make two queries"):
        on_x(parse(long))
    with pytest.raises(NotAQuery, match="come in by themselves"):
        on_x(parse("@Veldhuis bank"), handle="veldhuis")


@pytest.mark.parametrize(
    ("query", "text", "is_found"),
    [
        ("veldhuis", "Mijn VELDHUIS-bank", True),
        ("veldhuis", "Veldhuizen is een achternaam", False),
        ("bensaid", "Farah Bensaïd", True),
        ('"op tijd"', "Keurig op\ntijd!", True),
        ('"op tijd"', "op een tijd", False),
        ("bank -vacature", "Vacature bij de bank", False),
        ("bank OR stoel", "een stoel", True),
        ("e-bike", "mijn e-bike", True),
        ("#actie", "doe mee #actie", True),
    ],
)
def test_whole_words_are_found_whatever_their_accents(query: str, text: str, is_found: bool) -> None:
    assert fits(query, text) == is_found
