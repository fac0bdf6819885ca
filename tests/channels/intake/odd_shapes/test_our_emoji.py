"""Emoji put from the business app are ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from inbox.models import Conversation, Identity, Message
from tests.channels.intake.odd_shapes.heard import Hear, Read, with_earlier

pytestmark = pytest.mark.django_db


def test_emoji_from_the_business_app_is_our_reaction(hear: Hear, read: Read) -> None:
    hear("whatsapp quote", with_earlier)
    waiting = Conversation.objects.get().waiting_since
    hear("whatsapp emoji from the business app")
    message = Message.objects.get()
    assert (message.our_emoji, message.direction) == ("👍", "inbound")
    assert Conversation.objects.get().waiting_since == waiting
    assert "👍 by us" in read()
    assert Identity.objects.count() == 1


def test_emoji_of_ours_may_come_before_its_message(hear: Hear, read: Read) -> None:
    hear("whatsapp emoji from the business app")
    hear("whatsapp quote", with_earlier)
    assert "👍 by us" in read()


@pytest.mark.parametrize("first", ["👍", ""])
def test_emoji_taken_back_within_a_second_is_gone(first: str, hear: Hear, read: Read) -> None:
    def react(emoji: str) -> Callable[[Any], None]:
        def change(value: Any) -> None:
            item = {"from": "31600000001", "id": f"wamid.X{emoji}", "timestamp": "1795000001", "type": "reaction"}
            value["messages"][0] = item | {"reaction": {"message_id": "wamid.EARLIER", "emoji": emoji}}

        return change

    hear("whatsapp quote", with_earlier)
    hear("whatsapp quote", react(first))
    hear("whatsapp quote", react("" if first else "👍"))
    assert "👍" not in read()
