"""Documented payloads (Mastodon API, dated in their name) through the pure normaliser; and odd ones."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from channels.errors import RateLimited
from channels.mastodon.errors import refusal
from channels.mastodon.normalise import read_notifications, read_status, read_statuses
from channels.types import Attachment, Direction, IncomingMessage, NotUnderstood, Visibility
from tests.support.json_paths import places, put
from tests.support.odd import JSON, ODD

PAYLOADS = Path(__file__).parents[2] / "support" / "payloads"
NOTIFICATIONS = json.loads((PAYLOADS / "mastodon_notifications_2026-09.json").read_text())
OWN = "gemeente@sociaal.example"


def read(body: Any = NOTIFICATIONS) -> list[IncomingMessage]:
    return [event for event in read_notifications(body, OWN) if isinstance(event, IncomingMessage)]


def own_status(**changed: Any) -> dict[str, Any]:
    """A status of ours: an answer to Karin, unless told otherwise."""
    account = {"id": "14715", "username": "gemeente", "acct": "gemeente", "display_name": "Gemeente"}
    karin = {
        "id": "971724",
        "username": "karin",
        "url": "https://elders.example/@karin",
        "acct": "karin@elders.example",
    }
    return {
        "id": "1152", "created_at": "2026-09-14T19:00:00.000Z", "visibility": "unlisted", "content": "<p>Morgen</p>",
        "account": account, "mentions": [karin], "in_reply_to_id": "1151", "in_reply_to_account_id": "971724",
        **changed,
    }  # fmt: skip


def ours(**changed: Any) -> IncomingMessage:
    event = read_status(own_status(**changed), OWN)
    assert isinstance(event, IncomingMessage)
    return event


def test_a_mention_is_read_with_warning_poll_and_files() -> None:
    mention = read()[-1]
    assert (mention.kind, mention.direction, mention.visibility) == ("mention", Direction.INBOUND, Visibility.PUBLIC)
    assert mention.text == (
        "Geklaag over afval\n@gemeente wordt de container nog geleegd? :verdrietig:\n○ Morgen\n○ Nooit"
    )
    assert mention.sent_at == datetime(2026, 9, 14, 18, 20, 10, 940000, tzinfo=UTC)
    assert mention.edited_at == datetime(2026, 9, 14, 18, 25, 40, 120000, tzinfo=UTC)
    assert mention.permalink == "https://elders.example/@karin/115203186126728896"
    assert mention.attachments == (
        Attachment(
            "image", "https://files.sociaal.example/cache/container.jpeg", "22345792",
            alt_text="Een volle ondergrondse container",
        ),
        Attachment("video", "https://media.elders.example/film.mp4", "22345793"),
    )  # fmt: skip


def test_somebody_is_who_they_are_on_every_server() -> None:
    author = read()[-1].author
    assert author is not None
    assert (author.external_id, author.handle) == ("karin@elders.example", "Karin@elders.example")
    assert (author.name, author.followers) == ("Karin :kat:", 412)
    assert author.avatar_url == "https://files.sociaal.example/cache/avatar.png"
    neighbour = read()[0].author
    assert neighbour is not None
    assert (neighbour.external_id, neighbour.name, neighbour.avatar_url) == ("piet@sociaal.example", "piet", "")


@pytest.mark.parametrize("visibility", ["direct", "private", "limited", None])
def test_what_not_all_may_read_is_private(visibility: str | None) -> None:
    body = deepcopy(NOTIFICATIONS)
    body[1]["status"]["visibility"] = visibility
    private = read(body)[0]
    assert (private.kind, private.visibility) == ("dm", Visibility.PRIVATE)
    assert private.text == "@gemeente mijn nummer is 12"


def test_an_answer_to_us_is_no_mere_mention() -> None:
    body = deepcopy(NOTIFICATIONS)
    body[1]["status"]["visibility"] = "public"
    reply = read(body)[0]
    assert (reply.kind, reply.parent_id) == ("reply", "115203038209478945")


def test_oldest_comes_first_and_likes_say_nothing() -> None:
    assert [message.external_id for message in read()] == ["115203062126728001", "115203186126728896"]


def test_our_own_posts_belong_to_whom_they_are_for() -> None:
    answer = ours()
    assert (answer.direction, answer.kind, answer.author) == (Direction.OUTBOUND, "reply", None)
    assert answer.customer is not None and answer.customer.external_id == "karin@elders.example"
    # Nobody is named: what it answers decides.
    assert (ours(mentions=[]).direction, ours(mentions=[]).customer) == (Direction.OUTBOUND, None)
    next_part = ours(in_reply_to_account_id="14715")
    assert next_part.customer is not None and next_part.customer.handle == "karin@elders.example"
    post = ours(in_reply_to_id=None, in_reply_to_account_id=None)
    assert (post.direction, post.kind, post.customer) == (Direction.CONTEXT, "post", None)
    thread = ours(in_reply_to_account_id="14715", mentions=[])
    assert thread.direction == Direction.CONTEXT
    private = ours(visibility="direct", in_reply_to_id=None, in_reply_to_account_id=None)
    assert (private.direction, private.visibility) == (Direction.OUTBOUND, Visibility.PRIVATE)
    assert private.customer is not None


def test_a_private_post_that_reaches_nobody_is_set_aside() -> None:
    assert isinstance(read_status(own_status(visibility="direct", mentions=[]), OWN), NotUnderstood)


def test_what_we_tell_our_followers_alone_is_left_out() -> None:
    told = [own_status(visibility="private", mentions=[], in_reply_to_id=None), own_status(visibility="direct")]
    assert [type(event) for event in read_statuses(told, OWN)] == [IncomingMessage]


def test_a_mention_whose_post_is_gone_tells_nothing() -> None:
    body = deepcopy(NOTIFICATIONS)
    body[0]["status"] = None
    assert len(read_notifications(body, OWN)) == len(read_notifications(NOTIFICATIONS, OWN)) - 1


def test_what_was_only_boosted_is_left_out() -> None:
    assert read_statuses([own_status(reblog={"id": "9"}), own_status()], OWN) == [ours()]


def test_one_bad_status_is_set_aside_with_its_body() -> None:
    body = deepcopy(NOTIFICATIONS)
    body[0]["status"]["created_at"] = "gisteren"
    odd = [event for event in read_notifications(body, OWN) if isinstance(event, NotUnderstood)]
    assert [event.body for event in odd] == [{"status": body[0]["status"]}]
    assert len(read(body)) == 1


@given(place=st.sampled_from(places(NOTIFICATIONS)), value=ODD)
def test_nothing_odd_anywhere_stops_the_reading(place: tuple[Any, ...], value: Any) -> None:
    for event in read_notifications(put(NOTIFICATIONS, place, value), OWN):
        if isinstance(event, IncomingMessage):
            assert event.external_id and event.sent_at.tzinfo is not None
            assert all(isinstance(text, str) for text in (event.text, event.thread_id, event.parent_id))
            assert event.author is None or event.author.external_id
            assert all(file.url.startswith(("https://", "http://")) or not file.url for file in event.attachments)


def test_a_clock_at_the_end_of_time_is_put_up_with() -> None:
    response = requests.Response()
    response.status_code, response._content = 429, b"{}"
    response.headers["x-ratelimit-reset"] = "2026-12-01T10:00:00Z"
    response.headers["date"] = "Fri, 31 Dec 9999 23:59:59 -1400"
    assert isinstance(refusal(response, writes=True), RateLimited)


@given(body=JSON, status=st.integers(300, 599), reset=st.text(max_size=20))
def test_an_odd_refusal_is_still_one_of_ours(body: Any, status: int, reset: str) -> None:
    for content in (json.dumps(body).encode(), json.dumps({"error": body}).encode(), b"\xff<html>"):
        response = requests.Response()
        response.status_code, response._content = status, content
        response.headers["x-ratelimit-reset"] = reset
        error = refusal(response, writes=True)
        assert error.reason and len(error.code) <= 40
