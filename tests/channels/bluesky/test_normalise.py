"""Documented payloads (lexicons of 2026-09) through the pure normaliser; and odd ones."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from channels.bluesky.errors import refusal
from channels.bluesky.normalise import read_feed_item, read_message, read_post
from channels.types import Attachment, Author, Direction, IncomingMessage, NotUnderstood, Visibility
from tests.support.json_paths import places, put
from tests.support.odd import JSON, ODD

OWN, KARIN = "did:plc:gemeente", "did:plc:karin"
ROOT = "at://did:plc:piet/app.bsky.feed.post/3kroot"
POST: dict[str, Any] = {
    "uri": f"at://{KARIN}/app.bsky.feed.post/3kpost",
    "cid": "bafyreipost",
    "author": {
        "did": KARIN, "handle": "karin.bsky.example", "displayName": "Karin 🐈",
        "avatar": "https://cdn.bsky.example/a.jpg", "viewer": {"muted": False, "blockedBy": False},
    },
    "record": {
        "$type": "app.bsky.feed.post",
        "text": "Hé @gemeente.example 👋 zie veldhuis.example/b…",
        "createdAt": "2026-09-14T18:20:10.940Z",
        "langs": ["nl"],
        "facets": [
            {
                "index": {"byteStart": 31, "byteEnd": 52},
                "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://veldhuis.example/bank"}],
            }
        ],
        "reply": {
            "root": {"uri": ROOT, "cid": "bafy1"},
            "parent": {"uri": f"at://{OWN}/app.bsky.feed.post/3kour", "cid": "b"},
        },
    },
    "embed": {
        "$type": "app.bsky.embed.recordWithMedia#view",
        "media": {
            "$type": "app.bsky.embed.images#view",
            "images": [{"fullsize": "https://cdn.bsky.example/f.jpg", "alt": "Een bank"}],
        },
        "record": {
            "record": {
                "$type": "app.bsky.embed.record#viewRecord", "uri": ROOT, "cid": "bafy1",
                "author": {"did": "did:plc:piet", "handle": "piet.example"}, "value": {"text": "Ruim een bank"},
            }
        },
    },
    "indexedAt": "2026-09-14T18:20:11.064Z",
    "viewer": {"threadMuted": False, "replyDisabled": False},
}  # fmt: skip
MESSAGE: dict[str, Any] = {
    "$type": "chat.bsky.convo.defs#messageView", "id": "3kdm", "rev": "3kdm", "text": "Mijn nummer is 12",
    "sender": {"did": KARIN}, "sentAt": "2026-09-14T18:21:00.000Z",
}  # fmt: skip


def read(view: Any = POST, **more: Any) -> IncomingMessage:
    event = read_post(view, OWN, **more)
    assert isinstance(event, IncomingMessage)
    return event


def changed(**record: Any) -> dict[str, Any]:
    view = deepcopy(POST)
    view["record"] |= record
    return view


def test_an_answer_to_us_is_read_with_all_it_shows() -> None:
    post = read()
    assert (post.kind, post.direction, post.visibility) == ("reply", Direction.INBOUND, Visibility.PUBLIC)
    assert post.text == "Hé @gemeente.example 👋 zie https://veldhuis.example/bank"
    assert (post.external_id, post.parent_id, post.thread_id) == (
        POST["uri"],
        f"at://{OWN}/app.bsky.feed.post/3kour",
        ROOT,
    )
    assert post.sent_at == datetime(2026, 9, 14, 18, 20, 10, 940000, tzinfo=UTC)
    assert post.permalink == "https://bsky.app/profile/karin.bsky.example/post/3kpost"
    assert post.author == Author(
        KARIN, name="Karin 🐈", handle="karin.bsky.example", avatar_url="https://cdn.bsky.example/a.jpg"
    )
    assert post.attachments == (
        Attachment("image", url="https://cdn.bsky.example/f.jpg", alt_text="Een bank"),
        Attachment("share", url="https://bsky.app/profile/piet.example/post/3kroot", text="Ruim een bank"),
    )


def test_the_card_of_a_link_and_a_film_are_shown() -> None:
    card = {"$type": "app.bsky.embed.external#view", "external": {"uri": "https://a.example/", "title": "Een krant"}}
    assert read({**POST, "embed": card}).attachments == (
        Attachment("share", url="https://a.example/", text="Een krant"),
    )
    film = {
        "$type": "app.bsky.embed.video#view",
        "thumbnail": "https://video.example/t.jpg",
        "playlist": "x",
        "alt": "Film",
    }
    assert read({**POST, "embed": film}).attachments[0].url == "https://video.example/t.jpg"


@pytest.mark.parametrize("said", ["2019-01-01T00:00:00Z", "2031-01-01T00:00:00Z", "gisteren", None])
def test_a_time_that_cannot_be_believed_is_not(said: Any) -> None:
    assert read(changed(createdAt=said)).sent_at == datetime(2026, 9, 14, 18, 20, 11, 64000, tzinfo=UTC)


def test_our_own_posts_belong_to_whom_they_answer() -> None:
    ours = changed(reply={"root": {"uri": ROOT}, "parent": {"uri": POST["uri"]}}) | {
        "author": {"did": OWN, "handle": "g.example"}
    }
    answer = read(ours, parent=POST)
    assert (answer.direction, answer.kind, answer.author) == (Direction.OUTBOUND, "reply", None)
    assert answer.customer is not None and answer.customer.external_id == KARIN
    assert (read(ours).direction, read(ours).customer) == (Direction.OUTBOUND, None)
    post = {**ours, "record": {"text": "Wij zijn open", "createdAt": "2026-09-14T18:20:10Z"}}
    assert (read(post).direction, read(post).kind) == (Direction.CONTEXT, "post")
    own = f"at://{OWN}/app.bsky.feed.post/3k1"
    thread = changed(reply={"root": {"uri": own}, "parent": {"uri": own}}) | {"author": ours["author"]}
    assert read(thread).direction == Direction.CONTEXT
    part = changed(reply={"root": {"uri": ROOT}, "parent": {"uri": own}}) | {"author": ours["author"]}
    assert read(part).direction == Direction.OUTBOUND


def test_what_was_reposted_or_pinned_is_left_out() -> None:
    assert read_feed_item({"post": POST, "reason": {"$type": "app.bsky.feed.defs#reasonRepost"}}, OWN) is None
    assert read_feed_item({"post": POST}, OWN) == read()


def test_a_handle_that_leads_nowhere_is_none() -> None:
    author = read({**POST, "author": {"did": KARIN, "handle": "handle.invalid"}}).author
    assert author == Author(KARIN)


def test_a_message_is_private_and_of_whom_the_conversation_is() -> None:
    private = read_message(MESSAGE, OWN, KARIN, "c1")
    assert isinstance(private, IncomingMessage)
    assert (private.kind, private.visibility, private.thread_id) == ("dm", Visibility.PRIVATE, "c1")
    assert private.author == Author(KARIN)
    ours = read_message({**MESSAGE, "sender": {"did": OWN}}, OWN, KARIN, "c1")
    assert isinstance(ours, IncomingMessage)
    assert (ours.direction, ours.author, ours.customer) == (Direction.OUTBOUND, None, Author(KARIN))


@given(place=st.sampled_from(places(POST)), value=ODD)
def test_nothing_odd_anywhere_stops_the_reading(place: tuple[Any, ...], value: Any) -> None:
    event = read_post(put(POST, place, value), OWN)
    assert isinstance(event, IncomingMessage | NotUnderstood)
    if isinstance(event, IncomingMessage):
        assert event.external_id.startswith("at://") and event.sent_at.tzinfo is not None
        assert all(isinstance(text, str) for text in (event.text, event.thread_id, event.parent_id))
        assert all(file.url.startswith("https://") or not file.url for file in event.attachments)
    else:
        assert event.body


@given(place=st.sampled_from(places(MESSAGE)), value=ODD)
def test_an_odd_message_is_read_or_set_aside(place: tuple[Any, ...], value: Any) -> None:
    assert isinstance(read_message(put(MESSAGE, place, value), OWN, KARIN, "c"), IncomingMessage | NotUnderstood)


@given(body=JSON, status=st.integers(300, 599), reset=st.text(max_size=14))
def test_an_odd_refusal_is_still_one_of_ours(body: Any, status: int, reset: str) -> None:
    for content in (json.dumps(body).encode(), json.dumps({"error": body, "message": body}).encode(), b"\xff<html>"):
        response = requests.Response()
        response.status_code, response._content = status, content
        response.headers["ratelimit-reset"] = reset
        error = refusal(response, "app.bsky.feed.getPosts", writes=True)
        assert error.reason and len(error.code) <= 40
