"""What a canned reply leaves out of an answer: farewell, name and initials at its end."""

from __future__ import annotations

import pytest

from inbox.text.signature import without_farewell


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Dat kan. Groet, Noor", "Dat kan."),
        ("Dat kan!\n\nMet vriendelijke groet,\nNoor de Wit\nTeam Veldhuis", "Dat kan!"),
        ("Dat kan. Groetjes van Anna ^AB", "Dat kan."),
        ("That is fine. Kind regards, Anna", "That is fine."),
        ("Vertrek wat eerder. ^Olaf", "Vertrek wat eerder."),
        ("Doe de groeten aan Jan", "Doe de groeten aan Jan"),
        ("Groeten zijn welkom bij ons loket in Utrecht", "Groeten zijn welkom bij ons loket in Utrecht"),
        ("Groet de buren. Tot morgen", "Groet de buren. Tot morgen"),
        ("", ""),
    ],
)
def test_farewell_at_the_end_goes_and_nothing_else(text: str, left: str) -> None:
    assert without_farewell(text) == left
