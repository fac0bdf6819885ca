"""Nothing that our finders know leaves a text, and what comes back stands where it stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.masking import GONE, mask
from inbox.library.canned import order_number_in
from inbox.text.personal_data import spellings

NAMES = ["Noor Visser", "noorvisser", "Sanne de Wit", "Jean-Luc", ""]
PIECES = [
    "noor@example.com", "06-12345678", "+31 6 12 34 56 78", "NL91 ABNA 0417 1643 00", "1234 AB 12", "111222333",
    "https://example.com/?mail=a@b.nl", "@noorvisser", "bestelnummer 1234", "AB-123456", "Noor", "noor visser",
    "Sanne", "[[NAME_1]]", "[NAME_2]", "[[", "]]", "[", "]", "[[…]]", "Vissers", "www.x.nl", "0800 1234", "2026",
]  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=12).flatmap(
    lambda parts: st.sampled_from(["", " ", "\n", ", "]).map(lambda glue: glue.join(parts))
)


@given(texts)
def test_nothing_known_leaves_and_all_comes_back(text: str) -> None:
    masked = mask(text, NAMES)
    assert list(spellings(masked.text)) == []
    assert order_number_in(masked.text) == ""
    assert not any(name in masked.text.split() for name in ("Noor", "Visser", "Sanne", "noorvisser", "Jean-Luc"))
    assert masked.put_back(masked.text) == text
    assert not masked.has_gaps(masked.text)


def test_same_piece_has_one_placeholder_and_namesakes_another() -> None:
    masked = mask("Noor belde Sanne, Noor mailde noor@example.com", NAMES)
    assert masked.text == "[[NAME_1]] belde [[NAME_2]], [[NAME_1]] mailde [[EMAIL_1]]"


def test_small_words_of_names_stay() -> None:
    names = ["Sanne de Wit", "Jan van den Berg tot Wel"]
    assert mask("de bank van Wit tot morgen", names).text == "de bank van [[NAME_1]] tot morgen"


@pytest.mark.parametrize(
    ("said", "shown", "gaps"),
    [
        ("Dag [[NAME_1]]!", "Dag Noor!", False),
        ("Dag [[ name_1 ]]!", "Dag Noor!", False),
        ("Dag [NAME_1]!", "Dag Noor!", False),
        ("Dag [[NAME_7]]!", f"Dag {GONE}!", True),
        ("Dag!", "Dag!", True),
    ],
)
def test_placeholder_is_never_shown_and_no_wrong_name(said: str, shown: str, gaps: bool) -> None:
    masked = mask("Noor", ["Noor"])
    assert (masked.put_back(said), masked.has_gaps(said)) == (shown, gaps)
