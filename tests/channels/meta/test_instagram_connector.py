"""An Instagram account through the real SDK, against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from channels.base import Connector
from channels.errors import ChannelError
from channels.types import (
    Action,
    Author,
    Direction,
    Edit,
    Incoming,
    IncomingMessage,
    NotUnderstood,
    OutgoingFile,
    Removal,
    Route,
)
from tests.support.meta import World, answer

if TYPE_CHECKING:
    from sandbox.testing import Running

ANN = {"id": "1789001", "username": "ann", "name": "Ann"}
BO = {"id": "1789002", "username": "bo", "name": "Bo"}


@pytest.fixture
def world(platforms: Running) -> World:
    return World(platforms.url)


@pytest.fixture
def account(world: World) -> Iterator[Connector]:
    """The brand's Instagram account."""
    connector = world.connect("instagram")
    yield connector
    connector.close()


@pytest.fixture
def media(world: World, account: Connector) -> str:
    """A post of the brand's own."""
    return world.say("instagram", "media", "Nieuwe collectie", {"id": account.external_id})


def messages(events: tuple[Incoming, ...]) -> dict[str, IncomingMessage]:
    return {event.external_id: event for event in events if isinstance(event, IncomingMessage)}


def lookup(media_id: str, comment_id: str = "") -> NotUnderstood:
    return NotUnderstood("lookup", {"mention": {"media_id": media_id, "comment_id": comment_id}})


def test_it_knows_whose_credentials_they_are(account: Connector) -> None:
    profile = account.identify()
    assert (profile.external_id, profile.handle) == (account.external_id, "bloem")


def test_comments_and_replies_come_in_and_then_only_news(world: World, account: Connector, media: str) -> None:
    comment = world.say("instagram", "comment", "Mooi", ANN, in_reply_to=media)
    reply = world.say("instagram", "comment", "Vind ik ook", BO, in_reply_to=comment)
    ours = world.say("instagram", "comment", "Dank!", {"id": account.external_id}, in_reply_to=comment)
    first = account.fetch("comments", {})
    found = messages(first.events)
    assert found[media].direction == Direction.CONTEXT
    assert (found[comment].direction, found[comment].parent_id) == (Direction.INBOUND, media)
    assert (found[reply].parent_id, found[ours].direction) == (comment, Direction.OUTBOUND)
    assert account.fetch("comments", first.cursor).events == ()
    world.control("DELETE", f"messages/{reply}")
    new = world.say("instagram", "comment", "Welke maat?", BO, in_reply_to=comment)
    second = account.fetch("comments", first.cursor)
    assert [event.external_id for event in second.events if isinstance(event, Removal)] == [reply]
    assert set(messages(second.events)) == {new}
    assert not [event for event in second.events if isinstance(event, Edit)]


def test_many_comments_are_read_page_by_page(world: World, account: Connector, media: str) -> None:
    start = datetime.now(UTC) - timedelta(days=2)
    ids = {
        world.say("instagram", "comment", f"{n}", ANN, in_reply_to=media, at=(start + timedelta(minutes=n)).isoformat())
        for n in range(70)
    }
    first = account.fetch("comments", {})
    assert set(messages(first.events)) == {media, *ids}
    second = account.fetch("comments", first.cursor)
    assert second.events == ()
    # A reply to an old comment stands far down, and is found because the post's count grew.
    oldest = min(ids, key=int)
    late = world.say("instagram", "comment", "Nu pas gezien", BO, in_reply_to=oldest)
    assert set(messages(account.fetch("comments", second.cursor).events)) == {late}


def test_a_mention_is_looked_up_and_answered_where_it_stands(world: World, account: Connector) -> None:
    elsewhere = world.say("instagram", "tag", "Op pad", ANN, to=account.external_id)
    mention = world.say("instagram", "mention", "kijk @bloem", BO, in_reply_to=elsewhere)
    above, found = account.complete(lookup(elsewhere, mention))
    assert isinstance(above, IncomingMessage) and isinstance(found, IncomingMessage)
    assert (above.external_id, above.direction) == (elsewhere, Direction.CONTEXT)
    assert above.author is not None and above.author.handle == "ann"
    assert (found.external_id, found.kind, found.direction) == (mention, "mention", Direction.INBOUND)
    assert (found.thread_id, found.text) == (elsewhere, "kijk @bloem")
    sent = account.send(answer("Leuk!", reply_to_id=mention, thread_id=elsewhere, reply_to_kind="mention"))
    assert sent.external_id in {row["id"] for row in world.said("instagram") if row["by_brand"]}


