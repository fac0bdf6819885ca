"""The package atproto, which holds every answer to its lexicon, reads and writes in the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from atproto import Client, models
from atproto.exceptions import BadRequestError, UnauthorizedError

from sandbox.testing import Running
from tests.support.sandbox_accounts import control, say

KEY = "3kabcdefghij2"


@pytest.fixture
def typed(sandbox: Running) -> dict[str, str]:
    """The brand's account: its handle and app password."""
    made = control(sandbox, "POST", "/control/accounts", platform="bluesky", name="Veldhuis", username="veldhuis")
    return {"login": "veldhuis.bsky.example", "password": made["credentials"]["app_password"]}


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    """What is closed when the test is over."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def client(sandbox: Running, typed: dict[str, str], opened: ExitStack) -> Client:
    """Somebody who signed in as the brand."""
    found = closed_later(Client(base_url=f"{sandbox.url}/xrpc"), opened)
    found.login(**typed)
    return found


def closed_later(client: Client, opened: ExitStack) -> Client:
    opened.callback(client.request.close)
    return client


def put(client: Client, text: str, **more: Any) -> Any:
    record = models.AppBskyFeedPost.Record(text=text, created_at=client.get_current_time_iso(), **more)
    asked = {"repo": client.me.did, "collection": "app.bsky.feed.post", "rkey": KEY, "record": record}
    return client.com.atproto.repo.put_record(asked)


def test_a_mention_is_read_answered_and_the_answer_taken_back(sandbox: Running, client: Client) -> None:
    words = "@veldhuis hé, zie https://a.example/b"
    say(sandbox, "bluesky", "post", "karin", words, media=[{"type": "image"}])
    asked = {"limit": 10, "reasons": ["mention", "reply"]}
    (told,) = client.app.bsky.notification.list_notifications(asked).notifications
    assert (told.reason, told.record.text, told.author.handle) == ("mention", words, "karin.bsky.example")
    (post,) = client.app.bsky.feed.get_posts({"uris": [told.uri]}).posts
    link = post.record.facets[0]
    assert words.encode()[link.index.byte_start : link.index.byte_end].decode() == link.features[0].uri
    assert post.embed.images[0].fullsize.startswith(sandbox.url)
    ref = models.create_strong_ref(post)
    made = put(client, "dag", reply=models.AppBskyFeedPost.ReplyRef(root=ref, parent=ref))
    (item,) = client.app.bsky.feed.get_author_feed({"actor": client.me.did}).feed
    assert (item.post.uri, item.reply.parent.author.handle) == (made.uri, "karin.bsky.example")
    assert client.app.bsky.feed.get_post_thread({"uri": made.uri}).thread.parent.post.uri == told.uri
    place = {"repo": client.me.did, "collection": "app.bsky.feed.post", "rkey": KEY}
    assert client.com.atproto.repo.get_record(place).value.text == "dag"
    client.com.atproto.repo.delete_record(place)
    with pytest.raises(BadRequestError, match="RecordNotFound"):
        client.com.atproto.repo.get_record(place)


def test_private_messages_pass_by_the_proxy_alone(sandbox: Running, client: Client, opened: ExitStack) -> None:
    say(sandbox, "bluesky", "dm", "karin", "psst", to="veldhuis")
    chat = closed_later(client.with_bsky_chat_proxy(), opened).chat.bsky.convo
    (convo,) = chat.list_convos().convos
    assert convo.last_message.text == "psst"
    karin = next(one.did for one in convo.members if one.did != client.me.did)
    assert chat.get_convo_for_members({"members": [karin]}).convo.id == convo.id
    chat.send_message({"convo_id": convo.id, "message": {"text": "hallo"}})
    assert [one.text for one in chat.get_messages({"convo_id": convo.id}).messages] == ["hallo", "psst"]
    assert [one.message.text for one in chat.get_log({"cursor": "222"}).logs] == ["psst", "hallo"]
    with pytest.raises(Exception, match="XRPCNotSupported"):
        client.chat.bsky.convo.list_convos()


@pytest.mark.filterwarnings("ignore:Use 'content")  # the package uploads in a way that httpx would have otherwise
def test_what_does_not_fit_is_refused(
    sandbox: Running, client: Client, typed: dict[str, str], opened: ExitStack
) -> None:
    with pytest.raises(BadRequestError, match="300 graphemes"):
        put(client, "a" * 301)
    with pytest.raises(BadRequestError, match="too large"):
        client.upload_blob(b"\x89PNG\r\n\x1a\n" + b"0" * 1_000_000)
    with pytest.raises(UnauthorizedError, match="Invalid identifier or password"):
        closed_later(Client(base_url=f"{sandbox.url}/xrpc"), opened).login(typed["login"], "wrong")
