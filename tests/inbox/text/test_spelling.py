"""E3: spelling in the conversation's language."""

from __future__ import annotations

import pytest

from inbox.text import spelling
from inbox.text.language import language_of
from inbox.text.spelling import misspelled


def wrong(text: str, language: str = "nl", *known: str) -> list[str]:
    return [found.word for found in misspelled(text, language, known)]


def test_e3_dutch_slips_are_named_with_what_was_meant() -> None:
    found = misspelled("Wat vervelent, ik zoek het onmiddelijk uit.", "nl")
    assert [(misspelled_word.word, misspelled_word.suggestions[0]) for misspelled_word in found] == [
        ("vervelent", "vervelend"),
        ("onmiddelijk", "onmiddellijk"),
    ]


def test_e3_english_conversations_are_checked_in_english() -> None:
    assert wrong("We're sorry, it hasn't arived. You will recieve it soon.", "en") == ["arived", "recieve"]


@pytest.mark.parametrize(
    "text",
    [
        "Hoi Tess, dat gaat Joost voor je regelen bij Veldhuis Wonen.",
        "Kijk op https://veldhuiswonen.nl/retourneeren of mail naar infoo@veldhuis.nl",
        "@tsess_dv #veldhuiswoonen 123abc {first_name} [[vul hier iets inn]] ^FB",
        "Je tweezitsbank en kastdeur komen eraan, zo'n drie uur na de foto's.",
        "Eén ding: wéér te laat. Dat moet beter, 's avonds mag ook!",
        "De iPhone en DigiD en NS zijn namen.",
    ],
)
def test_e3_names_handles_numbers_and_compounds_are_left_alone(text: str) -> None:
    assert wrong(text) == []


def test_e3_a_product_on_the_word_list_is_right() -> None:
    assert wrong("De malmoö is weer leverbaar.") == ["malmoö"]
    assert wrong("De malmoö is weer leverbaar.", "nl", "Malmoö") == []


def test_e3_a_repeated_word_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def look_up(word: str, language: str) -> list[str]:
        asked.append(word)
        return []

    monkeypatch.setattr(spelling, "_suggestions", look_up)
    assert wrong("de tweezitsbank naast de andere tweezitsbank is qwrtzpl en nog eens qwrtzpl") == ["qwrtzpl"]
    assert asked == ["tweezitsbank", "qwrtzpl"]


def test_e3_a_language_without_a_list_is_not_judged() -> None:
    assert wrong("Das tut uns leid, wir schauen nach.", "de") == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wat vervelend dat je pakket nog niet is bezorgd, ik kijk het even na.", "nl"),
        ("We are sorry about the delay of your parcel, let me check.", "en"),
        ("Guten Tag, wo ist mein Paket? Ich warte schon lange.", "de"),
        ("Top, dankjewel!", ""),
        ("مرحبا، أين طلبي؟ لقد طلبت خزانة قبل أسبوعين ولم تصل بعد.", ""),
        ("👍👍👍 https://t.co/aaaaaaaaaaaaaaaaaaaa @iemand_met_een_lange_naam", ""),
    ],
)
def test_the_language_of_a_text_is_told_only_when_it_is_clear(text: str, language: str) -> None:
    assert language_of(text) == language
