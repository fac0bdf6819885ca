"""Names that look like ours are seen, whatever was done to them; customers' names are not."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.text.lookalike import resembles
from sandbox.scenario.people import BRANDS, PEOPLE

SERVICE = ("klantenservice", "webcare", "support", "help", "service", "official", "nl", "team")
ALIKE = {
    "a": "аα", "c": "с", "e": "еé3", "i": "і1l", "l": "1I", "o": "оο0ö", "p": "р", "s": "ѕ5", "x": "х", "y": "у",
}  # fmt: skip


@given(
    st.text(string.ascii_lowercase, min_size=6, max_size=20),
    st.sampled_from(SERVICE),
    st.sampled_from(["", "_", ".", " ", "-"]),
    st.booleans(),
    st.data(),
)
def test_i7_disguised_handle_is_always_seen(
    handle: str, word: str, between: str, is_first: bool, data: st.DataObject
) -> None:
    disguised = "".join(data.draw(st.sampled_from(letter + ALIKE.get(letter, ""))) for letter in handle)
    assert resembles(disguised, handle)
    assert resembles(between.join([word, disguised] if is_first else [disguised, word]), handle)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Vеldhuis Wonеn", "Veldhuis Wonen"),  # Cyrillic
        ("veldhuis.wonen", "veldhuiswonen"),
        ("veldhuiswoonen", "veldhuiswonen"),
        ("veldhuiswonn", "veldhuiswonen"),
        ("veldhuiswonenhelp", "veldhuiswonen"),
        ("ＶＥＬＤＨＵＩＳ\u200bWONEN", "veldhuiswonen"),
        ("bruinrnans", "bruinmans"),
        ("Albert Heijn webcare", "Albert Heijn NL"),
        ("KPN Klantenservice", "KPN"),
        ("NS 0fficial", "NS"),
    ],
)
def test_i7_what_people_do_to_a_name_is_seen(theirs: str, ours: str) -> None:
    assert resembles(theirs, ours)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Jan van Veldhuis Wonen", "Veldhuis Wonen"),
        ("kpnn", "KPN"),
        ("helping", "ING"),
        ("Team Webcare", "Webcare"),
        ("klantenservice", "Klantenservice Lijn Noord"),
        ("Lijn Zuid", "Lijn Noord"),
        ("", "Veldhuis Wonen"),
        ("ليلى حداد", "Veldhuis Wonen"),
    ],
)
def test_i7_a_common_word_or_another_name_is_not_ours(theirs: str, ours: str) -> None:
    assert not resembles(theirs, ours)


def test_i7_of_the_scenario_the_fake_alone_looks_like_a_brand() -> None:
    ours = {name for brand in BRANDS for name in (brand.name, *brand.accounts.values())}
    theirs = {name for person in PEOPLE for name in (person.name, person.x, person.instagram) if name}
    alike = {name for name in theirs if any(resembles(name, own) for own in ours)}
    assert alike == {"Veldhuis Wonen Klantenservice", "ve1dhuiswonen_help"}
