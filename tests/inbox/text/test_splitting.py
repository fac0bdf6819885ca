"""A9: long answers as a numbered thread."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.types import RouteRules
from inbox.text.length import length_of
from inbox.text.splitting import split
from tests.support.profiles import examples

X = RouteRules(limit=280, count="weighted", splits=True)
SHORT = RouteRules(limit=60, count="weighted", splits=True)
EMOJI = ("👩\u200d👩\u200d👧", "🇳🇱", "👍🏽", "❤️", "🙂", "1️⃣")
ADDRESSES = ("https://veldhuiswonen.nl/bezorgen/tweezitsbank", "https://t.co/abc")
words = st.one_of(
    st.text("abcdefghijklmnopqrstuvwxyzéëï", min_size=1, max_size=12),
    st.sampled_from(["Wij", "zoeken", "het", "uit.", "Klopt?", "Ja!", *EMOJI, *ADDRESSES]),
)


def body(part: str) -> str:
    return re.sub(r" \d+/\d+(?: \^FB)?$", "", part)


@settings(max_examples=examples(150))
@given(st.lists(words, min_size=1, max_size=120), st.sampled_from([X, SHORT]), st.sampled_from(["", "^FB"]))
def test_a9_every_part_fits_and_cuts_no_word_address_or_emoji(
    given_words: list[str], rules: RouteRules, signature: str
) -> None:
    text = " ".join(given_words)
    try:
        made = split(text, rules, signature)
    except ValueError:
        assert rules is SHORT
        return
    assert all(length_of(part, rules) <= rules.limit for part in made)
    bodies = [body(part) for part in made] if len(made) > 1 else [made[0].removesuffix(f" {signature}")]
    assert " ".join(bodies).split() == text.split()
    if len(made) > 1:
        assert [part.split()[-1 if n < len(made) - 1 or not signature else -2] for n, part in enumerate(made)] == [
            f"{n}/{len(made)}" for n in range(1, len(made) + 1)
        ]
    assert sum(part.endswith("^FB") for part in made) == bool(signature)


@pytest.mark.parametrize("emoji", EMOJI)
def test_a9_a_word_that_is_too_long_is_never_cut_inside_an_emoji(emoji: str) -> None:
    made = split(emoji * 200, X)
    assert len(made) > 1
    assert "".join(body(part) for part in made) == emoji * 200
    assert all(body(part) == emoji * body(part).count(emoji) for part in made)


def test_a9_parts_end_with_a_sentence_where_that_costs_little() -> None:
    text = "Wat vervelend dat je kast nog niet is bezorgd, we zoeken het uit. " * 7
    made = split(text, X, "^FB")
    assert all(body(part).endswith(".") for part in made)


def test_a9_a_text_that_fits_stays_one_signed_post() -> None:
    assert split("Goedemiddag!", X, "^FB") == ["Goedemiddag! ^FB"]


def test_a9_a_text_that_fits_but_for_its_signature_becomes_two() -> None:
    text = ("woord " * 47)[:279].strip()
    made = split(text, X, "^FB")
    assert len(made) == 2
    assert made[-1].endswith("2/2 ^FB")


def test_a9_signature_makes_three_parts_four() -> None:
    made = split("woord " * 137 + "einde", X, "^FB")
    assert [body(part).split()[-1] for part in made] == ["woord", "woord", "woord", "einde"]


def test_a9_a_book_is_refused() -> None:
    with pytest.raises(ValueError, match="25 parts"):
        split("woord " * 5000, X)
