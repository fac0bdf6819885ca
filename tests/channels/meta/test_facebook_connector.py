"""A Facebook page through the real SDK, against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from channels.base import Connector
from channels.errors import ChannelError
from channels.types import (
    Action,
    Attachment,
    Author,
    Direction,
    Edit,
    Incoming,
    IncomingMessage,
    OutgoingFile,
    Removal,
    Route,
)
from tests.support.meta import REFERENCE, World, answer

if TYPE_CHECKING:
    from sandbox.testing import Running

PIET = {"id": "9001", "username": "piet", "name": "Piet de Vries"}
BO = {"id": "9002", "username": "bo", "name": "Bo"}


@pytest.fixture
def world(platforms: Running) -> World:
    return World(platforms.url)


@pytest.fixture
def page(world: World) -> Iterator[Connector]:
    """The brand's page."""
    connector = world.connect("facebook")
    yield connector
    connector.close()


@pytest.fixture
def post(world: World, page: Connector) -> str:
    """A post of the brand's own."""
    return world.say("facebook", "post", "Nieuw in de winkel", {"id": page.external_id})


@pytest.fixture
def file(tmp_path: Path) -> OutgoingFile:
    """A picture to send along."""
    picture = tmp_path / "bon.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    return OutgoingFile(str(picture), "image/png", "bon.png")


def messages(events: tuple[Incoming, ...]) -> dict[str, IncomingMessage]:
    return {event.external_id: event for event in events if isinstance(event, IncomingMessage)}


def test_it_knows_whose_credentials_they_are(page: Connector) -> None:
    profile = page.identify()
    assert (profile.external_id, profile.name, profile.handle) == (page.external_id, "Bloem", "bloem")


def test_feed_brings_posts_as_context_comments_as_messages(world: World, page: Connector, post: str) -> None:
    comment = world.say("facebook", "comment", "Waar is het?", PIET, in_reply_to=post, media=[{"type": "image"}])
    reply = world.say("facebook", "comment", "Bij mij ook", BO, in_reply_to=comment)
    ours = world.say("facebook", "comment", "Dag Piet", {"id": page.external_id}, in_reply_to=comment)
    visitor = world.say("facebook", "visitor_post", "Klacht!", PIET)
    found = messages(page.fetch("feed", {}).events)
    assert found[post].direction == Direction.CONTEXT and found[post].author is None
    assert (found[comment].direction, found[comment].parent_id) == (Direction.INBOUND, post)
    assert [file.kind for file in found[comment].attachments] == ["image"]
    assert (found[reply].parent_id, found[reply].thread_id) == (comment, post)
    assert (found[ours].direction, found[ours].parent_id) == (Direction.OUTBOUND, comment)
    assert found[visitor].kind == "visitor_post"
    assert set(messages(page.fetch("visitor_posts", {}).events)) == {visitor}


def test_a_second_round_tells_only_news_edits_and_removals(world: World, page: Connector, post: str) -> None:
    stays = world.say("facebook", "comment", "Blijft", PIET, in_reply_to=post)
    goes = world.say("facebook", "comment", "Gaat weg", PIET, in_reply_to=post)
    first = page.fetch("feed", {})
    quiet = page.fetch("feed", first.cursor)
    assert quiet.events == () and quiet.cursor == first.cursor
    world.control("PATCH", f"messages/{stays}", text="Blijft staan")
    world.control("DELETE", f"messages/{goes}")
    new = world.say("facebook", "comment", "Nieuw", BO, in_reply_to=post)
    third = page.fetch("feed", quiet.cursor)
    assert [event.text for event in third.events if isinstance(event, Edit)] == ["Blijft staan"]
    assert [event.external_id for event in third.events if isinstance(event, Removal)] == [goes]
    assert set(messages(third.events)) == {stays, new}
    assert page.fetch("feed", third.cursor).events == ()


