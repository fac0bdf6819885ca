"""The AT Protocol against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from channels.bluesky.client import BlueskyClient
from channels.bluesky.connector import BlueskyConnector
from channels.bluesky.records import key_of
from channels.bluesky.streams import NO_MESSAGES
from channels.errors import ChannelError, NeedsReauth, RateLimited
from channels.types import (
    Action,
    Author,
    Direction,
    IncomingMessage,
    NotUnderstood,
    OutgoingFile,
    OutgoingReply,
    Page,
    Removal,
    Visibility,
)
from sandbox.testing import Running
from tests.support.sandbox_accounts import control, fault, said, say


def made(platforms: Running) -> BlueskyConnector:
    """The brand's account in the sandbox, signed in."""
    found = control(platforms, "POST", "/control/accounts", platform="bluesky", name="Veldhuis", username="veldhuis")
    credentials = BlueskyConnector.prepare({**found["credentials"], "handle": "veldhuis.bsky.example"})
    return BlueskyConnector(external_id=found["id"], handle="veldhuis.bsky.example", credentials=credentials)


@pytest.fixture
def account(platforms: Running) -> Iterator[BlueskyConnector]:
    connector = made(platforms)
    yield connector
    connector.close()


def rows(platforms: Running, *, ours: bool) -> list[dict[str, Any]]:
    found = said(platforms, platform="bluesky")
    return [row for row in found if row["by_brand"] == ours and not row["deleted"]]


def post(platforms: Running, text: str, author: str = "karin", **more: Any) -> str:
    """Let somebody post; return the post's address."""
    answers = more.pop("in_reply_to", "").rpartition("/")[2]
    told = {**more, **({"in_reply_to": answers} if answers else {})}
    key = say(platforms, "bluesky", "post", author, text, **told)
    found = next(row for row in said(platforms, platform="bluesky") if row["id"] == key)
    return f"at://{found['from']['id']}/app.bsky.feed.post/{key}"


def did_of(uri: str) -> str:
    return uri.split("/")[2]


def read_all(account: BlueskyConnector, stream: str, cursor: Any = None) -> tuple[list[IncomingMessage], Any]:
    """Everything there is to read, and where to go on."""
    found: list[IncomingMessage] = []
    page = Page((), cursor or {}, more=True)
    while page.more:
        page = account.fetch(stream, page.cursor)
        found += [event for event in page.events if isinstance(event, IncomingMessage)]
    return found, page.cursor


def answer(to: str, text: str = "Wat is je bestelnummer?", route: str = "public_reply", **more: Any) -> OutgoingReply:
    told = {"reference": "ref-1", "recipient_id": did_of(to) if to else "", **more}
    return OutgoingReply(route, text, reply_to_id=to, thread_id=to, **told)


# ── access ──


def test_an_app_password_is_made_access_of_two_hours(account: BlueskyConnector) -> None:
    profile = account.identify()
    assert (profile.external_id, profile.name) == (account.external_id, "Veldhuis")
    assert (profile.handle, profile.external_id[:8]) == ("veldhuis.bsky.example", "did:plc:")
    ends = datetime.fromisoformat(account.credentials["ends_at"])
    assert timedelta(minutes=115) < ends - timezone.now() < timedelta(minutes=121)
    assert account.inspect().scopes_lacking == ()


def test_a_wrong_password_says_so_and_is_not_repeated(platforms: Running, account: BlueskyConnector) -> None:
    typed = {"handle": "veldhuis.bsky.example", "app_password": "geheim-geheim", "server": platforms.url}
    with pytest.raises(NeedsReauth) as failure:
        BlueskyConnector.prepare(typed)
    assert failure.value.code == "bluesky/password"
    assert "geheim" not in str(failure.value)


