"""Whole answers of Bluesky as its lexicons shape them: every field, whatever we read of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.bluesky import streams
from channels.types import Attachment, Direction, IncomingMessage, NotUnderstood, Page, Visibility
from tests.support.json_paths import places, put
from tests.support.odd import ODD

FOLDER = Path(__file__).parents[2] / "support" / "payloads" / "bluesky"
METHODS = {
    "app.bsky.notification.listNotifications": "notifications",
    "app.bsky.feed.getPosts": "posts",
    "app.bsky.feed.getAuthorFeed": "author_feed",
    "chat.bsky.convo.getLog": "chat_log",
    "chat.bsky.convo.listConvos": "convos",
}
TOLD = {
    method: json.loads((FOLDER / f"{name}_2026-11.json").read_text(encoding="utf-8"))
    for method, name in METHODS.items()
}
OWN, NOOR, SAMI, GONE = (
    f"did:plc:{name}" for name in (
        "gemeenteveldstad00000000", "noorvandijk000000000000", "samialkhatib00000000000", "weggegaan00000000000000",
    )
)  # fmt: skip
OURS = f"at://{OWN}/app.bsky.feed.post/3mfgours2222a"
SINCE = {"since": "2026-11-30T07:00:00.000Z"}


class Recorded:
    """Gives what stands in the files, and one conversation for all of them."""

    def __init__(self, **instead: Any) -> None:
        self.told = {**TOLD, **instead}

    def query(self, method: str, **params: Any) -> Mapping[str, Any]:
        """Return what was recorded of a method."""
        if method == "chat.bsky.convo.getConvo":
            return {
                "convo": next(
                    one for one in self.told["chat.bsky.convo.listConvos"]["convos"] if one["id"] == params["convoId"]
                )
            }
        if method == "chat.bsky.convo.getMessages":
            logs = TOLD["chat.bsky.convo.getLog"]["logs"]
            return {"messages": [one["message"] for one in reversed(logs) if one["$type"].endswith("logCreateMessage")]}
        answer: Mapping[str, Any] = self.told[method]
        return answer

    def next_call(self) -> datetime | None:
        """Say that it may be asked at once."""
        return None


def messages(page: Page) -> dict[str, IncomingMessage]:
    assert not any(isinstance(event, NotUnderstood) for event in page.events), page.events
    return {event.external_id: event for event in page.events if isinstance(event, IncomingMessage)}


def notifications() -> dict[str, IncomingMessage]:
    found = messages(streams.fetch_notifications(Recorded(), OWN, SINCE))  # type: ignore[arg-type]  # stands for it
    return {uri.rpartition("/")[2]: message for uri, message in found.items()}


def test_only_what_is_said_to_us_is_read_oldest_first() -> None:
    assert list(notifications()) == ["3mfgquote222a", "3mfgpict2222a", "3mfgfilm2222a", "3mfgkaart222a"]


def test_a_quote_shows_what_it_quotes_with_links_and_tags_whole() -> None:
    quote = notifications()["3mfgquote222a"]
    assert (quote.kind, quote.direction, quote.visibility) == ("mention", Direction.INBOUND, Visibility.PUBLIC)
    assert (
        quote.text
        == "هل الشارع مغلق؟ 🚲 veldstad.example/omleiding (https://veldstad.example/omleiding?van=bluesky) #Dorpsstraat"
    )
    assert quote.attachments == (
        Attachment(
            "share", url="https://bsky.app/profile/veldstad.example/post/3mfgours2222a",
            text="De Dorpsstraat gaat maandag dicht.",
        ),
    )  # fmt: skip
    assert quote.author is not None and (quote.author.external_id, quote.author.name) == (SAMI, "سامي")


def test_pictures_keep_their_descriptions_and_a_film_its_still() -> None:
    pictures, film = notifications()["3mfgpict2222a"], notifications()["3mfgfilm2222a"]
    assert (pictures.kind, pictures.parent_id, pictures.thread_id) == ("reply", OURS, OURS)
    assert [(file.url, file.alt_text) for file in pictures.attachments] == [
        ("https://cdn.bsky.example/f/1@jpeg", "Modder op de stoep"), ("https://cdn.bsky.example/f/2@jpeg", ""),
    ]  # fmt: skip
    assert (film.text, film.text_missing) == ("", False)
    assert [(file.kind, file.url) for file in film.attachments] == [
        ("image", "https://video.bsky.example/w/t.jpg"),
        ("share", f"https://bsky.app/profile/{GONE}/post/3mfgweg22222a"),
    ]


def test_who_lost_their_handle_is_known_by_their_id() -> None:
    card = notifications()["3mfgkaart222a"]
    assert card.author is not None and (card.author.external_id, card.author.handle, card.author.name) == (GONE, "", "")
    assert card.permalink == f"https://bsky.app/profile/{GONE}/post/3mfgkaart222a"
    assert [(file.url, file.text) for file in card.attachments] == [
        ("https://nieuws.example/dorpsstraat", "Dorpsstraat drie weken dicht")
    ]


def test_what_we_said_in_the_app_is_for_whom_it_answers() -> None:
    found = messages(streams.fetch_posts(Recorded(), OWN, SINCE))  # type: ignore[arg-type]  # stands for it
    told = {
        uri.rpartition("/")[2]: (one.direction, one.customer and one.customer.external_id) for uri, one in found.items()
    }
    assert told == {
        "3mfgours2222a": (Direction.CONTEXT, None),  # once, though it is pinned too
        "3mfgansw2222a": (Direction.OUTBOUND, NOOR),
        "3mfgweesk222a": (Direction.OUTBOUND, None),  # what it answers is gone
        "3mfgblok2222a": (Direction.OUTBOUND, SAMI),  # who blocks us
    }


def test_the_log_tells_messages_of_two_and_sets_a_groups_aside() -> None:
    page = streams.fetch_messages(Recorded(), OWN, {"rev": "222mfg0", "people": {}})  # type: ignore[arg-type]
    aside = [event for event in page.events if isinstance(event, NotUnderstood)]
    first, ours = (event for event in page.events if isinstance(event, IncomingMessage))
    assert [event.reason for event in aside] == ["message: in a group"]
    assert first.text == "Mijn dossier is 4471, zie https://veldstad.example/dossier 🙏"
    assert (first.author and first.author.external_id, first.sent_at) == (NOOR, datetime(2026, 11, 30, 13, tzinfo=UTC))
    assert [file.kind for file in first.attachments] == ["share"]
    assert (ours.direction, ours.customer and ours.customer.external_id) == (Direction.OUTBOUND, NOOR)
    assert page.cursor["rev"] == "222mfg9"


def test_at_first_conversations_of_two_are_read_and_groups_left() -> None:
    page = streams.fetch_messages(Recorded(), OWN, {"until": "2026-11-30T00:00:00+00:00"})  # type: ignore[arg-type]
    texts = [event.text for event in page.events if isinstance(event, IncomingMessage)]
    assert texts[1:] == ["We kijken ernaar.", "Hallo allemaal"] and page.cursor["rev"] == "222mfg1"


@pytest.mark.parametrize("method", ["app.bsky.notification.listNotifications", "app.bsky.feed.getAuthorFeed"])
@given(data=st.data(), value=ODD)
def test_nothing_odd_anywhere_stops_a_page(method: str, data: st.DataObject, value: Any) -> None:
    body = put(TOLD[method], data.draw(st.sampled_from(places(TOLD[method]))), value)
    fetch = streams.fetch_notifications if method.endswith("Notifications") else streams.fetch_posts
    if not isinstance(body, dict):
        return
    for event in fetch(Recorded(**{method: body}), OWN, SINCE).events:  # type: ignore[arg-type]  # stands for it
        assert isinstance(event, IncomingMessage | NotUnderstood)


def test_an_empty_page_that_names_a_next_one_is_no_end() -> None:
    recorded = Recorded()
    cursor: Mapping[str, Any] = SINCE
    whole = TOLD["app.bsky.notification.listNotifications"]
    bodies: list[Any] = [{"notifications": [], "cursor": "p1"}, {"notifications": [], "cursor": "p2"}, whole]
    for body in bodies:
        recorded.told["app.bsky.notification.listNotifications"] = body
        page = streams.fetch_notifications(recorded, OWN, cursor)  # type: ignore[arg-type]  # stands for it
        assert page.more or body is whole
        cursor = page.cursor
    assert len(page.events) == 4
    for turn in range(streams.MOST_EMPTY + 1):
        recorded.told["app.bsky.notification.listNotifications"] = {"notifications": [], "cursor": f"x{turn}"}
        page = streams.fetch_notifications(recorded, OWN, page.cursor)  # type: ignore[arg-type]  # stands for it
    assert not page.more and not page.cursor["page"]
