"""A quote leads to the message it quotes, where there is one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.channels.intake.odd_shapes.heard import Hear, Read, said

pytestmark = pytest.mark.django_db


def test_quote_leads_to_the_message(hear: Hear, read: Read) -> None:
    def earlier(value: Any) -> None:
        value["messages"][0] |= {"id": "wamid.EARLIER", "timestamp": "1794999000", "text": {"body": "De groene?"}}
        del value["messages"][0]["context"]

    hear("whatsapp quote", earlier)
    hear("whatsapp quote")
    html = read(html=True)
    code = said("wamid.EARLIER").code
    assert f'href="#message-{code}"' in html and f'id="message-{code}"' in html
    assert "Noor Vermeer, " in read() and "not loaded" not in read()


def test_quote_we_do_not_have_says_so(hear: Hear, read: Read) -> None:
    hear("whatsapp quote")
    assert "Answers a message not loaded" in read()


def test_quote_of_a_removed_message_keeps_no_words(hear: Hear, read: Read) -> None:
    def earlier(value: Any) -> None:
        value["messages"][0] |= {"id": "wamid.EARLIER", "timestamp": "1794999000", "text": {"body": "Mijn pin"}}
        del value["messages"][0]["context"]

    def withdrawn(value: Any) -> None:
        value["messages"][0] |= {"id": "wamid.R", "type": "revoke", "revoke": {"original_message_id": "wamid.EARLIER"}}

    hear("whatsapp quote", earlier)
    hear("whatsapp quote")
    hear("whatsapp quote", withdrawn)
    assert "Mijn pin" not in read()


@pytest.mark.parametrize(
    ("platform", "case"),
    [("facebook", "messenger advert"), ("instagram", "instagram reply to a story without address")],
)
def test_quote_is_shown_on_messenger_and_instagram(platform: str, case: str, hear: Hear, read: Read) -> None:
    def first(item: Any) -> None:
        item["message"] = {"mid": "m_first", "text": "Welke lamp?"}
        item["timestamp"] = 1794999000000

    def then(item: Any) -> None:
        item["message"] = {"mid": "m_then", "text": "Die dus", "reply_to": {"mid": "m_first"}}
        item["timestamp"] = 1795000000000

    hear(case, first)
    hear(case, then)
    assert f'href="#message-{said("m_first").code}"' in read(html=True)
