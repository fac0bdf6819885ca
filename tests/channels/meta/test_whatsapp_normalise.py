"""Documented webhook bodies of object `whatsapp_business_account`, as events."""

from __future__ import annotations

from typing import Any

import pytest

from channels.meta.messaging import ELSEWHERE
from channels.meta.whatsapp.connector import WhatsAppConnector
from channels.types import (
    AccountNews,
    Attachment,
    DeliveryReport,
    Direction,
    Edit,
    IdentityChange,
    IncomingMessage,
    NotUnderstood,
    Reaction,
    Removal,
)
from tests.support.meta import REFERENCE, only, payload, read

NUMBER = "106540352242922"


def test_every_type_of_message_is_readable() -> None:
    found = {
        event.external_id.removeprefix("wamid."): event
        for event in read("whatsapp", "whatsapp/messages")
        if isinstance(event, IncomingMessage)
    }
    assert len(found) == 14
    assert all(message.text or message.attachments for message in found.values())
    assert found["text"].text == "Does it come in another color?" and found["text"].parent_id == "wamid.parent"
    image = found["image"].attachments[0]
    assert (found["image"].text, image.kind, image.external_id) == ("Look", "image", "1003383421387256")
    assert found["audio"].attachments[0].mime_type == "audio/ogg"
    assert (found["document"].attachments[0].kind, found["document"].attachments[0].filename) == ("file", "bon.pdf")
    assert found["location"].attachments[0].text == "Station, Stationsplein 1 (52.379, 4.9)"
    assert found["contacts"].attachments[0].text == "Jan Jansen\nBloem\n+31612345678\njan@example.nl"
    assert found["interactive"].text == "Next day\nTomorrow"
    assert found["order"].attachments[0].text == "2 × lamp-1 · 24.95 EUR"
    assert {name for name, message in found.items() if message.kind == "unsupported"} == {
        "unsupported",
        "poll",
        "request",
    }


def test_a_person_is_known_by_number_with_the_name_they_chose() -> None:
    first = read("whatsapp", "whatsapp/messages")[0]
    assert isinstance(first, IncomingMessage) and first.author is not None
    assert (first.author.external_id, first.author.phone, first.author.name) == (
        "16505551234",
        "+16505551234",
        "Sheena Nelson",
    )


def test_a_person_who_hides_the_number_is_known_by_scoped_id() -> None:
    message = only(read("whatsapp", "whatsapp/without_number"))
    assert isinstance(message, IncomingMessage) and message.author is not None
    assert (message.author.external_id, message.author.phone, message.author.handle) == (
        "NL.99887766",
        "",
        "verborgen",
    )


def test_reactions_edits_removals_and_new_numbers_apply() -> None:
    up, gone, edit, withdrawn, moved, other = read("whatsapp", "whatsapp/changes_of_messages")
    assert isinstance(up, Reaction) and (up.external_id, up.emoji) == ("wamid.ours", "👍")
    assert isinstance(gone, Reaction) and gone.emoji == ""
    assert isinstance(edit, Edit) and (edit.external_id, edit.text) == ("wamid.text", "In another colour?")
    assert isinstance(withdrawn, Removal) and withdrawn.external_id == "wamid.image"
    assert isinstance(moved, IdentityChange)
    assert (moved.old_external_id, moved.author.external_id) == ("16505551234", "12195555358")
    assert isinstance(other, NotUnderstood)


def test_statuses_carry_our_code_and_the_reason_of_a_failure() -> None:
    sent, seen, failed, strange = read("whatsapp", "whatsapp/statuses")
    assert isinstance(sent, DeliveryReport) and (sent.status, sent.reference) == ("sent", REFERENCE)
    assert isinstance(seen, DeliveryReport) and (seen.status, seen.reference) == ("read", "")
    assert isinstance(failed, DeliveryReport)
    assert (failed.status, failed.error_code, failed.reason) == ("failed", "131047", "window_closed")
    assert "24 hours" in failed.error
    assert isinstance(strange, NotUnderstood)


def test_what_a_colleague_typed_on_the_phone_is_outbound() -> None:
    echo = only(read("whatsapp", "whatsapp/echo"))
    assert isinstance(echo, IncomingMessage) and echo.direction == Direction.OUTBOUND
    assert echo.customer is not None and echo.customer.external_id == "16505551234"


def test_a_new_scoped_id_is_a_change_of_identity() -> None:
    change = only(read("whatsapp", "whatsapp/user_id_update"))
    assert isinstance(change, IdentityChange)
    assert (change.old_external_id, change.author.external_id, change.author.name) == (
        "NL.99887766",
        "NL.11",
        "Verborgen",
    )


def test_items_reach_the_number_they_name_or_the_account() -> None:
    (_, number, _), *_ = WhatsAppConnector.parse_webhook(payload("whatsapp/echo"))
    assert number == NUMBER
    ((_, whole, event),) = WhatsAppConnector.parse_webhook(payload("whatsapp/template_status"))
    assert whole == "102290129340398" and isinstance(event, AccountNews)
    assert event.event == "APPROVED"


@pytest.mark.parametrize("part", [{}, {"interactive": {"type": "new_reply", "new_reply": {"x": 1}}}, {"type": "text"}])
def test_what_whatsapp_does_not_hand_over_comes_in_all_the_same(part: dict[str, Any]) -> None:
    said = {"from": "31612345678", "id": "wamid.a", "timestamp": "1700505494", "type": "interactive"} | part
    value = {"metadata": {"phone_number_id": NUMBER}, "messages": [said], "errors": [{"code": 131000, "title": "Oops"}]}
    change = {"field": "messages", "value": value}
    body = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}
    (_, _, event), (_, _, trouble) = WhatsAppConnector.parse_webhook(body)
    assert isinstance(event, IncomingMessage) and isinstance(trouble, NotUnderstood)
    assert (event.opens_window, event.attachments) == (True, (Attachment("share", text=ELSEWHERE),))


def test_a_change_whose_field_is_no_word_is_not_understood() -> None:
    change = {"field": [], "value": {"metadata": {"phone_number_id": NUMBER}}}
    body = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}
    ((_, _, event),) = WhatsAppConnector.parse_webhook(body)
    assert isinstance(event, NotUnderstood)