def test_a_mention_in_a_caption_is_a_message_by_who_posted_it(world: World, account: Connector) -> None:
    post = world.say("instagram", "mention", "Met @bloem", ANN, to=account.external_id, where="caption")
    (found,) = account.complete(lookup(post))
    assert isinstance(found, IncomingMessage)
    assert (found.external_id, found.kind, found.text) == (post, "mention", "Met @bloem")
    sent = account.send(answer("Leuk!", reply_to_id=post, thread_id=post, reply_to_kind="mention"))
    assert sent.external_id


def test_a_mention_that_is_gone_stays_with_its_ids(account: Connector) -> None:
    (kept,) = account.complete(lookup("1", "2"))
    assert isinstance(kept, NotUnderstood) and kept.reason != "lookup"
    assert kept.body == lookup("1", "2").body


def test_a_mention_waits_while_the_platform_fails(world: World, account: Connector) -> None:
    world.fault("server_error_html")
    with pytest.raises(ChannelError) as caught:
        account.complete(lookup("1", "2"))
    assert not caught.value.permanent


def test_tags_come_in_once(world: World, account: Connector) -> None:
    tag = world.say("instagram", "tag", "Met mijn nieuwe jas", ANN, to=account.external_id)
    first = account.fetch("tags", {})
    assert messages(first.events)[tag].kind == "tag"
    assert account.fetch("tags", first.cursor).events == ()


def test_direct_messages_and_story_mentions_come_in(world: World, account: Connector) -> None:
    hello = world.say("instagram", "message", "Dag", ANN, media=[{"type": "image"}])
    story = world.say("instagram", "story_mention", "", ANN, media=[{"type": "image"}])
    ours = world.say("instagram", "message", "Dag Ann", {"id": account.external_id}, to=ANN["id"])
    found = messages(account.fetch("conversations", {}).events)
    assert list(found) == [hello, story, ours]
    assert found[story].kind == "story_mention" and found[story].attachments
    assert found[ours].direction == Direction.OUTBOUND


def test_messages_out_of_reach_are_not_called_removed(world: World, account: Connector) -> None:
    start = datetime.now(UTC) - timedelta(days=1)
    cursor: dict[str, object] = {}
    for n in range(30):
        world.say("instagram", "message", f"{n}", ANN, at=(start + timedelta(minutes=n)).isoformat())
        if n == 14:
            cursor = dict(account.fetch("conversations", {}).cursor)
    found = account.fetch("conversations", cursor)
    assert [event.text for event in found.events if isinstance(event, IncomingMessage)] == [
        f"{n}" for n in range(15, 30)
    ]
    assert not [event for event in found.events if isinstance(event, Removal)]


def test_an_unsent_message_is_noticed_when_its_webhook_was_lost(world: World, account: Connector) -> None:
    gone = world.say("instagram", "message", "Foutje", ANN)
    world.say("instagram", "message", "Dag", ANN)
    cursor = account.fetch("conversations", {}).cursor
    world.control("DELETE", f"messages/{gone}")
    world.say("instagram", "message", "Zo dus", ANN)
    removed = [event for event in account.fetch("conversations", cursor).events if isinstance(event, Removal)]
    assert [event.external_id for event in removed] == [gone]


