"""What changed between two texts: both can be read back from the pieces."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from inbox.text.difference import MOST, difference

WORDS = st.lists(st.sampled_from(["Hoi", " ", "helaas", "december", ".", "\n", "🖤", "’s"]), max_size=30).map("".join)


@given(WORDS | st.text(), WORDS | st.text())
def test_pieces_make_both_texts_again(before: str, after: str) -> None:
    pieces = difference(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after
    assert all(piece.text for piece in pieces)


def test_what_did_not_change_stays_in_one_piece() -> None:
    assert difference("Hij is helaas even weg.", "Hij is nu weg.") == [
        ("same", "Hij is "),
        ("gone", "helaas even"),
        ("new", "nu"),
        ("same", " weg."),
    ]


def test_words_changed_in_a_row_are_one_change() -> None:
    assert difference("Hij komt helaas even niet.", "Hij komt nu vandaag niet.")[1:3] == [
        ("gone", "helaas even"),
        ("new", "nu vandaag"),
    ]


def test_very_long_texts_are_shown_whole() -> None:
    long = "a " * MOST
    assert [piece.kind for piece in difference(long, "kort")] == ["gone", "new"]


def test_words_that_return_take_no_time() -> None:
    begun = time.process_time()
    difference("a " * (MOST // 2), "b a " * (MOST // 4))
    assert time.process_time() - begun < 1
