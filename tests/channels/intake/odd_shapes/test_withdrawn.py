"""Words that were withdrawn leave everything that was stored."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from channels.intake import deliveries
from channels.models import Account, Delivery, UnreadItem, Withdrawal
from inbox.ingest import redaction
from tests.channels.intake.odd_shapes.heard import PAGE, Hear, Read, kept_bodies, said, withdrawn

pytestmark = pytest.mark.django_db


def test_removed_message_keeps_nothing_that_was_shown(hear: Hear, read: Read) -> None:
    def withdrawn(value: Any) -> None:
        value["messages"][0] = {"from": "31600000001", "id": "wamid.R", "timestamp": "1795000100", "type": "revoke"}
        value["messages"][0]["revoke"] = {"original_message_id": "wamid.CASE"}

    hear("whatsapp form answered")
    hear("whatsapp form answered", withdrawn)
    assert "Netjes" not in read() and said("wamid.CASE").shown == []


def test_withdrawn_words_leave_the_stored_bodies(hear: Hear, accounts: dict[str, Account]) -> None:
    def edited(value: Any) -> None:
        new = {"original_message_id": "wamid.CASE", "message": {"type": "text", "text": {"body": "Nog geheimer"}}}
        item = {"from": "31600000001", "id": "wamid.ED", "timestamp": "1795000050", "type": "edit", "edit": new}
        value["messages"] = [item, {**item, "id": "wamid.OTHER", "type": "text", "text": {"body": "Blijft staan"}}]

    hear("whatsapp advert referral")
    hear("whatsapp advert referral", edited)
    hear("whatsapp advert referral", withdrawn)
    redaction.redact_due()
    kept = kept_bodies()
    assert not [word for word in ("Is deze er nog", "Zomeractie", "Nog geheimer") if word in kept]
    assert "Blijft staan" in kept
    for delivery in Delivery.objects.order_by("pk"):
        deliveries.replay(delivery.pk)
    assert said("wamid.CASE").text == "" and said("wamid.OTHER").text == "Blijft staan"
    assert not UnreadItem.objects.exists()


def test_words_withdrawn_from_a_group_leave_too(hear: Hear, accounts: dict[str, Account]) -> None:
    hear("whatsapp group message")
    assert "in de groep" in kept_bodies()
    hear("whatsapp group message", withdrawn)
    redaction.redact(accounts["whatsapp"].pk, ["wamid.CASE"])
    assert "in de groep" not in kept_bodies()


@pytest.mark.parametrize("odd", ['"\x01\x02"', '"\udcff\udcfe"', "NaN", "[" * 3000 + "]" * 3000, '"', "}"])
def test_words_beside_what_is_no_json_leave_too(odd: str, hear: Hear, accounts: dict[str, Account]) -> None:
    hear("whatsapp group message")
    stored = Delivery.objects.get()
    spoiled = bytes(stored.body).replace(
        b'{"object"', b'{"odd": ' + odd.encode(errors="surrogateescape") + b', "object"'
    )
    Delivery.objects.update(body=spoiled)
    deliveries.replay(stored.pk)
    assert "in de groep" in str(list(UnreadItem.objects.values_list("body"))) or said("wamid.CASE").text
    hear("whatsapp group message", withdrawn)
    redaction.redact(accounts["whatsapp"].pk, ["wamid.CASE"])
    assert "in de groep" not in kept_bodies()


def test_what_was_redacted_is_not_looked_for_again(
    hear: Hear, accounts: dict[str, Account], django_assert_num_queries: Any
) -> None:
    hear("whatsapp group message")
    hear("whatsapp group message", withdrawn)
    Delivery.objects.update(status="waiting")
    redaction.redact_due()
    assert "in de groep" in kept_bodies() and Withdrawal.objects.exists()
    Delivery.objects.update(status="read")
    redaction.redact_due()
    assert "in de groep" not in kept_bodies()
    with django_assert_num_queries(1):
        redaction.redact_due()


def test_only_what_came_in_since_a_message_is_searched(hear: Hear) -> None:
    hear("whatsapp advert referral")
    sent = said("wamid.CASE").sent_at
    body = b'{"id": "wamid.CASE", "text": "Ouder"}'
    long_ago = Delivery.objects.create(product="meta", body=body, status="read", received_at=sent - timedelta(days=1))
    hear("whatsapp advert referral", withdrawn)
    redaction.redact_due()
    long_ago.refresh_from_db()
    assert bytes(long_ago.body) == body and "Is deze er nog" not in kept_bodies()


def test_withdrawal_asks_for_it_at_once(hear: Hear, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr("inbox.ingest.removals.enqueue", lambda *call: asked.append(call))
    hear("whatsapp group message", withdrawn)
    hear("whatsapp quote")
    hear("whatsapp quote", withdrawn)
    redacted = [call[2] for call in asked if call[0] == "channels.tasks.redact"]
    assert redacted == [["wamid.CASE"], ["wamid.CASE"]]


def test_comment_withdrawn_on_facebook_leaves_alone(hear: Hear) -> None:
    def change(comment: str, **value: Any) -> dict[str, Any]:
        change_value = {
            "item": "comment",
            "comment_id": f"{PAGE}_{comment}",
            "post_id": f"{PAGE}_8888",
            "verb": "add",
        } | value
        entry = {"id": PAGE, "time": 1795000000, "changes": [{"field": "feed", "value": change_value}]}
        return {"object": "page", "entry": [entry]}

    who = {"from": {"id": "77", "name": "Bo"}, "created_time": 1795000000}
    hear(change("55555", message="Mijn adres is Kade 1", **who))
    hear(change("66666", message="Blijft staan", parent_id=f"{PAGE}_55555", **who))
    hear(change("55555", verb="remove", **who))
    redaction.redact_due()
    assert "Kade 1" not in kept_bodies() and "Blijft staan" in kept_bodies()


def test_message_unsent_on_instagram_leaves_alone(hear: Hear) -> None:
    def unsent(item: Any) -> None:
        item["message"] = {"mid": "m_5", "is_deleted": True}

    hear("instagram reply to a story without address")
    hear("instagram reply to a story without address", unsent)
    redaction.redact_due()
    assert "mooi!" not in kept_bodies()
    deliveries.replay(Delivery.objects.earliest("pk").pk)
    assert said("m_5").removed_at
