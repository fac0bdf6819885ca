"""Numbers, user ids and groups: who is one person, and who is nobody's customer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from channels.models import Account, UnreadItem
from inbox.models import Conversation, Identity, Message
from tests.channels.intake.odd_shapes.heard import Hear, Read, with_earlier

pytestmark = pytest.mark.django_db


def test_number_and_scoped_id_are_one_person(hear: Hear) -> None:
    hear("whatsapp number and user id")
    hear("whatsapp user id only")
    identity = Identity.objects.get()
    assert (identity.external_id, identity.name, identity.handle) == ("31600000001", "Bo", "bo")
    assert Conversation.objects.get().messages.count() == 2


def test_scoped_id_before_the_number_is_one_person(hear: Hear) -> None:
    hear("whatsapp user id only")
    hear("whatsapp number and user id")
    assert (Identity.objects.get().external_id, Identity.objects.get().phone) == ("31600000001", "+31600000001")
    assert Conversation.objects.get().messages.count() == 2


def test_two_people_turn_out_to_be_one(hear: Hear, page: Client) -> None:
    def number_only(value: Any) -> None:
        del value["contacts"][0]["user_id"]
        del value["messages"][0]["from_user_id"]
        value["messages"][0]["id"] = "wamid.N"

    hear("whatsapp user id only")
    hear("whatsapp number and user id", number_only)
    assert Identity.objects.count() == 2
    hear("whatsapp number and user id")
    assert Identity.objects.get().external_id == "31600000001"
    assert Conversation.objects.get().messages.count() == 3
    assert page.get(Conversation.objects.get().get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("spelling", "other"),
    [
        ("5511987654321", "551187654321"),
        ("5215512345678", "525512345678"),
        ("5491123456789", "541123456789"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_number_in_two_spellings_is_one_person(spelling: str, other: str, turned: bool, hear: Hear) -> None:
    def of(number: str, name: str) -> Callable[[Any], None]:
        def change(value: Any) -> None:
            value["contacts"] = [{"profile": {"name": "Ana"}, "wa_id": number}]
            value["messages"][0] |= {"id": name, "from": number}

        return change

    first, second = (other, spelling) if turned else (spelling, other)
    hear("whatsapp form answered", of(first, "wamid.1"))
    hear("whatsapp form answered", of(second, "wamid.2"))
    assert Identity.objects.get().external_id == first
    assert Conversation.objects.get().messages.count() == 2


def test_name_that_is_only_the_number_is_no_name(hear: Hear, read: Read) -> None:
    def nameless(value: Any) -> None:
        value["contacts"][0]["profile"]["name"] = "+31 6 0000 0001"
        value["messages"][0] |= {"id": "wamid.LATER", "timestamp": "1795000999"}

    hear("whatsapp form answered")
    hear("whatsapp form answered", nameless)
    assert Identity.objects.get().name == "Noor Vermeer"


def test_group_message_is_kept_apart(hear: Hear, page: Client, accounts: dict[str, Account]) -> None:
    hear("whatsapp group message", with_earlier)
    hear("whatsapp group message")
    assert list(Message.objects.values_list("external_id", flat=True)) == ["wamid.EARLIER"]
    kept = UnreadItem.objects.get()
    assert kept.account == accounts["whatsapp"] and kept.body["text"]["body"] == "in de groep"