def test_access_is_renewed_and_by_the_password_where_it_must(platforms: Running, account: BlueskyConnector) -> None:
    again = BlueskyConnector.renew(account.credentials)
    assert again["access_token"] != account.credentials["access_token"]
    # The token was used up by that: the password signs in once more.
    third = BlueskyConnector.renew(account.credentials)
    BlueskyConnector(external_id=account.external_id, handle="", credentials=third).identify()
    control(platforms, "POST", "/control/revoke", platform="bluesky", account="veldhuis")
    with pytest.raises(NeedsReauth):
        BlueskyConnector.renew(third)
    with pytest.raises(NeedsReauth):
        account.identify()
    with pytest.raises(NeedsReauth):
        BlueskyConnector(external_id="", handle="", credentials={}).identify()


def test_access_that_has_ended_waits_to_be_renewed(platforms: Running, account: BlueskyConnector) -> None:
    control(platforms, "POST", "/control/clock", now=None, advance_seconds=3 * 3600)
    with pytest.raises(ChannelError) as failure:
        account.fetch("notifications", {})
    assert (failure.value.reason, failure.value.permanent) == ("renewing", False)
    renewed = BlueskyConnector.renew(account.credentials)
    BlueskyConnector(external_id=account.external_id, handle="", credentials=renewed).fetch("notifications", {})


# ── reading ──


def test_a_mention_comes_in_once(platforms: Running, account: BlueskyConnector) -> None:
    told = post(
        platforms, "@veldhuis.bsky.example waar blijft mijn bank? 👋", media=[{"type": "image"}], alt="Lege plek"
    )
    (mention,), cursor = read_all(account, "notifications")
    assert (mention.external_id, mention.kind, mention.visibility) == (told, "mention", Visibility.PUBLIC)
    assert mention.author is not None
    assert (mention.author.external_id, mention.author.handle) == (did_of(told), "karin.bsky.example")
    assert mention.attachments[0].alt_text == "Lege plek"
    file, mime = account.open_attachment(mention.attachments[0])
    with file:
        assert mime == "image/jpeg"
    assert read_all(account, "notifications", cursor) == ([], cursor)
    again = post(platforms, "@veldhuis en?")
    found, _cursor = read_all(account, "notifications", cursor)
    assert [message.external_id for message in found] == [again]


