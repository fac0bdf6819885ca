"""What a greeting calls somebody, from whatever they typed as their name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.text.first_name import first_name_of

NAMES = {
    "Sanne de Vries": "Sanne",
    "Sanne": "Sanne",
    "SANNE": "Sanne",
    "SANNE DE VRIES": "Sanne",
    "sanne": "Sanne",
    "Sanne V.": "Sanne",
    "Jo Visser": "Jo",
    "JO VISSER": "Jo",
    "Bo": "Bo",
    "Co Adriaanse": "Co",
    "jan-willem bos": "Jan-Willem",
    "JAN-WILLEM": "Jan-Willem",
    "Anne-Fleur": "Anne-Fleur",
    "ijsbrand": "IJsbrand",
    "IJSBRAND": "IJsbrand",
    "Ijsbrand": "IJsbrand",
    "IJsbrand Chardon": "IJsbrand",
    "DeAndre Smith": "DeAndre",
    "o'neill": "O'Neill",
    "O’NEILL": "O’Neill",
    "d'Arcy": "d'Arcy",
    "Ömer Öztürk": "Ömer",
    "ÖMER": "Ömer",
    "Zoë": "Zoë",
    "Zoe\u0308": "Zoë",
    "İSMAİL": "Ismail",
    "✨ Lotte ✨": "Lotte",
    "✨Lotte✨": "Lotte",
    "❤️ Sanne": "Sanne",
    "  Karin": "Karin",
    "\u00a0Karin": "Karin",
    "\u202eKarin": "Karin",
    "Kar\u200bin": "Karin",
    "“Karin”": "Karin",
    "(Karin)": "Karin",
    "𝓢𝓪𝓷𝓷𝓮": "Sanne",
    "Karin" + "\u0302" * 40: "Karin\u0302\u0302",
    "محمد علي": "محمد",
    "李雷": "李雷",
    "伟": "伟",
    "रवि शर्मा": "रवि",
    "Αλέξανδρος": "Αλέξανδρος",
    "Наталья": "Наталья",
    "Mevr. de Vries": "",
    "mevr.": "",
    "mw Jansen": "",
    "Dhr. Jansen": "",
    "dhr Jansen": "",
    "De heer Bos": "",
    "Fam. de Vries": "",
    "Familie Bakker": "",
    "mr. dr. Bos": "",
    "Jonkvrouw Willemijn van Haverden": "",
    "jhr. Floris": "",
    "Drs. P.": "",
    "Mrs Smith": "",
    "de Vries": "",
    "van den Berg": "",
    "Van 't Veld": "",
    "'t Hoen": "",
    "El Bakkali": "",
    "ter Horst": "",
    "J. de Vries": "",
    "J": "",
    "J.P. Bakker": "",
    "JP Bakker": "",
    "Th. Smit": "",
    "Bakkerij Smit": "",
    "Smit Bakkerij": "",
    "Jansen B.V.": "",
    "Jansen & Zonen": "",
    "Team Veldhuis": "",
    "Klantenservice": "",
    "Bezoeker de93": "",
    "Visitor 41ab": "",
    "Stichting Lezen": "",
    "jansen_88": "",
    "piet88": "",
    "@piet": "",
    "sanne.devries": "",
    "sanne@voorbeeld.nl": "",
    "winkel.nl": "",
    "+31612345678": "",
    "06 12345678": "",
    "🙂": "",
    "-": "",
    "'": "",
    ".": "",
    "": "",
    "   ": "",
    "WhatsApp User": "",
    "Onbekend": "",
}


@pytest.mark.parametrize(("name", "first"), NAMES.items())
def test_a_greeting_uses_a_first_name_or_none(name: str, first: str) -> None:
    assert first_name_of(name) == first


@given(st.text())
def test_any_name_gives_one_word_or_none(name: str) -> None:
    first = first_name_of(name)
    assert len(first.split()) <= 1
    assert not set(first) & set("@{}<>&_0123456789\u202e\u200b")


@pytest.mark.parametrize("sign", ["a", "@", ".", "-", "'", "\u200b", "\u0301", "🙂", " "])
def test_only_the_beginning_of_a_long_name_is_read(sign: str) -> None:
    assert len(first_name_of(sign * 200_000)) <= 200
