"""Documented webhook bodies of object `page`, as events."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from channels.meta.facebook.connector import FacebookConnector
from channels.meta.facebook.normalise import read_comment, read_post
from channels.types import (
    DeliveryReport,
    Direction,
    Edit,
    Hidden,
    IncomingMessage,
    NotUnderstood,
    Reaction,
    Removal,
    Visibility,
)
from tests.support.meta import REFERENCE, only, payload, read

PAGE = "101881046288004"
POST = f"{PAGE}_777"


def one_message(name: str) -> IncomingMessage:
    event = only(read("facebook", name))
    assert isinstance(event, IncomingMessage)
    return event


def test_a_comment_is_an_inbound_public_message_under_its_post() -> None:
    comment = one_message("facebook/feed_comment_add")
    assert (comment.external_id, comment.thread_id, comment.parent_id) == ("777_888", POST, POST)
    assert (comment.direction, comment.visibility, comment.kind) == (Direction.INBOUND, Visibility.PUBLIC, "comment")
    assert comment.text == "Waar blijft mijn pakket? 📦"
    assert comment.author is not None and comment.author == comment.customer
    assert (comment.author.external_id, comment.author.name) == ("9001", "Piet de Vries")
    assert comment.sent_at == datetime.fromtimestamp(1763726399, UTC)
    assert [(file.kind, file.url) for file in comment.attachments] == [
        ("image", "https://scontent.xx.fbcdn.net/v/t39/1.jpg?oh=1")
    ]


def test_reply_without_author_comes_in_under_its_parent() -> None:
    reply = one_message("facebook/feed_comment_reply_without_from")
    assert reply.author is None and reply.direction == Direction.INBOUND
    assert reply.parent_id == "777_888"


def test_our_own_comment_is_outbound() -> None:
    own = one_message("facebook/feed_comment_own")
    assert (own.direction, own.author, own.customer) == (Direction.OUTBOUND, None, None)


def test_an_edit_a_removal_and_a_reaction_name_the_comment() -> None:
    assert only(read("facebook", "facebook/feed_comment_edited")) == Edit(
        "777_888", "Waar blijft mijn bestelling?", datetime.fromtimestamp(1763726500, UTC)
    )
    removal = only(read("facebook", "facebook/feed_comment_remove"))
    assert isinstance(removal, Removal) and removal.external_id == "777_888"
    hidden = only(read("facebook", "facebook/feed_comment_hide"))
    assert hidden == Hidden("777_888", hidden=True, at=datetime.fromtimestamp(1763726610, UTC))
    reaction = only(read("facebook", "facebook/feed_reaction"))
    assert isinstance(reaction, Reaction) and reaction.author is not None
    assert (reaction.external_id, reaction.author.external_id, reaction.emoji) == ("777_888", "9003", "😠")


def test_visitor_photo_is_a_message_and_our_post_is_context() -> None:
    visitor = one_message("facebook/feed_visitor_photo")
    assert (visitor.kind, visitor.direction, visitor.external_id) == ("visitor_post", Direction.INBOUND, f"{PAGE}_778")
    assert [file.kind for file in visitor.attachments] == ["image"]
    own = one_message("facebook/feed_own_status")
    assert (own.kind, own.direction, own.author) == ("post", Direction.CONTEXT, None)


def test_mentions_elsewhere_keep_the_posts_own_id() -> None:
    post = one_message("facebook/mention_post")
    assert (post.kind, post.external_id, post.direction) == ("tag", "9004_500", Direction.INBOUND)
    comment = one_message("facebook/mention_comment")
    assert (comment.kind, comment.external_id, comment.thread_id) == ("mention", "500_501", "9004_500")


def test_what_is_not_about_messages_is_kept_as_not_understood() -> None:
    event = only(read("facebook", "facebook/leadgen"))
    assert isinstance(event, NotUnderstood)
    assert event.reason == "a change of field leadgen" and event.body["field"] == "leadgen"


def test_every_entry_and_item_of_a_messaging_body_is_read() -> None:
    first, second, echo, elsewhere = read("facebook", "facebook/messaging")
    assert isinstance(first, IncomingMessage) and isinstance(second, IncomingMessage)
    assert (first.external_id, first.text, first.parent_id, first.visibility) == (
        "m_A",
        "Hoi",
        "m_0",
        Visibility.PRIVATE,
    )
    assert [file.kind for file in first.attachments] == ["image"] and first.opens_window
    assert [(file.kind, file.text) for file in second.attachments] == [
        ("sticker", ""),
        ("location", "Piets locatie (52.37, 4.9)"),
        ("share", "Een artikel https://example.com/a"),
    ]
    assert isinstance(echo, IncomingMessage) and isinstance(elsewhere, IncomingMessage)
    assert echo.direction == elsewhere.direction == Direction.OUTBOUND
    assert echo.reference == REFERENCE and elsewhere.reference == ""
    assert echo.customer is not None and echo.customer.external_id == "4001"
    assert not echo.opens_window


def test_messenger_receipts_reactions_and_edits_are_read() -> None:
    delivered, up_to, seen, heart, gone, button, link, edit, optin, control = read(
        "facebook", "facebook/messaging_events"
    )
    assert isinstance(delivered, DeliveryReport) and delivered.external_id == "m_E"
    assert isinstance(up_to, DeliveryReport) and up_to.until is not None and not up_to.external_id
    assert isinstance(seen, DeliveryReport) and (seen.status, seen.customer_id) == ("read", "4001")
    assert isinstance(heart, Reaction) and heart.emoji == "❤"
    assert isinstance(gone, Reaction) and gone.emoji == ""
    assert isinstance(button, IncomingMessage) and (button.kind, button.text) == ("postback", "Aan de slag")
    assert isinstance(link, IncomingMessage) and link.kind == "referral"
    assert isinstance(edit, Edit) and (edit.external_id, edit.text) == ("m_A", "Hoi allemaal")
    assert isinstance(optin, NotUnderstood) and isinstance(control, NotUnderstood)


def test_messages_in_a_chat_another_app_has_in_hand_come_in_too() -> None:
    text, button = read("facebook", "facebook/standby")
    assert isinstance(text, IncomingMessage) and text.text == "Hoort iemand mij?"
    assert isinstance(button, IncomingMessage) and button.external_id.startswith("postback:4001:")


def test_what_has_neither_id_nor_time_has_one_id_by_content() -> None:
    def item(**fields: Any) -> dict[str, Any]:
        return {"sender": {"id": "4001"}, "recipient": {"id": "1"}} | fields

    items = [item(postback={"title": "Ja"}), item(postback={"title": "Nee"}), item(referral={"ref": "folder"})]
    body = {"object": "page", "entry": [{"id": "1", "messaging": items}]}
    ids = [
        [
            event.external_id
            for _, _, event in FacebookConnector.parse_webhook(body)
            if isinstance(event, IncomingMessage)
        ]
        for _reading in range(2)
    ]
    assert ids[0] == ids[1] and len(set(ids[0])) == 3


def test_one_bad_item_never_spoils_the_others() -> None:
    found = list(FacebookConnector.parse_webhook(payload("facebook/one_bad_among_good")))
    good = [event for _, _, event in found if isinstance(event, IncomingMessage)]
    assert [message.external_id for message in good] == ["777_900", "m_OK"]
    assert good[0].author is not None and good[0].author.external_id == "9001"  # a number in the body
    assert sum(isinstance(event, NotUnderstood) for _, _, event in found) == 7
    assert {account for _, account, event in found if isinstance(event, IncomingMessage)} == {PAGE}


def test_the_comment_is_the_same_one_whatever_form_its_id_has() -> None:
    raw = {"id": f"{POST}_888", "message": "x", "created_time": "2025-11-21T12:00:00+0000"}
    assert read_comment(raw, POST, PAGE).external_id == "777_888"
    assert read_comment({**raw, "id": "888"}, POST, PAGE).external_id == "777_888"


def test_strangers_under_a_post_that_names_us_are_context() -> None:
    raw = {"id": "500_1", "message": "x", "created_time": "2025-11-21T12:00:00+0000", "from": {"id": "1", "name": "A"}}
    assert read_comment(raw, "9004_500", PAGE, only_of="9004").direction == Direction.CONTEXT
    assert read_comment(raw, "9004_500", PAGE, only_of="1").direction == Direction.INBOUND


def test_an_album_gives_each_of_its_pictures() -> None:
    pictures = [{"type": "photo", "media": {"image": {"src": f"https://scontent.xx.fbcdn.net/{n}.jpg"}}} for n in "ab"]
    post = read_post(
        {
            "id": POST,
            "created_time": "2025-11-21T12:00:00+0000",
            "from": {"id": "1", "name": "A"},
            "attachments": {"data": [{"type": "album", "subattachments": {"data": pictures}}]},
        },
        PAGE,
        kind="visitor_post",
    )
    assert [file.url[-5:] for file in post.attachments] == ["a.jpg", "b.jpg"]