def test_a_long_thread_is_read_to_its_end_and_then_only_its_top(world: World, page: Connector, post: str) -> None:
    start = datetime.now(UTC) - timedelta(days=3)
    ids = {
        world.say(
            "facebook", "comment", f"nr {n}", PIET, in_reply_to=post, at=(start + timedelta(minutes=n)).isoformat()
        )
        for n in range(60)
    }
    first = page.fetch("feed", {})
    assert set(messages(first.events)) == {post, *ids}
    newest = world.say("facebook", "comment", "nog een", PIET, in_reply_to=post)
    assert set(messages(page.fetch("feed", first.cursor).events)) == {newest}


def test_comments_on_older_posts_are_found_round_by_round(world: World, page: Connector) -> None:
    start = datetime.now(UTC) - timedelta(days=40)
    posts = [
        world.say("facebook", "post", f"nr {n}", {"id": page.external_id}, at=(start + timedelta(days=n)).isoformat())
        for n in range(40)
    ]
    cursor = page.fetch("feed", {}).cursor
    late = world.say("facebook", "comment", "Ook nu nog", PIET, in_reply_to=posts[0])
    seen: set[str] = set()
    for _ in range(3):
        found = page.fetch("feed", cursor)
        seen |= set(messages(found.events))
        cursor = found.cursor
    assert late in seen


def test_hidden_person_is_an_unknown_author(world: World, page: Connector, post: str) -> None:
    comment = world.say("facebook", "comment", "Anoniem", PIET, in_reply_to=post, anonymous=True)
    assert messages(page.fetch("feed", {}).events)[comment].author is None


def test_tagging_posts_come_in_with_their_comments(world: World, page: Connector) -> None:
    tagged = world.say("facebook", "tagged_post", "Met @Bloem op stap", PIET)
    stranger = world.say("facebook", "comment", "Gezellig", BO, in_reply_to=tagged)
    asker = world.say("facebook", "comment", "Maar wanneer komt mijn pakket?", PIET, in_reply_to=tagged)
    found = messages(page.fetch("tagged", {}).events)
    assert (found[tagged].kind, found[tagged].direction) == ("tag", Direction.INBOUND)
    assert found[stranger].direction == Direction.CONTEXT
    assert found[asker].direction == Direction.INBOUND


def test_private_messages_come_in_from_both_sides(world: World, page: Connector) -> None:
    hello = world.say("facebook", "message", "Hallo", PIET, media=[{"type": "image"}])
    ours = world.say("facebook", "message", "Dag", {"id": page.external_id}, to=PIET["id"])
    fetched = page.fetch("conversations", {})
    found = messages(fetched.events)
    assert list(found) == [hello, ours]
    assert found[hello].author == Author(PIET["id"], "Piet de Vries")
    assert [file.kind for file in found[hello].attachments] == ["image"]
    assert found[ours].direction == Direction.OUTBOUND
    assert found[ours].customer == Author(PIET["id"], "Piet de Vries")
    assert page.fetch("conversations", fetched.cursor).events == ()
    again = world.say("facebook", "message", "Ben je er nog?", PIET)
    assert set(messages(page.fetch("conversations", fetched.cursor).events)) == {again}


def test_many_chats_are_caught_up_with_over_several_rounds(world: World, page: Connector) -> None:
    ids = {world.say("facebook", "message", "hoi", {"id": f"80{n}", "name": f"P{n}"}) for n in range(90)}
    cursor: object = {}
    seen: set[str] = set()
    for _ in range(5):
        fetched = page.fetch("conversations", cursor)  # type: ignore[arg-type]
        seen |= set(messages(fetched.events))
        cursor = fetched.cursor
        if not fetched.more:
            break
    assert seen == ids
    assert page.fetch("conversations", fetched.cursor).events == ()


