"""Odd shapes that clients recorded, from the webhook to the page."""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from channels.intake import deliveries
from channels.models import Account, Delivery, UnreadItem, Withdrawal
from inbox.ingest import redaction
from inbox.models import Conversation, Identity, Message
from tests.factories import make_account, make_user
from tests.support.html import text_of

pytestmark = pytest.mark.django_db
SECRET = "an-app-secret"  # noqa: S105  made up
CASES = json.loads((Path(__file__).parents[2] / "support" / "payloads" / "odd_shapes.json").read_text())
WABA, NUMBER, PAGE, INSTAGRAM = "102290000000301", "106500000000302", "103100000000303", "178400000000304"

Hear = Callable[..., None]
Read = Callable[..., str]


@pytest.fixture
def accounts() -> dict[str, Account]:
    """One account of each of Meta's platforms."""
    secrets = {"app_secret": SECRET, "access_token": "t"}
    return {
        "whatsapp": make_account(
            "whatsapp",
            external_id=NUMBER,
            name="Veldhuis Wonen",
            credentials=secrets | {"waba_id": WABA, "phone_number_id": NUMBER},
        ),
        "facebook": make_account("facebook", external_id=PAGE, credentials=secrets | {"page_id": PAGE}),
        "instagram": make_account("instagram", external_id=INSTAGRAM, credentials=secrets),
    }


@pytest.fixture
def hear(accounts: dict[str, Account], client: Client) -> Hear:
    """Send a case or a changed copy through the webhook, and read what is stored."""

    def send(case: str | dict[str, Any], change: Callable[[Any], None] | None = None) -> None:
        body = copy.deepcopy(CASES[case]["body"]) if isinstance(case, str) else case
        if change:
            entry = body["entry"][0]
            change(entry["changes"][0]["value"] if "changes" in entry else entry["messaging"][0])
        raw = json.dumps(body).encode()
        signature = "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": signature}
        answer = client.post("/webhooks/meta/", raw, content_type="application/json", headers=headers)
        assert answer.status_code == 200
        deliveries.read(Delivery.objects.latest("pk").pk)
        assert not Delivery.objects.exclude(status="read").exists()

    return send


@pytest.fixture
def page(db: None) -> Client:
    """A browser of an agent who reads English."""
    client = Client()
    client.force_login(make_user(language="en"))
    return client


@pytest.fixture
def read(page: Client) -> Read:
    """Return the words of the one conversation's page, or its HTML."""

    def look(*, html: bool = False) -> str:
        shown = page.get(Conversation.objects.get().get_absolute_url()).content.decode()
        return shown if html else text_of(shown)

    return look


def said(name: str) -> Message:
    """Return the message of a case."""
    return Message.objects.get(external_id=name)


def test_form_answers_are_read_line_by_line(hear: Hear, read: Read, page: Client) -> None:
    hear("whatsapp form answered")
    words = read()
    assert "Filled in a form" in words
    assert "delivery rating: 4" in words and "comment text: Netjes bezorgd" in words
    assert "flow_token" not in words and "t1" not in words.split()
    assert said("wamid.CASE").text.splitlines() == ["delivery rating: 4", "comment text: Netjes bezorgd"]
    found = page.get("/inbox/search/", {"q": "netjes"}).content.decode()
    assert Conversation.objects.get().get_absolute_url() in found


def test_form_without_body_is_read(hear: Hear, read: Read) -> None:
    hear("whatsapp form without body")
    words = read()
    assert "rating: 4" in words and "{" not in said("wamid.CASE").text


def test_form_answers_of_any_shape_are_read(hear: Hear) -> None:
    def nested(value: Any) -> None:
        answers = {
            "wanted": ["links", "salie"],
            "address": {"city": "Delft", "access_token": "s3"},
            "call": True,
            "no": None,
        }
        value["messages"][0]["interactive"]["nfm_reply"]["response_json"] = json.dumps(answers)

    hear("whatsapp form answered", nested)
    assert said("wamid.CASE").text.splitlines() == ["wanted: links, salie", "address: city: Delft", "call: ✓"]


@pytest.mark.parametrize("answers", ["[[[", "{", "[]", "3", ""])
def test_form_that_is_no_json_still_comes_in(answers: str, hear: Hear, read: Read) -> None:
    def broken(value: Any) -> None:
        value["messages"][0]["interactive"]["nfm_reply"]["response_json"] = answers

    hear("whatsapp form answered", broken)
    assert "Filled in a form" in read()


def test_advert_is_shown_above_the_words(hear: Hear, read: Read) -> None:
    hear("whatsapp advert referral")
    words = read()
    shown = ["Came from an advert", "Zomeractie eettafel", "Nu 20% korting", "https://fb.me/x1", "Is deze er nog?"]
    places = [words.index(text, words.index("Came from an advert")) for text in shown]
    assert places == sorted(places)
    assert 'href="https://fb.me/x1"' in read(html=True)


def test_product_referred_to_is_shown(hear: Hear, read: Read) -> None:
    hear("whatsapp product referred to")
    words = read()
    assert "About this product TAFEL-99" in words and "not loaded" not in words


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


def test_answer_to_a_call_request_is_in_words(hear: Hear, read: Read) -> None:
    hear("whatsapp answer to a call request")
    assert "May be called until Monday 21 September 2026" in read()


def test_refused_call_is_in_words(hear: Hear, read: Read) -> None:
    def refused(value: Any) -> None:
        value["messages"][0]["interactive"]["call_permission_reply"] = {"response": "reject"}

    hear("whatsapp answer to a call request", refused)
    assert "Does not want to be called" in read()


