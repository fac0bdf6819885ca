"""What comes without a part of it comes in all the same, and an edit without words keeps them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from channels.models import Account, UnreadItem
from inbox.models import Conversation, Message
from tests.channels.intake.odd_shapes.heard import PAGE, Hear, Read, said

pytestmark = pytest.mark.django_db


def test_picture_that_could_not_be_had_comes_in(hear: Hear, read: Read) -> None:
    hear("whatsapp picture that could not be had")
    words = read()
    assert "Photo that could not be loaded" in words and "Ask them to send it again" in words
    assert Conversation.objects.get().waiting_since
    assert not UnreadItem.objects.exists()


def test_choice_with_errors_comes_in(hear: Hear, read: Read) -> None:
    hear("whatsapp interactive with errors")
    assert "Tapped button or filled-in form that could not be loaded" in read()
    assert Conversation.objects.get().waiting_since


@pytest.mark.parametrize(
    "kind", ["video", "audio", "document", "sticker", "location", "contacts", "order", "button", "text"]
)
def test_any_part_that_is_missing_with_errors_comes_in(kind: str, hear: Hear, read: Read) -> None:
    def missing(value: Any) -> None:
        value["messages"][0]["type"] = kind

    hear("whatsapp picture that could not be had", missing)
    assert "that could not be loaded" in read()


def test_receipt_without_time_counts_at_its_watermark(hear: Hear, accounts: dict[str, Account]) -> None:
    def echo(item: Any) -> None:
        item.update(sender={"id": PAGE}, recipient={"id": "7001"}, timestamp=1458668800000)
        item["message"] = {"mid": "m_1", "is_echo": True, "text": "Dag"}
        del item["delivery"]

    hear("messenger receipt without time", echo)
    hear("messenger receipt without time")
    assert said("m_1").delivered_at == datetime(2016, 3, 22, 17, 47, 36, 253000, tzinfo=UTC)
    hear("messenger receipt without time", lambda item: item.pop("timestamp"))
    assert not UnreadItem.objects.exists()


def test_message_without_time_is_not_lost(hear: Hear, read: Read) -> None:
    hear("messenger advert", lambda item: item.pop("timestamp"))
    assert "Is deze er nog?" in read()


def test_instagram_edit_without_text_keeps_the_words(hear: Hear, read: Read) -> None:
    def first(item: Any) -> None:
        del item["message_edit"]
        item["message"] = {"mid": "m_4", "text": "Mijn bank is stuk"}

    hear("instagram edit without text", first)
    hear("instagram edit without text")
    message = said("m_4")
    assert message.text == "Mijn bank is stuk" and message.edited_at
    assert "edited" in read()


def test_explicit_empty_edit_empties(hear: Hear) -> None:
    def first(item: Any) -> None:
        del item["message_edit"]
        item["message"] = {"mid": "m_4", "text": "Mijn bank is stuk"}

    def emptied(item: Any) -> None:
        item["timestamp"] = 1795000009000
        item["message_edit"] = {"mid": "m_4", "text": ""}

    hear("instagram edit without text", first)
    hear("instagram edit without text", emptied)
    assert said("m_4").text == ""


def test_facebook_edit_without_message_keeps_the_words(hear: Hear) -> None:
    def change(**value: Any) -> dict[str, Any]:
        change_value = {
            "item": "comment",
            "comment_id": f"{PAGE}_5",
            "post_id": f"{PAGE}_1",
            "created_time": 1795000000,
        } | value
        entry = {"id": PAGE, "time": 1795000000, "changes": [{"field": "feed", "value": change_value}]}
        return {"object": "page", "entry": [entry]}

    who = {"from": {"id": "77", "name": "Bo"}}
    hear(change(verb="add", message="Waar blijft hij?", **who))
    hear(change(verb="edited", photo="https://scontent.xx.fbcdn.net/p.jpg", **who))
    message = Message.objects.get(direction="inbound")
    assert message.text == "Waar blijft hij?" and message.edited_at


def test_whatsapp_caption_edit_without_caption_keeps_it(hear: Hear) -> None:
    def photo(value: Any) -> None:
        value["messages"][0] |= {"id": "wamid.P", "type": "image", "image": {"id": "1", "caption": "De kras"}}
        del value["messages"][0]["errors"]

    def edit(value: Any) -> None:
        new = {"type": "image", "image": {"id": "1"}}
        edited = {"original_message_id": "wamid.P", "message": new}
        value["messages"][0] |= {"id": "wamid.X", "type": "edit", "timestamp": "1795000050", "edit": edited}

    hear("whatsapp picture that could not be had", photo)
    hear("whatsapp picture that could not be had", edit)
    message = said("wamid.P")
    assert message.text == "De kras" and message.edited_at


def test_message_of_nothing_says_so(hear: Hear, read: Read) -> None:
    def empty(item: Any) -> None:
        item["message"] = {"mid": "m_empty"}

    hear("messenger advert", empty)
    assert "A message without words." in read()
