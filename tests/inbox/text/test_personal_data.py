"""D4: no personal data in the open."""

from __future__ import annotations

import pytest

from inbox.text.personal_data import personal_data


def kinds(text: str, *allowed: str) -> list[str]:
    return [found.kind for found in personal_data(text, allowed)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Mail ons vanaf karin.devries@gmail.com", "email"),
        ("Je staat bekend als karin+vh@sub.example.co.uk, klopt dat?", "email"),
        ("We bellen je op 06-12345678", "phone"),
        ("We bellen je op 06 1234 5678 rond vier uur", "phone"),
        ("We bellen je op +31 6 12 34 56 78.", "phone"),
        ("Je nummer is 0344 612345?", "phone"),
        ("Appen kan op +49 30 901820", "phone"),
        ("We storten het op NL91 ABNA 0417 1643 00 vandaag nog", "iban"),
        ("We storten het op nl91abna0417164300", "iban"),
        ("Rekening BE68 5390 0754 7034 is bekend", "iban"),
        ("Je BSN is 111222333", "bsn"),
        ("Je BSN is 1112.22.333", "bsn"),
        ("Bezorgd op 4001 KM 12", "address"),
        ("Bezorgd op 4001KM nr. 12a", "address"),
        ("Dorpsstraat 12, 4001 KM Tiel", "address"),
        ("Dorpsstraat 12-3\n4001KM", "address"),
    ],
)
def test_d4_each_kind_of_personal_data_is_found(text: str, kind: str) -> None:
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "Goedemiddag Karin, we zoeken het voor je uit. ^FB",
        "Je bestelling 48213377 is onderweg",  # eight digits that fail the eleven-check
        "In 2026 om 12 uur zijn we open, van 9 tot 17",
        "Bel gerust naar 0800 0202 of 0900-1234567",
        "Het kost € 1.299,00 en is 220 x 95 cm",
        "Order NL92ABNA0417164300 bestaat niet",  # its check digits are wrong
        "Stuur ons je postcode en huisnummer in een privébericht",
        "Kijk op https://veldhuiswonen.nl/bezorgen voor alle tijden",
        "We zijn @veldhuiswonen, altijd 24/7",
        "We zijn @veldhuiswonen@sociaal.example, altijd 24/7",  # a name of the fediverse
    ],
)
def test_d4_ordinary_words_and_published_numbers_are_left_alone(text: str) -> None:
    assert kinds(text) == []


def test_d4_several_pieces_are_each_named_once() -> None:
    text = "Karin: karin@gmail.com, 06-12345678, nogmaals karin@gmail.com"
    assert kinds(text) == ["email", "phone"]


def test_d4_our_own_address_on_the_word_list_may_be_given() -> None:
    assert kinds("Mail klantenservice@veldhuiswonen.nl", "klantenservice@veldhuiswonen.nl") == []
    assert kinds("Bel 0344 612345", "0344-612345") == []
