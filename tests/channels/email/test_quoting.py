"""What programs put above an older mail, in several languages; and what people write that looks like it."""

from __future__ import annotations

import pytest

from channels.email import markup, quoting

_QUOTE = "\n\n> Morgen komt hij.\n"
_PLAIN = "\n\nMorgen komt hij.\n"


@pytest.mark.parametrize(
    "heading",
    [
        "pe 20. marraskuuta 2026 klo 17.50 Veldhuis\n<info@veldhuis.example> kirjoitti:" + _PLAIN,
        "Il giorno lun 30 nov 2026 alle ore 14:02 Veldhuis <info@veldhuis.example>\nha scritto:" + _PLAIN,
        "W dniu 2026-11-30 11:59 użytkownik Veldhuis <info@veldhuis.example> napisał:" + _PLAIN,
        "Em 30 de nov. de 2026 às 16:32, Veldhuis (\ninfo@veldhuis.example) escreveu:" + _PLAIN,
        '30.11.2026, 14:02, "Veldhuis" <info@veldhuis.example>:' + _PLAIN,
        "On Nov 30, 2026, at 2:02 PM, Veldhuis\n<info@veldhuis.example>\nwrote:" + _QUOTE,
        "---- On Mon, 30 Nov 2026 14:02:50 +0100 info@veldhuis.example wrote ----" + _PLAIN,
        "---- Veldhuis schreef ----" + _QUOTE,
        "De : Veldhuis <info@veldhuis.example>\nEnvoyé le : lundi\nÀ : Noor\nObjet : kast" + _PLAIN,
        "Da: Veldhuis\nInviato: lunedì 30 novembre 2026\nA: Noor\nOggetto: kast" + _PLAIN,
        "------------------------------\n*From:* Veldhuis\n*Sent:* Monday\n*To:* Noor" + _PLAIN,
        "Date: Mon, 30 Nov 2026 14:02:45 +0100\nSubject: kast\nFrom: info@veldhuis.example\nTo: n" + _PLAIN,
        "-------- Oprindelig besked --------\nFra: Veldhuis\nDato: 30.11.2026\nTil: Noor" + _PLAIN,
        "On 30-11-2026 14:02, Veldhuis wrote:\n> Morgen komt hij.\n\n-- \nNoor Vermeer\nUtrecht",
        "> Morgen komt hij.\n\n________________\nDeze mail is vertrouwelijk.",
    ],
)
def test_an_older_mail_is_folded_in_any_language(heading: str) -> None:
    written, quoted = quoting.split(f"Liever groen.\nOp 3 hoog graag.\n\n{heading}")
    assert written == "Liever groen.\nOp 3 hoog graag."
    assert "Morgen komt hij." in quoted


def test_a_last_line_right_above_a_heading_stays_theirs() -> None:
    heading = "Op ma 30 nov 2026 om 14:02 schreef Veldhuis <info@veldhuis.example>:"
    for last in ("Op zich prima.", "Nummer 12345 dus"):
        assert quoting.split(f"Hoi,\n{last}\n{heading}{_QUOTE}")[0] == f"Hoi,\n{last}"


@pytest.mark.parametrize(
    "text",
    [
        "Ik reis zo:\nVan: Utrecht\nNaar: Arnhem\nDatum: 12 december 2026\n\nKan dat?",
        "Datum: 12 december\nVan: Utrecht\nNaar: Arnhem\n\nKan dat?",
        "Hoi,\nOp 3 november schreef u het volgende:\n\nMorgen komt hij.\n\nMaar hij kwam niet.",
        "On the surface this is fine. On the other hand, he wrote:\nno.\n\nWhat now?",
        "Bij: jan@x.example om 12:00\nGraag voor 3 uur:\n\nDe kast.",
        "> Welke kleur?\n\nGroen.\n\n-- \nNoor",
        "Mijn pakket:\nVan: Veldhuis\nVerzonden: 3 november\nAan: Noor\nHet kwam nooit aan.",
        "Zie punten:\n-- één\n-- twee\n\nDank!",
    ],
)
def test_what_people_write_themselves_is_not_folded(text: str) -> None:
    assert quoting.split(text) == (text, "")


def test_a_block_of_outlooks_html_is_folded() -> None:
    html = "<p>Groen.</p><hr><div><b>Van:</b> Veldhuis<br><b>Verzonden:</b> ma<br><b>Aan:</b> N</div><p>Morgen.</p>"
    assert quoting.split(markup.plain(html))[0] == "Groen."
