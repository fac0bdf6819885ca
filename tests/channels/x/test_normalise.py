"""Documented payloads (X API v2 reference, dated in their names) through the pure normaliser."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from channels.types import Attachment, Direction, Incoming, IncomingMessage, NotUnderstood, Removal, Visibility
from channels.x import webhook
from channels.x.normalise import read_posts, read_private_messages
from channels.x.texts import as_written, comparable
from tests.support.x_payloads import x_payload

PAYLOADS = Path(__file__).parents[2] / "support" / "payloads"
OWN = "22"


def by_id(events: list[Incoming]) -> dict[str, IncomingMessage]:
    return {event.external_id: event for event in events if isinstance(event, IncomingMessage)}


def mentions() -> dict[str, IncomingMessage]:
    return by_id(read_posts(x_payload("x_mentions_2026-08.json"), OWN))


def timeline() -> dict[str, IncomingMessage]:
    return by_id(read_posts(x_payload("x_timeline_2026-08.json"), OWN))


def private() -> list[Incoming]:
    return read_private_messages(x_payload("x_dm_events_2026-08.json"), OWN)


def test_a_page_is_read_oldest_first_and_a_retweet_is_no_message() -> None:
    assert list(mentions()) == ["1990000000000000004", "1990000000000000005", "1990000000000000006"]


def test_a_mention_knows_its_thread_parent_author_and_time() -> None:
    message = mentions()["1990000000000000006"]
    assert (message.kind, message.direction, message.visibility) == ("mention", Direction.INBOUND, Visibility.PUBLIC)
    assert (message.thread_id, message.parent_id) == ("1990000000000000002", "1990000000000000002")
    assert message.sent_at == datetime(2026, 1, 15, 12, 5, tzinfo=UTC)
    assert message.permalink == "https://x.com/noor/status/1990000000000000006"
    assert message.author is not None
    assert (message.author.handle, message.author.followers, message.author.location) == ("noor", 97, "Utrecht")
    assert message.author.avatar_url.endswith("a_400x400.jpg")


def test_a_post_just_made_has_no_other_version() -> None:
    answer = deepcopy(x_payload("x_mentions_2026-08.json"))
    for post in answer["data"]:
        post["edit_history_tweet_ids"] = [""]
    message = by_id(read_posts(answer, OWN))["1990000000000000006"]
    assert (message.first_external_id, message.edited_at) == (message.external_id, None)


def test_text_is_shown_as_it_was_written() -> None:
    text = mentions()["1990000000000000006"].text
    assert text == "@veldhuis is dit van jullie? <3 & meer https://example.com/a?b=1&c=2"


def test_a_long_post_is_read_in_full() -> None:
    assert mentions()["1990000000000000005"].text.endswith("nooit aankwam, zie https://example.com/lang")


def test_pictures_keep_description_and_video_best_quality() -> None:
    picture, film = mentions()["1990000000000000006"].attachments
    assert (picture.kind, picture.url, picture.alt_text) == ("image", "https://pbs.twimg.com/media/a.jpg", "Een doos")
    assert (film.kind, film.url, film.mime_type) == ("video", "https://video.twimg.com/high.mp4", "video/mp4")


def test_an_answer_to_us_whose_parent_is_gone_says_so() -> None:
    message = mentions()["1990000000000000004"]
    assert (message.kind, message.parent_id, message.parent_missing) == ("reply", "9", True)


def test_our_own_answer_is_outbound_and_names_the_customer() -> None:
    message = timeline()["1990000000000000015"]
    assert (message.direction, message.author) == (Direction.OUTBOUND, None)
    assert message.customer is not None
    assert (message.customer.external_id, message.customer.handle) == ("33", "noor")


def test_second_part_of_an_answer_belongs_to_the_same_customer() -> None:
    message = timeline()["1990000000000000016"]
    assert (message.direction, message.customer and message.customer.external_id) == (Direction.OUTBOUND, "33")


def test_our_own_post_and_its_continuation_are_context() -> None:
    found = timeline()
    assert found["1990000000000000011"].direction == found["1990000000000000012"].direction == Direction.CONTEXT
    assert (found["1990000000000000011"].kind, found["1990000000000000011"].author) == ("post", None)


def test_an_edited_post_keeps_the_id_of_its_first_version() -> None:
    message = timeline()["1990000000000000011"]
    assert message.first_external_id == "1990000000000000010"
    assert message.edited_at == datetime(2026, 1, 15, 12, 1, tzinfo=UTC)


def test_a_post_that_cannot_be_read_is_kept_and_spoils_no_other() -> None:
    answer = x_payload("x_mentions_2026-08.json")
    del answer["data"][1]["created_at"]
    events = read_posts(answer, OWN)
    strange = [event for event in events if isinstance(event, NotUnderstood)]
    assert len(by_id(events)) == 2
    assert [event.body["id"] for event in strange] == ["1990000000000000006"]


def test_private_messages_know_both_sides() -> None:
    messages = by_id(private())
    inbound, ours = messages["15829"], messages["15828"]
    assert (inbound.direction, inbound.visibility, inbound.thread_id) == (
        Direction.INBOUND,
        Visibility.PRIVATE,
        "22-33",
    )
    assert (ours.direction, ours.author, ours.customer and ours.customer.external_id) == (
        Direction.OUTBOUND,
        None,
        "33",
    )


def test_a_private_picture_is_an_attachment_and_not_a_link() -> None:
    message = by_id(private())["15829"]
    assert message.text == "Dank & groet"
    assert [attachment.url for attachment in message.attachments] == [
        "https://ton.twitter.com/1.1/ton/data/dm/15829/1/a.jpg"
    ]


def test_what_happens_in_a_group_is_kept_as_not_understood() -> None:
    reasons = [event.reason for event in private() if isinstance(event, NotUnderstood)]
    assert reasons == ["dm: our message in a group", "dm: ParticipantsJoin"]


def test_activity_deliveries_are_read_by_type() -> None:
    found = [
        (account, event)
        for body in x_payload("x_activity_2026-07.json")
        for _, account, event in webhook.read_webhook(body)
    ]
    assert {account for account, _ in found} == {OWN}
    mention, removal, message, encrypted, broken = [event for _, event in found]
    assert isinstance(mention, IncomingMessage)
    assert (mention.text, mention.author and mention.author.handle) == ("@veldhuis hallo?", "noor")
    assert removal == Removal("1990000000000000016", datetime(2026, 1, 15, 14, 1, tzinfo=UTC))
    assert isinstance(message, IncomingMessage)
    assert (message.external_id, message.text, message.thread_id) == ("15831", "Kijk", "22-33")
    assert (message.sent_at, len(message.attachments)) == (datetime(2026, 1, 15, 14, 2, tzinfo=UTC), 1)
    assert isinstance(encrypted, NotUnderstood)
    assert encrypted.reason == "webhook: chat.received"
    assert isinstance(broken, NotUnderstood)


def test_a_body_without_an_envelope_is_not_understood() -> None:
    assert [type(event) for _, _, event in webhook.read_webhook({"tweet_create_events": []})] == [NotUnderstood]


def test_a_link_to_the_posts_own_picture_is_dropped() -> None:
    urls = [
        {
            "url": "https://t.co/a",
            "expanded_url": "https://x.com/n/status/1/photo/1",
            "display_url": "pic.twitter.com/a",
        }
    ]
    assert as_written("Kijk &gt; hier https://t.co/a", urls) == "Kijk > hier"


def test_what_we_sent_is_recognised_through_what_x_makes_of_it() -> None:
    sent = "Hoi, kijk op https://example.com/heel/lang?a=1&b=2 & bel ons"
    assert comparable("@noor @piet Hoi, kijk  op https://t.co/xyz &amp; bel ons", served=True) == comparable(sent)


def mention(**more: Any) -> dict[str, Any]:
    made = "2026-01-15T14:00:00.000Z"
    return {"id": "1990000000000000031", "text": "@veldhuis?", "author_id": "33", "created_at": made} | more


def read_one(post: dict[str, Any], **included: Any) -> IncomingMessage:
    (event,) = read_posts({"data": [post], "includes": included}, OWN)
    assert isinstance(event, IncomingMessage)
    return event


@pytest.mark.parametrize(
    ("odd_filter", "account"),
    [("22", "22"), (22, "22"), ([{"user_id": "22"}], "22"), ("noor", ""), (["x"], ""), ({}, ""), (None, ""), ([], "")],
)
def test_a_filter_of_any_shape_loses_no_event(odd_filter: Any, account: str) -> None:
    odd, plain, _, _, _ = deepcopy(x_payload("x_activity_2026-07.json"))
    odd["data"]["filter"] = odd_filter
    found = list(webhook.read_webhook({"data": [odd["data"], "odd", plain["data"]]}))
    assert [item[1] for item in found] == [account, "", OWN]
    assert isinstance(found[0][2], IncomingMessage)
    assert isinstance(found[2][2], Removal)


@pytest.mark.parametrize("odd", [None, 5, "x", [], {}, {"id": {}}, {"id": "1", "referenced_tweets": 7}])
def test_an_odd_item_spoils_no_other_of_its_page(odd: Any) -> None:
    answer = {"data": [odd, mention()], "includes": {"users": [odd], "media": odd, "polls": [odd]}, "errors": [odd]}
    texts = [event.text for event in read_posts(answer, OWN) if isinstance(event, IncomingMessage)]
    assert texts == ["@veldhuis?"]
    event = {"id": "9", "text": "Hoi", "sender_id": "33", "dm_conversation_id": "22-33", "created_at": "2026-01-15"}
    private = [
        message
        for message in read_private_messages({"data": [odd, event]}, OWN)
        if isinstance(message, IncomingMessage)
    ]
    assert [message.text for message in private] == ["Hoi"]


def test_a_polls_options_are_lines_of_its_post() -> None:
    poll = {"id": "7", "options": [{"position": 1, "label": "Ja", "votes": 3}, {"position": 2, "label": "Nee"}]}
    message = read_one(mention(text="@veldhuis goed?", attachments={"poll_ids": ["7"]}), polls=[poll])
    assert message.text == "@veldhuis goed?\n○ Ja\n○ Nee"
    assert read_one(mention(attachments={"poll_ids": ["8"]}), polls=[poll]).text == "@veldhuis?"


def test_a_private_links_target_is_shown() -> None:
    urls = [{"url": "https://t.co/a", "expanded_url": "https://example.com/a?b=1&c=2"}]
    event = {
        "id": "9",
        "text": "Zie https://t.co/a &amp; https://t.co/ab",
        "sender_id": "33",
        "entities": {"urls": urls},
    }
    event |= {"dm_conversation_id": "22-33", "created_at": "2026-01-15T13:00:00.000Z"}
    (message,) = read_private_messages({"data": [event]}, OWN)
    assert isinstance(message, IncomingMessage)
    assert message.text == "Zie https://example.com/a?b=1&c=2 & https://t.co/ab"


@pytest.mark.parametrize(
    ("location", "text"),
    [
        ({"shared_coordinate": {"coordinates": {"type": "Point", "coordinates": [5.12, 52.09]}}}, "52.09, 5.12"),
        ({"shared_place": {"place": {"id": "1", "full_name": "Utrecht, Nederland"}}}, "Utrecht, Nederland"),
        ({"type": "shared_place"}, ""),
    ],
)
def test_a_place_in_the_older_shape_is_shown(location: dict[str, Any], text: str) -> None:
    body = deepcopy(x_payload("x_activity_2026-07.json")[2])
    data = body["data"]["payload"]["direct_message_events"][0]["message_create"]["message_data"]
    data["attachment"] = {"type": "location", "location": location}
    ((_, _, event),) = webhook.read_webhook(body)
    assert isinstance(event, IncomingMessage)
    assert event.attachments == (Attachment("location", text=text),)


@pytest.mark.parametrize("kind", ["animated_gif", "video"])
def test_a_film_with_a_still_only_shows_the_still(kind: str) -> None:
    medium = {"media_key": "16_1", "type": kind, "preview_image_url": "https://pbs.twimg.com/still.jpg"}
    message = read_one(mention(attachments={"media_keys": ["16_1"]}), media=[medium])
    assert message.attachments == (Attachment("image", url="https://pbs.twimg.com/still.jpg", external_id="16_1"),)


def test_escapes_that_x_does_not_make_stay_as_they_are() -> None:
    assert as_written("&amp;copy; &amp;lt; &copy=1 &#39; &lt;3") == "&copy; &lt; &copy=1 &#39; <3"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Kijk op veldhuis.nl/retour.", "Kijk op https://t.co/abc."),
        ("Zie (https://veldhuis.nl/a?b=1)!", "Zie (https://t.co/abc)!"),
        ("Bel 3.50 of mail a@veldhuis.nl", "Bel 3.50 of mail a@veldhuis.nl"),
    ],
)
def test_a_bare_site_in_our_answer_is_recognised(sent: str, shown: str) -> None:
    assert comparable(shown, served=True) == comparable(sent)
