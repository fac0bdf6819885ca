"""How long a text is, in the platform's own way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.types import RouteRules
from inbox.text.length import _parser, length_of, weighted


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("hallo", 5),
        ("één", 3),
        ("e\u0301", 1),
        ("日本", 4),
        ("👍", 2),
        ("👨\u200d👩\u200d👧", 2),
        ("👍🏽", 2),
        ("🇳🇱", 2),
        ("“ja” – nee…", 12),
        ("https://veldhuis.nl/een/heel/lang/adres?met=alles", 23),
        ("zie example.com nu", 30),
        ("mail naar karin@example.com", 27),
    ],
)
def test_x_weighs_what_it_counts(text: str, length: int) -> None:
    assert weighted(text) == length


def test_instagram_counts_bytes_and_the_others_characters() -> None:
    assert length_of("één 👍", RouteRules(limit=1000, count="bytes")) == 10
    assert length_of("één 👍", RouteRules(limit=1000)) == 5


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P", "Z"], exclude_characters="."), max_size=300))
def test_plain_text_weighs_its_characters(text: str) -> None:
    assert weighted(text) == len(text)


@given(
    st.lists(
        st.sampled_from(["a", "Q", ".", "nl", ".nl", ".COM", "xn--p1ai", "https://", "/", "@", "-", "é", "👍", "日"]),
        max_size=24,
    )
)
def test_a_word_weighs_what_the_package_says(pieces: list[str]) -> None:
    word = "".join(pieces)
    assert word.count(".") > 16 or weighted(word) == _parser().parse_tweet(word).weightedLength


def test_many_dots_are_no_link_that_weighs_less() -> None:
    assert weighted("a.nl" + ".qq" * 30) == 4 + 3 * 30