def test_forwarded_message_is_marked(hear: Hear, read: Read) -> None:
    def forwarded(value: Any) -> None:
        value["messages"][0]["context"] = {"forwarded": True}

    hear("whatsapp quote", forwarded)
    assert "Forwarded" in read() and "not loaded" not in read()


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


def test_messenger_product_is_shown(hear: Hear, read: Read) -> None:
    hear("messenger product")
    assert "About this product Lamp Fjord € 59,95 · item LAMP-7" in read()


def test_messenger_advert_is_shown(hear: Hear, read: Read) -> None:
    hear("messenger advert")
    words = read()
    assert "Came from an advert Lampenweken" in words and words.index("Lampenweken") < words.rindex("Is deze er nog?")


def test_messenger_product_referral_is_shown(hear: Hear, read: Read) -> None:
    def product(item: Any) -> None:
        item["message"]["referral"] = {"product": {"id": "P-77"}}

    hear("messenger advert", product)
    assert "About this product P-77" in read()


def test_bot_template_is_readable(hear: Hear, read: Read) -> None:
    def bot(item: Any) -> None:
        item.update(sender={"id": PAGE}, recipient={"id": "7001"})
        payload = {"template_type": "button", "text": "Waarmee kan ik helpen?", "buttons": [{"title": "Bestelling"}]}
        item["message"] = {"mid": "m_bot", "is_echo": True, "attachments": [{"type": "template", "payload": payload}]}

    hear("messenger advert")
    hear("messenger advert", bot)
    words = read()
    assert "Waarmee kan ik helpen?" in words and "Bestelling" in words


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


def test_story_reply_without_address_is_marked(hear: Hear, read: Read) -> None:
    hear("instagram reply to a story without address")
    words = read()
    assert "On our story" in words and words.index("On our story") < words.rindex("mooi!")


def test_message_of_nothing_says_so(hear: Hear, read: Read) -> None:
    def empty(item: Any) -> None:
        item["message"] = {"mid": "m_empty"}

    hear("messenger advert", empty)
    assert "A message without words." in read()


def test_removed_message_keeps_nothing_that_was_shown(hear: Hear, read: Read) -> None:
    def withdrawn(value: Any) -> None:
        value["messages"][0] = {"from": "31600000001", "id": "wamid.R", "timestamp": "1795000100", "type": "revoke"}
        value["messages"][0]["revoke"] = {"original_message_id": "wamid.CASE"}

    hear("whatsapp form answered")
    hear("whatsapp form answered", withdrawn)
    assert "Netjes" not in read() and said("wamid.CASE").shown == []


def with_earlier(value: Any) -> None:
    """Make a case the message that others are about."""
    item = value["messages"][0]
    item |= {"id": "wamid.EARLIER", "timestamp": "1794999000", "type": "text", "text": {"body": "De groene?"}}
    for name in ("context", "group_id"):
        item.pop(name, None)


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


def withdrawn(value: Any) -> None:
    """Make a case the withdrawal of its message."""
    item = {name: value["messages"][0][name] for name in ("from", "group_id") if name in value["messages"][0]}
    item |= {"id": "wamid.R", "timestamp": "1795000100", "type": "revoke"}
    value["messages"][0] = item | {"revoke": {"original_message_id": "wamid.CASE"}}


def kept_bodies() -> str:
    """Return everything that was kept of what came in."""
    bodies = [bytes(body).decode() for body in Delivery.objects.values_list("body", flat=True)]
    return "".join([*bodies, json.dumps(list(UnreadItem.objects.values_list("body", flat=True)))])


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


def test_account_news_is_on_the_accounts_page(hear: Hear, accounts: dict[str, Account]) -> None:
    admin = Client()
    admin.force_login(make_user("admin", language="en"))
    hear("whatsapp account news")
    accounts["whatsapp"].refresh_from_db()
    shown = text_of(admin.get("/accounts/").content.decode())
    assert "this account broke one of its rules. It may be blocked. (SCAM)" in shown
    assert not UnreadItem.objects.exists()
    row = text_of(admin.get(f"/accounts/{accounts['whatsapp'].code}/").content.decode())
    assert "broke one of its rules" in row
    assert "got a warning." in text_of(admin.get("/inbox/").content.decode())


def test_template_news_without_a_number_finds_its_account(hear: Hear, accounts: dict[str, Account]) -> None:
    def paused(value: Any) -> None:
        value.clear()
        value.update(event="PAUSED", message_template_name="order_update", reason="NONE")

    body = copy.deepcopy(CASES["whatsapp account news"]["body"])
    body["entry"][0]["changes"][0]["field"] = "message_template_status_update"
    hear(body, paused)
    accounts["whatsapp"].refresh_from_db()
    assert accounts["whatsapp"].news["detail"] == "order_update"
    hear(body, paused)
    assert not UnreadItem.objects.exists()


@pytest.mark.parametrize(
    ("said_as", "shown_as"),
    [
        ("*vet* en _schuin_", "<strong>vet</strong> en <em>schuin</em>"),
        ("~weg~ en ```code *x*```", "<s>weg</s> en <code>code *x*</code>"),
        ("*_beide_*", "<strong><em>beide</em></strong>"),
        ("2 * 3 * 4 en snake_case_naam", "2 * 3 * 4 en snake_case_naam"),
        ("*<b>x</b>*", "<strong>&lt;b&gt;x&lt;/b&gt;</strong>"),
        ("```<script>```", "<code>&lt;script&gt;</code>"),
        ("*a _b* c_", "<strong>a _b</strong> c_"),
    ],
)
def test_markup_of_whatsapp_is_shown(said_as: str, shown_as: str, hear: Hear, read: Read) -> None:
    def marked(value: Any) -> None:
        value["messages"][0]["text"]["body"] = said_as

    hear("whatsapp quote", marked)
    assert shown_as in read(html=True)
