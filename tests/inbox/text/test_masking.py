"""What is masked in customers' words, and what stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.text import masking
from inbox.text.personal_data import personal_data
from webcare.lib import masks


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Bel 06-12345678 of 0612345678", "Bel 06-•••••678 of 06•••••678"),
        ("Ik ben +31 6 12 34 56 78.", "Ik ben +31 • •• •• •6 78."),
        ("Mail karin.devries@gmail.com", "Mail k•••••@g•••••"),
        ("Op NL91 ABNA 0417 1643 00 graag", "Op NL•• •••• •••• •••3 00 graag"),
        ("Mijn BSN is 111222333", "Mijn BSN is 11••••333"),
        ("Bestelling 48213377, 4001 KM 12, € 1.299,00", "Bestelling 48213377, 4001 KM 12, € 1.299,00"),
        ("Waar blijft mijn kast?", "Waar blijft mijn kast?"),
    ],
)
def test_each_kind_keeps_only_enough_to_be_told_apart(text: str, masked: str) -> None:
    assert masking.mask(text) == masked


def test_a_long_text_is_masked_to_its_end() -> None:
    text = "Waar blijft mijn kast nou toch? " * 1_300 + "06-12345678"
    assert masking.mask(text).endswith("06-•••••678")


def test_a_number_that_an_excerpt_cuts_is_masked_too() -> None:
    text = ("x" * 270 + " NL91ABNA0417164300")[:280]
    assert "ABNA" not in masking.mask(text)


def test_without_a_reader_who_sees_masks_nothing_is_masked() -> None:
    text = "Bel 06-12345678"
    assert (masking.masked(text), masking.count(text)) == (text, 0)
    masks.begin(masks=True, revealed=["een"])
    try:
        assert masking.masked(text) == "Bel 06-•••••678"
        assert (masking.masked(text, "een"), masking.count(text, "een"), masking.count(text)) == (text, 0, 1)
    finally:
        masks.forget()
    assert masking.masked(text) == text


@given(st.text(max_size=200) | st.from_regex(r"[0-9 +().\-]{0,30}[a-z@.]{0,12}[A-Z]{2}[0-9A-Z ]{0,30}", fullmatch=True))
def test_nothing_that_is_known_stays_to_be_read(text: str) -> None:
    hidden = masking.mask(text)
    left = [datum for datum in personal_data(hidden) if datum.kind in masking.KINDS and datum.text in text]
    assert left == []
