"""A whole page of notifications as Mastodon 4.5 gives it: every field, whatever we read of it."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.mastodon.normalise import read_notifications
from channels.types import Attachment, Direction, IncomingMessage, NotUnderstood, Visibility
from tests.support.json_paths import places, put
from tests.support.odd import ODD

FOLDER = Path(__file__).parents[2] / "support" / "payloads" / "mastodon"
PAGE = json.loads((FOLDER / "notifications_2026-11.json").read_text(encoding="utf-8"))
OWN = "gemeente@sociaal.example"
QUOTE, MANY, POLL, LEFT = (f"115640000000000{end}" for end in ("077", "088", "099", "100"))


def read(body: Any = PAGE) -> dict[str, IncomingMessage]:
    return {event.external_id: event for event in read_notifications(body, OWN) if isinstance(event, IncomingMessage)}


def changed(external_id: str, **status: Any) -> dict[str, IncomingMessage]:
    body = deepcopy(PAGE)
    for item in body:
        if item.get("status", {}).get("id") == external_id:
            item["status"] |= status
    return read(body)


def test_only_what_is_said_to_us_is_read_oldest_first() -> None:
    assert list(read()) == [QUOTE, MANY, POLL, LEFT]
    assert not any(isinstance(event, NotUnderstood) for event in read_notifications(PAGE, OWN))


def test_a_quote_shows_what_it_quotes_and_says_its_own_words() -> None:
    quote = read()[QUOTE]
    assert (quote.kind, quote.direction, quote.visibility) == ("mention", Direction.INBOUND, Visibility.PUBLIC)
    assert quote.text == "هل الشارع مغلق للدراجات أيضا؟ 🚲"
    assert quote.attachments == (
        Attachment(
            "share", "https://sociaal.example/@gemeente/115640000000000001",
            text="De Dorpsstraat gaat maandag dicht.",
        ),
    )  # fmt: skip
    assert quote.author is not None
    assert (quote.author.external_id, quote.author.name) == ("fatima@elders.example", "فاطمة 🌙 :bloem:")


@pytest.mark.parametrize("state", ["pending", "rejected", "revoked", "deleted", "unauthorized", "muted_account", None])
def test_a_quote_that_may_not_be_shown_leaves_its_link(state: str | None) -> None:
    told = next(item["status"]["quote"] for item in PAGE if item.get("status", {}).get("id") == QUOTE)
    quote = changed(QUOTE, quote={**told, "state": state})[QUOTE]
    assert quote.attachments == ()
    assert quote.text.startswith("RE: https://sociaal.example/@gemeente/115640000000000001\n")
    shallow = changed(QUOTE, quote={"state": "accepted", "quoted_status_id": "115640000000000001"})[QUOTE]
    assert shallow.attachments == () and shallow.text.startswith("RE: ")


def test_a_quoted_post_is_told_with_its_warning_and_its_poll() -> None:
    quote = deepcopy(next(item["status"]["quote"] for item in PAGE if item.get("status", {}).get("id") == QUOTE))
    link = '<span class="quote-inline"><br/>RE: <a href="https://sociaal.example/@a/1">sociaal.example/@a/1</a></span>'
    quote["quoted_status"] |= {
        "spoiler_text": "Wegwerk",
        "content": f"<p>Mag dat?{link}</p>",
        "poll": {"options": [{"title": "Ja"}, {"title": "Nee"}]},
        "quote": deepcopy(quote),
    }
    (share,) = changed(QUOTE, quote=quote)[QUOTE].attachments
    # What it quotes itself is not shown: its link stays.
    assert share.text == "Wegwerk\nMag dat?\nRE: https://sociaal.example/@a/1\n○ Ja\n○ Nee"


def test_a_quote_of_quotes_without_end_is_read_once() -> None:
    quote: dict[str, Any] = {"state": "accepted", "quoted_status": {"url": "https://a.example/1", "content": "diep"}}
    for _turn in range(5000):
        quote = {"state": "accepted", "quoted_status": {**quote["quoted_status"], "quote": quote}}
    (share,) = changed(QUOTE, quote=quote)[QUOTE].attachments
    assert share.text == "diep"


def test_a_post_with_everything_is_read_whole() -> None:
    post = read()[MANY]
    assert post.text == (
        "Modder 👟\n@gemeente zo ziet het eruit #dorpsstraat, zie https://nieuws.example/dorpsstraat-dicht\n\n"
        "Tweede alinea\nmet een regel"
    )
    assert post.edited_at == datetime(2026, 11, 30, 10, 5, 9, tzinfo=UTC)
    cache = "https://files.sociaal.example/cache/media_attachments"
    assert [(file.kind, file.url, file.alt_text) for file in post.attachments] == [
        ("image", f"{cache}/115640000000000801/original/modder.jpeg", "Een straat vol modder"),
        ("video", f"{cache}/115640000000000802/original/graafmachine.mp4", ""),
        ("audio", f"{cache}/115640000000000803/original/lawaai.mp3", "Geluid van een boor"),
        ("video", "https://media.elders.example/kat.mp4", ""),
        ("file", "https://media.elders.example/plan.pdf", ""),
    ]


def test_an_answer_to_us_with_a_poll_comes_from_who_moved_away() -> None:
    poll = read()[POLL]
    assert (poll.kind, poll.parent_id) == ("reply", "115640000000000001")
    assert poll.text == "@gemeente wat vindt men?\n○ Goed plan 👍\n○ Slecht plan"
    assert poll.author is not None and poll.author.external_id == "bram@pleroma.example"


def test_who_is_gone_has_the_name_of_their_account() -> None:
    left = read()[LEFT]
    assert (left.visibility, left.kind, left.text) == (Visibility.PRIVATE, "dm", "@gemeente laat maar")
    assert left.permalink == f"https://weg.example/users/oudnaam/statuses/{LEFT}"
    assert left.author is not None and (left.author.name, left.author.followers) == ("oudnaam", 0)


@given(place=st.sampled_from(places(PAGE)), value=ODD)
def test_nothing_odd_anywhere_stops_the_reading(place: tuple[Any, ...], value: Any) -> None:
    for event in read_notifications(put(PAGE, place, value), OWN):
        if isinstance(event, IncomingMessage):
            assert event.external_id and isinstance(event.text, str)
            assert all(file.url.startswith(("https://", "http://")) or not file.url for file in event.attachments)
