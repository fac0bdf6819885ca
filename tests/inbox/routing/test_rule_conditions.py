"""What a rule asks, against a reference that looks at one letter after the other."""

from __future__ import annotations

import contextlib
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.routing.rules.conditions import Group, Unreadable, read_group, stored_group
from inbox.routing.rules.facts import Facts
from inbox.text.whole_words import LONGEST, needles, spaced
from tests.support.rules import condition, group

_LETTERS = "abéÉß e-.,#😡ïİ\n_1*"
_TEXTS = st.text(_LETTERS, max_size=30)
_LISTS = st.lists(st.text("abéß e*😡", max_size=6), max_size=4).map(", ".join)


def _plain(letter: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFD", letter.casefold()) if not unicodedata.combining(one))


def _words(text: str) -> list[str]:
    """Words of a text, letter by letter."""
    words: list[str] = []
    word = ""
    for letter in text:
        for plain in _plain(letter):
            if plain.isalnum() or plain == "_":
                word += plain
                continue
            words, word = [*words, word], ""
            if unicodedata.category(plain) == "So":
                words.append(plain)
    return [one for one in [*words, word] if one]


def _stands(phrase: str, text: str) -> bool:
    wanted, words = _words(phrase), _words(text)
    begins = phrase.rstrip().endswith("*")
    for start in range(len(words) - len(wanted) + 1):
        there = words[start : start + len(wanted)]
        if there == wanted or (begins and there[:-1] == wanted[:-1] and there[-1].startswith(wanted[-1])):
            return True
    return False


def _reference(stored: dict[str, Any], facts: Facts) -> bool:
    """The same question, asked without haste."""
    if "join" in stored:
        answers = [_reference(part, facts) for part in stored["parts"]]
        if not answers:
            return True
        return {"all": all(answers), "any": any(answers), "none": not any(answers)}[str(stored["join"])]
    how, value = str(stored["how"]), str(stored["value"])
    match stored["subject"]:
        case "words":
            found = [_stands(phrase, facts.text) for phrase in value.split(",") if _words(phrase)]
            return {"any": any(found), "all": all(found), "none": not any(found)}[how]
        case "followers":
            known = facts.followers
            return known is not None and (known >= int(value) if how == "at_least" else known <= int(value))
        case "label":
            return (value in facts.labels) == (how == "is")
        case "team":
            return (facts.team == value) == (how == "is")
        case "hours":
            return facts.is_open == (value == "yes")
    raise AssertionError(stored)


_CONDITIONS = st.one_of(
    st.builds(condition, st.just("words"), st.sampled_from(["any", "all", "none"]), _LISTS.filter(needles)),
    st.builds(condition, st.just("followers"), st.sampled_from(["at_least", "at_most"]), st.integers(0, 3)),
    st.builds(condition, st.just("label"), st.sampled_from(["is", "is_not"]), st.integers(1, 2)),
    st.builds(condition, st.just("team"), st.sampled_from(["is", "is_not"]), st.sampled_from(["", "1"])),
    st.builds(condition, st.just("hours"), st.just("is"), st.sampled_from(["yes", "no"])),
)
_JOINS = st.sampled_from(["all", "any", "none"])


def _grouped(parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda join, inside: group(join, *inside), _JOINS, st.lists(parts, max_size=3))


_GROUPS = _grouped(_CONDITIONS | _grouped(_CONDITIONS))
_FACTS = st.builds(
    Facts,
    conversation=st.just(1),
    text=_TEXTS,
    followers=st.none() | st.integers(0, 3),
    labels=st.frozensets(st.sampled_from(["1", "2"])),
    team=st.sampled_from(["", "1"]),
    is_open=st.booleans(),
)


@given(_GROUPS, _FACTS)
def test_any_conditions_equal_the_slow_reference(stored: dict[str, Any], facts: Facts) -> None:
    assert read_group(stored).fits(facts) == _reference(stored, facts)


@given(_GROUPS)
def test_what_is_stored_is_read_back(stored: dict[str, Any]) -> None:
    assert stored_group(read_group(stored)) == stored


@given(st.recursive(st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["join", "parts", "subject", "how", "value"]), inner)))  # fmt: skip
def test_any_nonsense_is_refused_or_asks_nothing(stored: Any) -> None:
    with contextlib.suppress(Unreadable):
        read_group(stored).fits(Facts(conversation=1))


def test_a_rule_without_conditions_fits_everything() -> None:
    assert read_group({}) == Group()
    assert read_group({}).fits(Facts(conversation=1))


def test_words_are_whole_unless_a_star_says_they_begin() -> None:
    text = spaced("Mijn bezorging is te laat!")
    assert needles("bezorg")[0] not in text
    assert needles("bezorg*")[0] in text
    assert needles("te laat")[0] in text


def test_capitals_and_accents_make_no_difference() -> None:
    assert needles("geïrriteerd")[0] in spaced("GEIRRITEERD.")


@pytest.mark.parametrize("letter", ["a", "\u0301\u0327", "😡", "ﬃ"])
def test_a_text_is_read_up_to_a_length(letter: str) -> None:
    assert needles("einde")[0] not in spaced(letter * LONGEST + " einde")