def test_a_reply_to_a_comment_arrives_and_can_be_found_again(world: World, page: Connector, post: str) -> None:
    comment = world.say("facebook", "comment", "Waar is het?", PIET, in_reply_to=post)
    nested = world.say("facebook", "comment", "Ja, waar?", BO, in_reply_to=comment)
    reply = answer("Onderweg, Piet", reply_to_id=comment, thread_id=post)
    assert page.find_sent(reply) is None
    sent = page.send(reply)
    assert page.find_sent(reply) is not None
    found = page.find_sent(reply)
    assert found is not None and found.external_id == sent.external_id
    assert sent.external_id in messages(page.fetch("feed", {}).events)
    under = answer("Ook onderweg", reply_to_id=nested, thread_id=post)
    sent = page.send(under)
    found = page.find_sent(under)
    assert found is not None and found.external_id == sent.external_id
    assert page.find_sent(answer("Nooit gezegd", reply_to_id=comment, thread_id=post)) is None


def test_private_message_is_found_again_by_our_code(world: World, page: Connector) -> None:
    world.say("facebook", "message", "Hallo", PIET)
    reply = answer("Dag Piet", Route.PRIVATE_MESSAGE, recipient_id=PIET["id"], last_inbound_at=datetime.now(UTC))
    sent = page.send(reply)
    found = page.find_sent(reply)
    assert found is not None and found.external_id == sent.external_id
    (ours,) = (row for row in world.said("facebook") if row["id"] == sent.external_id)
    assert ours["metadata"] == REFERENCE
    earlier = answer(
        "Dag Piet",
        Route.PRIVATE_MESSAGE,
        recipient_id=PIET["id"],
        last_inbound_at=datetime.now(UTC) + timedelta(hours=1),
    )
    assert page.find_sent(earlier) is None


def test_human_agent_may_answer_for_a_week_only(world: World, page: Connector) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=2)
    world.say("facebook", "message", "Hallo", PIET, at=long_ago.isoformat())
    reply = answer("Alsnog", Route.PRIVATE_MESSAGE, recipient_id=PIET["id"], last_inbound_at=long_ago)
    assert page.send(reply).external_id
    # Also when our clock says it is not a day yet.
    assert page.send(answer("En nog", Route.PRIVATE_MESSAGE, recipient_id=PIET["id"])).external_id
    longer = datetime.now(UTC) - timedelta(days=8)
    world.say("facebook", "message", "Hallo", BO, at=longer.isoformat())
    with pytest.raises(ChannelError) as caught:
        page.send(answer("Te laat", Route.PRIVATE_MESSAGE, recipient_id=BO["id"], last_inbound_at=longer))
    assert caught.value.reason == "window_closed" and caught.value.permanent


def test_a_comment_can_be_answered_privately_once(world: World, page: Connector, post: str) -> None:
    comment = world.say("facebook", "comment", "Mijn nummer is 06…", PIET, in_reply_to=post)
    reply = answer("Even privé", Route.PRIVATE_REPLY, reply_to_id=comment, thread_id=post, reply_to_kind="comment")
    assert page.find_sent(reply) is None
    sent = page.send(reply)
    found = page.find_sent(reply)
    assert found is not None and found.external_id == sent.external_id
    with pytest.raises(ChannelError) as caught:
        page.send(reply)
    assert caught.value.reason == "already_replied" and caught.value.permanent


def test_picture_goes_with_a_comment_or_alone_in_private(
    world: World, page: Connector, post: str, file: OutgoingFile
) -> None:
    comment = world.say("facebook", "comment", "Waar?", PIET, in_reply_to=post)
    sent = page.send(answer("Hier", reply_to_id=comment, thread_id=post, files=(file,)))
    (row,) = (row for row in world.said("facebook") if row["id"] == sent.external_id)
    assert [item["filename"] for item in row["media"]] == ["bon.png"]
    world.say("facebook", "message", "Hallo", PIET)
    sent = page.send(answer("", Route.PRIVATE_MESSAGE, recipient_id=PIET["id"], files=(file,)))
    row = world.said("facebook")[-1]
    assert row["media"] and (row["id"], row["metadata"]) == (sent.external_id, REFERENCE)