def test_answers_arrive_and_can_be_found_again(world: World, account: Connector, media: str) -> None:
    comment = world.say("instagram", "comment", "Mooi", ANN, in_reply_to=media)
    nested = world.say("instagram", "comment", "Ook", BO, in_reply_to=comment)
    for target in (comment, nested, media):
        reply = answer(f"Dank je {target}", reply_to_id=target, thread_id=media)
        assert account.find_sent(reply) is None
        sent = account.send(reply)
        found = account.find_sent(reply)
        assert found is not None and found.external_id == sent.external_id
    world.say("instagram", "message", "Hoi", ANN)
    private = answer("Dag", Route.PRIVATE_MESSAGE, recipient_id=ANN["id"], last_inbound_at=datetime.now(UTC))
    sent = account.send(private)
    found = account.find_sent(private)
    assert found is not None and found.external_id == sent.external_id


def test_limit_is_a_thousand_bytes_not_letters(world: World, account: Connector) -> None:
    world.say("instagram", "message", "Hoi", ANN)
    rules = account.capabilities.routes[Route.PRIVATE_MESSAGE]
    assert (rules.limit, rules.count) == (1000, "bytes")
    with pytest.raises(ChannelError) as caught:
        account.send(answer("é" * 501, Route.PRIVATE_MESSAGE, recipient_id=ANN["id"]))
    assert caught.value.reason == "too_long" and caught.value.permanent


def test_comment_takes_one_private_answer_and_a_picture(
    world: World, account: Connector, media: str, tmp_path: Path
) -> None:
    comment = world.say("instagram", "comment", "Maat?", ANN, in_reply_to=media)
    reply = answer("Even hier", Route.PRIVATE_REPLY, recipient_id=ANN["id"], reply_to_id=comment, thread_id=media)
    assert account.find_sent(reply) is None
    sent = account.send(reply)
    found = account.find_sent(reply)
    assert found is not None and found.external_id == sent.external_id
    with pytest.raises(ChannelError) as caught:
        account.send(reply)
    assert caught.value.reason == "already_replied"
    world.say("instagram", "message", "Hoi", ANN)
    picture = tmp_path / "jas.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    file = OutgoingFile(str(picture), "image/png", "jas.png")
    account.send(answer("", Route.PRIVATE_MESSAGE, recipient_id=ANN["id"], files=(file,)))
    assert world.said("instagram")[-1]["media"]


def test_the_window_closes_after_a_week(world: World, account: Connector) -> None:
    longer = datetime.now(UTC) - timedelta(days=8)
    world.say("instagram", "message", "Hallo", BO, at=longer.isoformat())
    with pytest.raises(ChannelError) as caught:
        account.send(answer("Te laat", Route.PRIVATE_MESSAGE, recipient_id=BO["id"], last_inbound_at=longer))
    assert caught.value.reason == "window_closed"


def test_hiding_and_deleting_work_and_liking_is_not_offered(world: World, account: Connector, media: str) -> None:
    comment = world.say("instagram", "comment", "Bah", ANN, in_reply_to=media)
    account.act(Action.HIDE, comment)
    assert next(row for row in world.said("instagram") if row["id"] == comment)["hidden"]
    account.act(Action.UNHIDE, comment)
    sent = account.send(answer("Oeps", reply_to_id=comment, thread_id=media))
    account.act(Action.DELETE_OWN, sent.external_id)
    removed = account.check_removed([comment, sent.external_id, "aWdfprivate"])
    assert [event.external_id for event in removed if isinstance(event, Removal)] == [sent.external_id]
    assert Action.LIKE not in account.capabilities.actions


def test_what_stood_above_a_reply_can_be_asked_for(world: World, account: Connector, media: str) -> None:
    comment = world.say("instagram", "comment", "Mooi", ANN, in_reply_to=media)
    nested = world.say("instagram", "comment", "Ook", BO, in_reply_to=comment)
    above = account.context(nested, media, comment)
    assert [event.external_id for event in above if isinstance(event, IncomingMessage)] == [media, comment]
    assert account.context("5", "404", "404") == ()


def test_only_who_wrote_to_us_has_a_profile(world: World, account: Connector, media: str) -> None:
    world.say("instagram", "message", "Hoi", ANN)
    world.say("instagram", "comment", "Mooi", BO, in_reply_to=media)
    assert account.profile(Author(ANN["id"])).followers is not None
    assert account.profile(Author(BO["id"], handle="bo")) == Author(BO["id"], handle="bo")
    assert account.subscribe() == ""
