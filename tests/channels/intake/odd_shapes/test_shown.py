"""Odd shapes that clients recorded are shown in words: forms, adverts, products, calls."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from inbox.models import Conversation
from tests.channels.intake.odd_shapes.heard import PAGE, Hear, Read, said

pytestmark = pytest.mark.django_db


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


def test_story_reply_without_address_is_marked(hear: Hear, read: Read) -> None:
    hear("instagram reply to a story without address")
    words = read()
    assert "On our story" in words and words.index("On our story") < words.rindex("mooi!")


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
