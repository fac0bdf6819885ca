"""Whole answers of the YouTube Data API as its reference shapes them: every field, whatever we read of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.types import Attachment, Direction, IncomingMessage, NotUnderstood
from channels.youtube.normalise import Comment, read_replies, read_threads, read_video
from tests.support.json_paths import places, put
from tests.support.odd import ODD

FOLDER = Path(__file__).parents[2] / "support" / "payloads" / "youtube"
OWN = "UCveldhuisWonen0000000000"
SALMA = "UgySalma4AaABAg"


def told(name: str) -> Any:
    return json.loads((FOLDER / f"{name}_2026-11.json").read_text(encoding="utf-8"))


def read(name: str = "threads") -> dict[str, Comment]:
    found = list(read_threads(told(name)["items"], OWN))
    assert not any(isinstance(one, NotUnderstood) for one in found)
    return {one.message.external_id: one for one in found if isinstance(one, Comment)}


def test_a_thread_is_read_whole_with_its_answers_oldest_first() -> None:
    assert list(read())[:3] == [SALMA, f"{SALMA}.B2foto", f"{SALMA}.B1ours"]
    top, ours = read()[SALMA], read()[f"{SALMA}.B1ours"].message
    assert (top.message.text, top.replies, top.status) == ("هل يمكن غسل الغطاء؟ 🧺", 7, "published")
    assert top.message.edited_at == datetime(2026, 11, 29, 20, 4, 31, tzinfo=UTC)
    assert top.message.author is not None and top.message.author.handle == "salma-الخطيب"
    assert (ours.direction, ours.customer and ours.customer.external_id) == (
        Direction.OUTBOUND, "UCbram000000000000000000",
    )  # fmt: skip


def test_words_are_as_they_were_written_with_their_picture() -> None:
    photo = read()[f"{SALMA}.B2foto"].message
    assert photo.text == "Bij mij werd hij <b>roze</b> &"
    assert photo.attachments == (
        Attachment("image", "https://yt3.googleusercontent.com/roze?expire=1", f"{SALMA}.B2foto"),
    )


def test_who_is_gone_has_no_name() -> None:
    gone, viewer, ours = (read()[f"Ugy{name}4AaABAg"] for name in ("Weg000", "Kijk00", "Onze00"))
    assert (gone.message.author, gone.message.direction) == (None, Direction.INBOUND)
    assert (viewer.message.text, viewer.status) == ("Mooie kleur", "")
    assert (ours.message.direction, ours.message.author) == (Direction.CONTEXT, None)


def test_what_youtube_holds_back_says_so() -> None:
    assert [one.status for one in read("held").values()] == ["likelySpam"]


def test_answers_that_are_asked_for_later_know_their_video() -> None:
    top = read()[SALMA].message
    found = [one for one in read_replies(told("replies")["items"], OWN, top) if isinstance(one, Comment)]
    assert [one.message.external_id for one in found] == [f"{SALMA}.B2foto", f"{SALMA}.B1ours"]
    assert found[0].message.permalink == f"https://www.youtube.com/watch?v=fjordVideo1&lc={SALMA}.B2foto"


def test_a_video_is_its_title_and_a_picture_that_is_always_there() -> None:
    video = read_video(told("videos")["items"][0], OWN)
    assert isinstance(video, IncomingMessage)
    assert (video.text, video.author) == ("Zo zet je bank Fjord in elkaar 🔧", None)
    assert video.attachments[0].url == "https://i.ytimg.com/vi/fjordVideo1/hqdefault.jpg"


@pytest.mark.parametrize("name", ["threads", "held"])
@given(data=st.data(), value=ODD)
def test_nothing_odd_anywhere_stops_the_reading(name: str, data: st.DataObject, value: Any) -> None:
    items = told(name)["items"]
    for one in read_threads(put(items, data.draw(st.sampled_from(places(items))), value), OWN):
        assert isinstance(one, Comment | NotUnderstood)