def test_a_picture_is_found_among_others_by_what_it_is_not(world: World, page: Connector, file: OutgoingFile) -> None:
    world.say("facebook", "message", "Hallo", PIET)
    reply = answer("", Route.PRIVATE_MESSAGE, recipient_id=PIET["id"], files=(file,))
    page.send(answer("Kijk", Route.PRIVATE_MESSAGE, recipient_id=PIET["id"]))
    assert page.find_sent(reply) is None
    first = page.send(reply).external_id
    assert (found := page.find_sent(reply)) and found.external_id == first
    assert page.find_sent(replace(reply, others=frozenset({first}))) is None
    second = page.send(reply).external_id
    assert (found := page.find_sent(replace(reply, others=frozenset({first})))) and found.external_id == second


def test_a_file_with_a_text_is_refused_before_anything_is_sent(
    world: World, page: Connector, file: OutgoingFile
) -> None:
    world.say("facebook", "message", "Hallo", PIET)
    with pytest.raises(ChannelError) as caught:
        page.send(answer("En hier", Route.PRIVATE_MESSAGE, recipient_id=PIET["id"], files=(file,)))
    assert caught.value.permanent and not caught.value.unknown
    assert not any(row["by_brand"] for row in world.said("facebook"))


def test_liking_hiding_and_deleting_work(world: World, page: Connector, post: str) -> None:
    comment = world.say("facebook", "comment", "Bah", PIET, in_reply_to=post)

    def row() -> dict[str, object]:
        return next(row for row in world.said("facebook") if row["id"] == comment)

    page.act(Action.LIKE, comment)
    page.act(Action.HIDE, comment)
    assert row()["likes"] and row()["hidden"]
    page.act(Action.UNLIKE, comment)
    page.act(Action.UNHIDE, comment)
    assert not row()["likes"] and not row()["hidden"]
    sent = page.send(answer("Oeps", reply_to_id=comment, thread_id=post))
    page.act(Action.DELETE_OWN, sent.external_id)
    assert (
        page.check_removed([comment, sent.external_id, "m_private"])
        and page.find_sent(answer("Oeps", reply_to_id=comment, thread_id=post)) is None
    )


def test_what_stood_above_a_comment_can_be_asked_for(world: World, page: Connector, post: str) -> None:
    comment = world.say("facebook", "comment", "Waar?", PIET, in_reply_to=post)
    nested = world.say("facebook", "comment", "Ja?", BO, in_reply_to=comment)
    above = page.context(nested, post, comment)
    assert [event.external_id for event in above if isinstance(event, IncomingMessage)] == [post, comment]
    assert all(isinstance(event, IncomingMessage) and event.direction == Direction.CONTEXT for event in above)
    world.control("DELETE", f"messages/{comment}")
    assert [
        event.external_id for event in page.context(nested, post, comment) if isinstance(event, IncomingMessage)
    ] == [post]


def test_a_writer_has_a_profile_and_a_picture_can_be_opened(world: World, page: Connector) -> None:
    world.say("facebook", "message", "Kijk", PIET, media=[{"type": "image"}])
    (message,) = messages(page.fetch("conversations", {}).events).values()
    profile = page.profile(Author(PIET["id"]))
    assert profile.name == "Piet de Vries" and profile.avatar_url
    assert page.profile(Author("404")) == Author("404")
    file, mime = page.open_attachment(message.attachments[0])
    with file:
        assert mime.startswith("image/") and file.read(4)
    with pytest.raises(ChannelError):
        page.open_attachment(Attachment("image", url="https://example.com/x.jpg"))


def test_webhooks_are_switched_on_again_when_meta_dropped_them(world: World, page: Connector) -> None:
    assert page.subscribe() == "" and page.subscribe() == ""


def test_nearly_spent_budgets_put_the_next_round_off(world: World, page: Connector, post: str) -> None:
    page.fetch("feed", {})
    page.graph.http.last.headers["x-app-usage"] = '{"call_count": 95}'  # type: ignore[attr-defined]
    page.graph._note_usage()  # type: ignore[attr-defined]
    found = page.fetch("feed", {})
    assert found.next_poll is not None and found.next_poll > datetime.now(UTC)
