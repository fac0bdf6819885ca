"""Documented payloads (YouTube Data API reference, dated in their name) through the pure normaliser; and odd ones."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.types import Attachment, Direction, Hidden, IncomingMessage, NotUnderstood, Visibility
from channels.youtube.errors import refusal
from channels.youtube.memory import MOST, Memory
from channels.youtube.normalise import Comment, read_threads, read_video
from tests.support.json_paths import places, put
from tests.support.odd import JSON, ODD

THREADS = json.loads((Path(__file__).parents[2] / "support" / "payloads" / "youtube_threads_2026-09.json").read_text())
OWN = "UCveldhuis"
VIDEO = {
    "kind": "youtube#video",
    "id": "fjordVideo1",
    "snippet": {
        "publishedAt": "2026-09-14T09:00:00Z",
        "channelId": OWN,
        "title": "Zo zet je bank Fjord in elkaar",
        "thumbnails": {"default": {"url": "https://i.ytimg.com/a.jpg"}, "high": {"url": "https://i.ytimg.com/h.jpg"}},
        "channelTitle": "Veldhuis",
    },
}


def read(body: Any = THREADS) -> dict[str, Comment]:
    found = read_threads(body["items"], OWN)
    return {one.message.external_id: one for one in found if isinstance(one, Comment)}


def message(external_id: str) -> IncomingMessage:
    return read()[external_id].message


def test_a_comment_knows_its_video_author_time_and_change() -> None:
    comment = message("UgzTwo4AaABAg")
    assert (comment.kind, comment.direction, comment.visibility) == ("comment", Direction.INBOUND, Visibility.PUBLIC)
    assert (comment.thread_id, comment.parent_id) == ("UgzTwo4AaABAg", "fjordVideo1")
    assert comment.sent_at == datetime(2026, 9, 14, 18, 2, 11, tzinfo=UTC)
    assert comment.edited_at == datetime(2026, 9, 14, 18, 5, 40, tzinfo=UTC)
    assert comment.text == "Past deze hoes <3 in de was?"
    assert comment.permalink == "https://www.youtube.com/watch?v=fjordVideo1&lc=UgzTwo4AaABAg"
    assert comment.author is not None
    assert (comment.author.external_id, comment.author.handle) == ("UCkarin", "karin-de.vries")
    assert comment.author.avatar_url == "https://yt3.ggpht.com/karin=s48-c-k"


def test_an_answer_hangs_under_its_comment_with_its_picture() -> None:
    reply = message("UgzTwo4AaABAg.9piet")
    assert (reply.thread_id, reply.parent_id, reply.edited_at) == ("UgzTwo4AaABAg", "UgzTwo4AaABAg", None)
    assert reply.text == "Volgens mij wel"
    (picture,) = reply.attachments
    assert picture == Attachment("image", "https://yt3.googleusercontent.com/foto?exp=1", "UgzTwo4AaABAg.9piet")


def test_our_answer_is_for_whom_it_names_our_comment_context() -> None:
    ours = message("UgzTwo4AaABAg.9ours")
    assert (ours.direction, ours.author) == (Direction.OUTBOUND, None)
    assert ours.customer is not None
    assert ours.customer.external_id == "UCpiet"
    assert message("UgzOne4AaABAg").direction == Direction.CONTEXT


def test_a_thread_says_its_size_and_what_is_held_back() -> None:
    assert read()["UgzTwo4AaABAg"].replies == 2
    assert (read()["UgzTwo4AaABAg"].status, read()["UgzOne4AaABAg"].status) == ("published", "")


def test_a_video_is_the_post_above() -> None:
    video = read_video(VIDEO, OWN)
    assert isinstance(video, IncomingMessage)
    assert (video.kind, video.direction, video.author) == ("post", Direction.CONTEXT, None)
    assert (video.text, video.permalink) == (VIDEO["snippet"]["title"], "https://www.youtube.com/watch?v=fjordVideo1")  # type: ignore[index]
    assert video.attachments[0].url == "https://i.ytimg.com/h.jpg"


def test_somebody_whose_account_is_gone_has_no_name_of_ours() -> None:
    body = deepcopy(THREADS)
    del body["items"][0]["snippet"]["topLevelComment"]["snippet"]["authorChannelId"]
    comment = read(body)["UgzTwo4AaABAg"].message
    assert (comment.direction, comment.author) == (Direction.INBOUND, None)


def test_text_that_is_not_told_is_not_an_empty_one() -> None:
    body = deepcopy(THREADS)
    told = body["items"][0]["snippet"]["topLevelComment"]["snippet"]
    del told["textOriginal"]
    assert read(body)["UgzTwo4AaABAg"].message.text == told["textDisplay"]
    del told["textDisplay"]
    assert read(body)["UgzTwo4AaABAg"].message.text_missing


def test_one_bad_thread_is_set_aside_with_its_body() -> None:
    body = deepcopy(THREADS)
    body["items"][0]["snippet"]["topLevelComment"]["snippet"]["publishedAt"] = "gisteren"
    odd = [one for one in read_threads(body["items"], OWN) if isinstance(one, NotUnderstood)]
    assert [one.body for one in odd] == [{"thread": body["items"][0]}]
    assert list(read(body)) == ["UgzOne4AaABAg"]


@given(place=st.sampled_from(places(THREADS["items"])), value=ODD)
def test_nothing_odd_anywhere_stops_the_reading(place: tuple[Any, ...], value: Any) -> None:
    items = put(THREADS["items"], place, value)
    memory, now = Memory({}), datetime.now(UTC)
    for one in read_threads(items, OWN):
        if isinstance(one, Comment):
            assert one.message.external_id and one.message.sent_at.tzinfo is not None
            assert all(isinstance(text, str) for text in (one.message.text, one.message.thread_id, one.status))
            list(memory.news(one, now))
            memory.has_grown(one, 0)
    json.dumps(memory.stored())


@given(place=st.sampled_from(places(VIDEO)), value=ODD)
def test_an_odd_video_is_read_or_set_aside(place: tuple[Any, ...], value: Any) -> None:
    assert isinstance(read_video(put(VIDEO, place, value), OWN), IncomingMessage | NotUnderstood)


@given(body=JSON, status=st.integers(400, 599))
def test_an_odd_refusal_is_still_one_of_ours(body: Any, status: int) -> None:
    for content in (json.dumps(body).encode(), json.dumps({"error": body}).encode(), b"\xff<html>"):
        error = refusal(status, content, writes=True)
        assert error.reason and len(error.code) <= 40


# ── what was handed on already ──


def test_a_comment_is_news_once_and_again_when_changed() -> None:
    memory, now, comment = Memory({}), datetime.now(UTC), read()["UgzTwo4AaABAg"]
    assert list(memory.news(comment, now)) == [comment.message]
    again = Memory(json.loads(json.dumps(memory.stored())))
    assert list(again.news(comment, now)) == []
    body = deepcopy(THREADS)
    told = body["items"][0]["snippet"]["topLevelComment"]["snippet"]
    told |= {"textOriginal": "Past de hoes?", "updatedAt": "2026-09-15T08:00:00Z"}
    changed = read(body)["UgzTwo4AaABAg"]
    assert list(again.news(changed, now)) == [changed.message]


@pytest.mark.parametrize("status", ["heldForReview", "likelySpam", "rejected"])
def test_holding_back_is_told_once_and_letting_go_too(status: str) -> None:
    body = deepcopy(THREADS)
    body["items"][0]["snippet"]["topLevelComment"]["snippet"]["moderationStatus"] = status
    held, shown, now = read(body)["UgzTwo4AaABAg"], read()["UgzTwo4AaABAg"], datetime.now(UTC)
    memory = Memory({})
    list(memory.news(shown, now))
    told = [list(memory.news(one, now)) for one in (held, held, shown)]
    assert told == [[Hidden("UgzTwo4AaABAg", True, now)], [], [Hidden("UgzTwo4AaABAg", False, now)]]


def test_only_the_newest_are_remembered() -> None:
    memory = Memory({"comments": {f"c{n}": [n, "x", 0] for n in range(MOST + 10)}})
    kept = memory.stored()["comments"]
    assert len(kept) == MOST
    assert "c9" not in kept and f"c{MOST + 9}" in kept
