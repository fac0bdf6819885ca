"""Whom an answer names decides who is reached: in private nobody else may be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.mastodon.words import addressed, addressed_privately, comparable, names

KARIN = "karin@elders.example"


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("Morgen.", "@karin@elders.example Morgen."),
        ("Dag @Karin@elders.example, morgen.", "Dag @Karin@elders.example, morgen."),
        ("Dag @karin, morgen.", "@karin@elders.example Dag @karin, morgen."),  # another Karin, of our own server
        ("https://elders.example/@karin@elders.example", "@karin@elders.example https://elders.example/@karin@elders.example"),
        ("", "@karin@elders.example"),
    ],
)  # fmt: skip
def test_an_answer_names_whom_it_is_for_once(text: str, sent: str) -> None:
    assert addressed(text, KARIN) == sent


def test_a_private_answer_calls_nobody_else() -> None:
    sent = addressed_privately(
        "Vraag @buurman@elders.example of mail info@veldhuis.example, @karin@elders.example", KARIN
    )
    assert names(sent, KARIN)
    assert not names(sent, "buurman@elders.example")
    assert "info@veldhuis.example" in sent
    assert sent.replace("\u2060", "") == (
        "Vraag @buurman@elders.example of mail info@veldhuis.example, @karin@elders.example"
    )


@given(text=st.text(alphabet="abc @.-_/:=é1\n", max_size=60))
def test_in_private_only_the_addressee_is_ever_named(text: str) -> None:
    sent = addressed_privately(text, KARIN)
    assert names(sent, KARIN)
    assert not any(names(sent.replace(f"@{KARIN}", ""), other) for other in ("a", "b", "abc", "a@b", "c@a.b"))


def test_what_we_sent_is_known_again() -> None:
    sent = addressed_privately("Kijk op https://veldhuis.example/een\nGroet, @buurman", KARIN)
    assert comparable(sent) == comparable("@karin Kijk op https://veldhuis.example/een/ Groet, @buurman")
