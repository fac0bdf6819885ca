"""Documented webhook bodies of object `instagram`, as events."""

from __future__ import annotations

from channels.meta.instagram.normalise import read_comments, read_media
from channels.types import DeliveryReport, Direction, IncomingMessage, NotUnderstood, Reaction, Removal
from tests.support.meta import only, read

OWN = "17841400000000001"


def test_a_comment_comes_in_under_its_media() -> None:
    comment = only(read("instagram", "instagram/comment"))
    assert isinstance(comment, IncomingMessage)
    assert (comment.external_id, comment.thread_id, comment.parent_id) == ("17890001", "17910001", "17910001")
    assert comment.author is not None
    assert (comment.author.external_id, comment.author.handle) == ("6001", "ann.fotos")


def test_the_other_documented_name_of_the_id_is_read_too() -> None:
    reply = only(read("instagram", "instagram/comment_reply_other_id_field"))
    assert isinstance(reply, IncomingMessage)
    assert (reply.external_id, reply.parent_id) == ("17890002", "17890001")


def test_our_own_comment_is_outbound() -> None:
    own = only(read("instagram", "instagram/comment_own"))
    assert isinstance(own, IncomingMessage)
    assert (own.direction, own.author, own.customer) == (Direction.OUTBOUND, None, None)


def test_mentions_ask_to_be_looked_up() -> None:
    in_comment, in_caption = read("instagram", "instagram/mentions")
    assert isinstance(in_comment, NotUnderstood) and isinstance(in_caption, NotUnderstood)
    assert in_comment.reason == in_caption.reason == "lookup"
    assert in_comment.body == {"mention": {"media_id": "17910002", "comment_id": "17890010"}}


def test_other_fields_are_kept_as_not_understood() -> None:
    assert isinstance(only(read("instagram", "instagram/story_insights")), NotUnderstood)


def test_every_kind_of_direct_message_is_readable() -> None:
    plain, story, answer, share, once, unsupported, unsent, echo, seen, heart, reply = read(
        "instagram", "instagram/messaging"
    )
    for event in (plain, story, answer, share, once, unsupported, echo, reply):
        assert isinstance(event, IncomingMessage)
        assert event.text or event.attachments
    assert isinstance(story, IncomingMessage) and story.kind == "story_mention"
    assert [file.kind for file in story.attachments] == ["image"]
    assert isinstance(share, IncomingMessage) and share.attachments[0].text == "Een post"
    assert isinstance(unsupported, IncomingMessage) and unsupported.kind == "unsupported"
    assert isinstance(unsent, Removal) and unsent.external_id == "aWdf1"
    assert isinstance(echo, IncomingMessage) and echo.direction == Direction.OUTBOUND
    assert isinstance(seen, DeliveryReport) and (seen.status, seen.external_id) == ("read", "aWdf7")
    assert isinstance(heart, Reaction) and heart.emoji == "❤️"
    assert isinstance(reply, IncomingMessage) and reply.parent_id == "aWdf7"


def test_replies_come_with_their_comment_and_a_bad_one_is_kept() -> None:
    media = read_media({"id": "1", "caption": "Foto", "timestamp": "2025-11-21T12:00:00+0000"})
    stamp = {"timestamp": "2025-11-21T12:01:00+0000"}
    tree = [
        {
            "id": "2",
            "text": "a",
            "from": {"id": "6001", "username": "ann"},
            **stamp,
            "replies": {"data": [{"id": "3", "text": "b", "username": "Bloem", **stamp}, {"id": "4"}]},
        }
    ]
    comment, reply, bad = read_comments(tree, media, OWN, "bloem")
    assert isinstance(comment, IncomingMessage) and isinstance(reply, IncomingMessage)
    assert (comment.parent_id, comment.direction) == ("1", Direction.INBOUND)
    assert (reply.parent_id, reply.direction) == ("2", Direction.OUTBOUND)
    assert isinstance(bad, NotUnderstood) and bad.body["id"] == "4"


def test_who_is_known_by_username_only_keeps_that_name() -> None:
    tag = read_media({"id": "1", "username": "ann", "timestamp": "2025-11-21T12:00:00+0000"}, kind="tag")
    assert tag.author is not None and (tag.author.external_id, tag.author.handle) == ("@ann", "ann")