def test_more_than_a_page_is_read_down_to_where_we_were(
    platforms: Running, account: BlueskyConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.bluesky.streams.PAGE", 3)
    first = [post(platforms, f"@veldhuis {number}") for number in range(7)]
    found, cursor = read_all(account, "notifications")
    assert sorted(message.external_id for message in found) == sorted(first)
    later = [post(platforms, f"@veldhuis later {number}") for number in range(7)]
    found, _cursor = read_all(account, "notifications", cursor)
    assert sorted(message.external_id for message in found) == sorted(later)


def test_what_we_said_in_the_app_comes_in(platforms: Running, account: BlueskyConnector) -> None:
    told = post(platforms, "@veldhuis hoi")
    post(platforms, "Dag Karin", "veldhuis", in_reply_to=told)
    post(platforms, "Wij zijn open", "veldhuis")
    found, cursor = read_all(account, "posts")
    assert [(one.direction, one.kind, one.customer and one.customer.external_id) for one in found] == [
        (Direction.OUTBOUND, "reply", did_of(told)),
        (Direction.CONTEXT, "post", None),
    ]
    assert read_all(account, "posts", cursor) == ([], cursor)


def test_private_messages_are_read_at_first_and_then_by_the_log(platforms: Running, account: BlueskyConnector) -> None:
    assert account.fetch("messages", {}).events == ()
    say(platforms, "bluesky", "dm", "karin", "mijn nummer is 12", to="veldhuis")
    found, cursor = read_all(account, "messages", account.fetch("messages", {}).cursor)
    first, at_once = read_all(account, "messages")
    assert [message.text for message in found] == [] or found == first
    (private,) = first
    assert (private.kind, private.visibility, private.text) == ("dm", Visibility.PRIVATE, "mijn nummer is 12")
    assert private.author is not None and private.author.external_id.startswith("did:plc:")
    say(platforms, "bluesky", "dm", "piet", "mijn nummer is 13", to="veldhuis")
    say(platforms, "bluesky", "dm", "veldhuis", "dank je", to="karin")
    later, end = read_all(account, "messages", at_once)
    assert [(one.text, one.direction) for one in later] == [
        ("mijn nummer is 13", Direction.INBOUND),
        ("dank je", Direction.OUTBOUND),
    ]
    assert later[1].customer == private.author
    assert read_all(account, "messages", end) == ([], end)
    assert cursor["rev"]


def test_a_conversation_not_shown_is_set_aside_with_its_words(
    platforms: Running, account: BlueskyConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    for author, text in (("karin", "eerst dit"), ("karin", "en dan dit"), ("piet", "en ik")):
        say(platforms, "bluesky", "dm", author, text, to="veldhuis")
    ask, refused = BlueskyClient.query, list[str]()

    def query(client: BlueskyClient, name: str, **asked: Any) -> Any:
        answer = ask(client, name, **asked)
        if name == "chat.bsky.convo.getMessages" and "en dan dit" in str(answer):
            refused.append(asked["convoId"])
            raise ChannelError("refused", permanent=True, code="bluesky/InvalidConvo")
        return answer

    monkeypatch.setattr(BlueskyClient, "query", query)
    events = account.fetch("messages", {}).events
    assert {event.text for event in events if isinstance(event, IncomingMessage)} == {"en ik"}
    (aside,) = [event for event in events if isinstance(event, NotUnderstood)]
    assert (aside.body["convo"], aside.body["message"]["text"]) == (refused[0], "en dan dit")


def test_a_password_without_messages_reads_the_rest_and_says_so(platforms: Running) -> None:
    found = control(platforms, "POST", "/control/accounts", platform="bluesky", name="Veldhuis", username="veldhuis")
    control(platforms, "POST", "/control/grant", platform="bluesky", account="veldhuis", no_chat=True)
    credentials = BlueskyConnector.prepare({**found["credentials"], "handle": "veldhuis.bsky.example"})
    account = BlueskyConnector(external_id=found["id"], handle="", credentials=credentials)
    page = account.fetch("messages", {})
    assert (page.events, page.warning, page.more) == ((), NO_MESSAGES, False)
    assert page.next_poll is not None
    assert account.inspect().scopes_lacking == ("chat.bsky",)
    told = post(platforms, "@veldhuis hoi")
    assert len(read_all(account, "notifications")[0]) == 1
    with pytest.raises(ChannelError) as failure:
        account.send(answer(told, route="private_message"))
    assert (failure.value.code, failure.value.permanent) == ("bluesky/chat", True)


def test_the_calls_left_set_the_pace(platforms: Running, account: BlueskyConnector) -> None:
    control(platforms, "POST", "/control/settings", bluesky_calls=4)
    pages = [account.fetch("notifications", {}) for _round in range(4)]
    last = pages[-1].next_poll
    assert pages[0].next_poll is None
    assert last is not None and last > timezone.now()
    with pytest.raises(RateLimited) as failure:
        account.fetch("notifications", {})
    assert failure.value.retry_at > timezone.now()


def test_the_thread_above_is_its_context(platforms: Running, account: BlueskyConnector) -> None:
    root = post(platforms, "Wie kent een goede bank?", "piet")
    middle = post(platforms, "Vraag @veldhuis", in_reply_to=root)
    last = post(platforms, "@veldhuis ja, help!", "piet", in_reply_to=middle)
    above = account.context(last, root, middle)
    assert [event.external_id for event in above if isinstance(event, IncomingMessage)] == [root, middle]
    with pytest.raises(ChannelError) as failure:
        account.context("at://did:plc:x/app.bsky.feed.post/3k", "", "")
    assert failure.value.reason == "message_gone"


def test_only_what_is_kept_nowhere_was_removed(platforms: Running, account: BlueskyConnector) -> None:
    gone, stays = post(platforms, "@veldhuis foutje"), post(platforms, "@veldhuis blijft")
    profile = {"username": "boos", "name": "Boos", "profile": {"blocks": [account.external_id]}}
    control(platforms, "POST", "/control/people", platform="bluesky", **profile)
    hidden = post(platforms, "@veldhuis prutsers", "boos")
    control(platforms, "DELETE", f"/control/messages/{gone.rpartition('/')[2]}")
    (event,) = account.check_removed([gone, stays, hidden])
    assert isinstance(event, Removal)
    assert event.external_id == gone


def test_a_person_has_name_picture_and_followers(platforms: Running, account: BlueskyConnector) -> None:
    known = account.profile(Author(did_of(post(platforms, "@veldhuis hoi"))))
    assert (known.name, known.handle) == ("Karin", "karin.bsky.example")
    assert known.followers is not None
    assert account.profile(Author("did:plc:nobody")) == Author("did:plc:nobody")


# ── answering ──


def test_an_answer_stands_in_its_thread_with_links_and_names(platforms: Running, account: BlueskyConnector) -> None:
    root = post(platforms, "Wie kent een goede bank?", "piet")
    told = post(platforms, "Vraag @veldhuis", in_reply_to=root)
    result = account.send(answer(told, "Hé 👋 @karin.bsky.example, zie https://veldhuis.example/bank."))
    (row,) = rows(platforms, ours=True)
    assert result.external_id == f"at://{account.external_id}/app.bsky.feed.post/{row['id']}"
    assert result.url == f"https://bsky.app/profile/veldhuis.bsky.example/post/{row['id']}"
    record = row["extra"]["record"]
    assert (record["reply"]["root"]["uri"], record["reply"]["parent"]["uri"]) == (root, told)
    marked = [
        record["text"].encode()[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode() for f in record["facets"]
    ]
    assert marked == ["@karin.bsky.example", "https://veldhuis.example/bank"]
    assert record["facets"][0]["features"][0]["did"] == did_of(told)


def test_the_same_answer_twice_is_one_post_and_stays_as_it_was(platforms: Running, account: BlueskyConnector) -> None:
    told = post(platforms, "@veldhuis hoi")
    first = account.send(answer(told))
    assert account.send(answer(told)) == first
    (row,) = rows(platforms, ours=True)
    assert row["id"] == key_of("ref-1")


@pytest.mark.parametrize("route", ["public_reply", "post", "private_message"])
def test_an_uncertain_answer_is_found_and_another_is_not_it(
    platforms: Running, account: BlueskyConnector, route: str
) -> None:
    told = post(platforms, "@veldhuis waar blijft mijn bank?")
    reply = answer(told, "Zie https://veldhuis.example/bank", route)
    assert account.find_sent(reply) is None
    method = "chat.bsky.convo.sendMessage" if route == "private_message" else "com.atproto.repo.putRecord"
    fault(platforms, "reset_after_accept", f"POST /xrpc/{method}")
    with pytest.raises(ChannelError) as failure:
        account.send(reply)
    assert failure.value.unknown
    found = account.find_sent(reply)
    assert found is not None
    other = answer(told, "Iets anders", route, reference="ref-2")
    assert account.find_sent(other) is None
    if route == "private_message":
        assert account.find_sent(answer(told, reply.text, route, others=frozenset({found.external_id}))) is None


@pytest.mark.parametrize(
    ("name", "unknown", "reason"),
    [
        ("bluesky_upstream", True, "unreachable"),
        ("server_error_html", True, "unreachable"),
        ("hang_after_accept", True, "unreachable"),
        ("bluesky_rate_limit", False, "rate_limited"),
        ("bluesky_expired", False, "renewing"),
    ],
)
def test_a_failed_answer_says_whether_it_may_stand_there(
    platforms: Running, account: BlueskyConnector, settings: Settings, name: str, unknown: bool, reason: str
) -> None:
    settings.PLATFORM_TIMEOUT = (1, 1)
    told = post(platforms, "@veldhuis hoi")
    fault(platforms, name, "POST /xrpc/com.atproto.repo.putRecord")
    with pytest.raises(ChannelError) as failure:
        account.send(answer(told))
    assert (failure.value.unknown, failure.value.permanent, failure.value.reason) == (unknown, False, reason)
    assert account.credentials["access_token"] not in str(failure.value) + repr(failure.value.__cause__)


def test_what_cannot_be_answered_says_why(platforms: Running, account: BlueskyConnector) -> None:
    told, closed = post(platforms, "@veldhuis hoi"), post(platforms, "@veldhuis en?", "piet", closed=True)
    refused = {"too_long": answer(told, "a" * 301), "not_summoned": answer(closed)}
    for reason, reply in refused.items():
        with pytest.raises(ChannelError) as failure:
            account.send(reply)
        assert (failure.value.reason, failure.value.permanent) == (reason, True)
    control(platforms, "DELETE", f"/control/messages/{told.rpartition('/')[2]}")
    with pytest.raises(ChannelError) as failure:
        account.send(answer(told))
    assert failure.value.reason == "message_gone"
    stranger = {"username": "dicht", "name": "Dicht", "profile": {"receives_dm": False}}
    control(platforms, "POST", "/control/people", platform="bluesky", **stranger)
    with pytest.raises(ChannelError) as failure:
        account.send(answer(post(platforms, "@veldhuis hoi", "dicht"), route="private_message"))
    assert (failure.value.reason, failure.value.permanent) == ("recipient_unavailable", True)


def test_pictures_go_along_with_their_descriptions(
    platforms: Running, account: BlueskyConnector, tmp_path: Path
) -> None:
    picture, large = tmp_path / "bank.png", tmp_path / "groot.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 50)
    large.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 1_000_001)
    told = post(platforms, "@veldhuis heb je een foto?")
    account.send(answer(told, "Kijk", files=(OutgoingFile(str(picture), "image/png", "bank.png", "Een blauwe bank"),)))
    (sent,), _cursor = read_all(account, "posts")
    assert sent.attachments[0].alt_text == "Een blauwe bank"
    with pytest.raises(ChannelError) as failure:
        account.send(answer(told, reference="ref-2", files=(OutgoingFile(str(large), "image/png"),)))
    assert (failure.value.reason, failure.value.unknown) == ("media_refused", False)


def test_a_post_is_liked_reposted_and_our_own_deleted(platforms: Running, account: BlueskyConnector) -> None:
    told = post(platforms, "Blij met @veldhuis")
    for action, likes in ((Action.LIKE, 1), (Action.LIKE, 1), (Action.UNLIKE, 0), (Action.UNLIKE, 0)):
        account.act(action, told)
        (row,) = rows(platforms, ours=False)
        assert len(row["likes"]) == likes
    for action, shared in ((Action.BOOST, 1), (Action.BOOST, 1), (Action.UNBOOST, 0), (Action.UNBOOST, 0)):
        account.act(action, told)
        (brand,) = control(platforms, "GET", "/control/accounts")["accounts"]
        assert len(brand["repost_keys"] if shared or action == Action.UNBOOST else ()) == shared
    account.act(Action.DELETE_OWN, account.send(answer(told)).external_id)
    assert rows(platforms, ours=True) == []
    with pytest.raises(ChannelError) as failure:
        account.act(Action.DELETE_OWN, told)
    assert failure.value.reason == "forbidden"


def test_who_is_blocked_is_not_heard(platforms: Running, account: BlueskyConnector) -> None:
    karin = did_of(post(platforms, "@veldhuis stelletje prutsers"))
    account.act(Action.BLOCK, karin)
    assert read_all(account, "notifications")[0] == []
    account.act(Action.UNBLOCK, karin)
    assert len(read_all(account, "notifications")[0]) == 1
