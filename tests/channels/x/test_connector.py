"""The real tweepy against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from channels.errors import ChannelError, NeedsReauth, RateLimited
from channels.http import PlatformSession
from channels.types import Action, Edit, IncomingMessage, OutgoingFile, OutgoingReply, Page, Removal
from channels.x.connector import XConnector
from sandbox.testing import Running
from tests.support.sandbox_accounts import control, fault, said, say

OWN = "veldhuis"


@pytest.fixture
def x(platforms: Running) -> Iterator[XConnector]:
    made = control(platforms, "POST", "/control/accounts", platform="x", name="Veldhuis", username=OWN)
    connector = XConnector(external_id=made["id"], handle=OWN, credentials=made["credentials"])
    yield connector
    connector.close()


def texts(page: Page) -> list[str]:
    return [event.text for event in page.events if isinstance(event, IncomingMessage)]


def answer(post: str, text: str = "Wat is uw bestelnummer?", **more: Any) -> OutgoingReply:
    return OutgoingReply("public_reply", text, "ref-1", reply_to_id=post, **more)


def customer(x: XConnector, name: str = "karin") -> str:
    user = x.client.get_user(username=name, user_auth=True)["data"]
    return str(user["id"])


def test_the_keys_tell_whose_account_it_is(x: XConnector) -> None:
    profile = x.identify()
    assert (profile.external_id, profile.name, profile.handle) == (x.external_id, "Veldhuis", OWN)


def test_wrong_keys_need_a_new_connection(platforms: Running, x: XConnector) -> None:
    wrong = XConnector(external_id="1", handle=OWN, credentials={**x.credentials, "access_token_secret": "wrong"})
    with pytest.raises(NeedsReauth):
        wrong.identify()
    with pytest.raises(NeedsReauth):
        XConnector(external_id="1", handle=OWN, credentials={}).identify()


def test_mentions_come_once_from_where_the_last_sweep_ended(platforms: Running, x: XConnector) -> None:
    say(platforms, "x", "post", "karin", "@veldhuis een")
    first = x.fetch("mentions", {})
    say(platforms, "x", "post", "karin", "@veldhuis twee")
    second = x.fetch("mentions", first.cursor)
    # The overlap of a few seconds may tell the first one again; ingest knows it.
    assert texts(first) == ["@veldhuis een"]
    assert texts(second)[-1] == "@veldhuis twee"
    assert not second.more


def test_more_than_a_page_is_swept_from_new_to_old(platforms: Running, x: XConnector) -> None:
    for number in range(120):
        say(platforms, "x", "post", "karin", f"@veldhuis nummer {number}")
    first = x.fetch("mentions", {})
    second = x.fetch("mentions", first.cursor)
    assert (len(first.events), first.more, len(second.events), second.more) == (100, True, 20, False)
    assert set(second.cursor) == {"since"}


def test_sweep_beyond_the_mentions_cap_goes_on_by_search(
    platforms: Running, x: XConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.x.streams.CAP_NEAR", 10)
    for number in range(12):
        say(platforms, "x", "post", "karin", f"@veldhuis nummer {number}")
    first = x.fetch("mentions", {})
    assert (first.more, first.cursor["searching"]) == (True, True)
    say(platforms, "x", "post", "karin", "@veldhuis intussen")
    second = x.fetch("mentions", first.cursor)
    assert (second.more, texts(second)) == (False, [])
    third = x.fetch("mentions", second.cursor)
    assert texts(third)[-1] == "@veldhuis intussen"


def test_timeline_shows_our_answers_made_elsewhere(platforms: Running, x: XConnector) -> None:
    post = say(platforms, "x", "post", "karin", "@veldhuis waar blijft het?")
    say(platforms, "x", "post", OWN, "@karin onderweg!", in_reply_to=post)
    (event,) = x.fetch("timeline", {}).events
    assert isinstance(event, IncomingMessage)
    assert (event.direction, event.parent_id) == ("outbound", post)
    assert event.customer is not None
    assert event.customer.handle == "karin"


def test_answers_under_our_posts_that_do_not_name_us_come_in(platforms: Running, x: XConnector) -> None:
    post = say(platforms, "x", "post", OWN, "Nieuw in de winkel")
    first = say(platforms, "x", "post", "karin", "mooi", in_reply_to=post)
    say(platforms, "x", "post", "piet", "vind ik niet", in_reply_to=first)
    assert texts(x.fetch("replies", {})) == ["mooi", "vind ik niet"]


def test_a_saved_search_finds_posts_that_do_not_name_us(platforms: Running, x: XConnector) -> None:
    say(platforms, "x", "post", "karin", "pakket van veldhuis kapot")
    say(platforms, "x", "post", "karin", "lekker weer")
    page = x.fetch("search", {}, query="pakket OR veldhuizen")
    assert texts(page) == ["pakket van veldhuis kapot"]
    assert [event.kind for event in page.events if isinstance(event, IncomingMessage)] == ["found"]
    assert x.fetch("search", {}, query=" ").events == ()


def test_private_messages_come_from_both_sides_and_slowly(platforms: Running, x: XConnector) -> None:
    say(platforms, "x", "dm", "karin", "mag dit privé?", to=OWN)
    page = x.fetch("dms", {})
    assert texts(page) == ["mag dit privé?"]
    assert page.next_poll is not None
    assert page.next_poll > timezone.now() + timedelta(seconds=55)
    say(platforms, "x", "dm", "karin", "hallo?", to=OWN)
    assert texts(x.fetch("dms", page.cursor))[-1] == "hallo?"


def test_the_thread_before_a_mention_is_walked_up_by_its_parents(platforms: Running, x: XConnector) -> None:
    parent = ""
    posts = []
    for number in range(4):
        more = {"in_reply_to": parent} if parent else {}
        parent = say(platforms, "x", "post", f"persoon{number}", f"bericht {number}", **more)
        posts.append(parent)
    events = [event for event in x.context("0", posts[0], posts[-1]) if isinstance(event, IncomingMessage)]
    assert [event.external_id for event in events] == posts
    assert {event.direction for event in events} == {"context"}


def test_the_walk_ends_where_a_post_is_gone(platforms: Running, x: XConnector) -> None:
    first = say(platforms, "x", "post", "eva", "een")
    second = say(platforms, "x", "post", "piet", "twee", in_reply_to=first)
    control(platforms, "DELETE", f"/control/messages/{first}")
    (event,) = x.context("0", first, second)
    assert isinstance(event, IncomingMessage)
    assert (event.external_id, event.parent_missing) == (second, True)
    assert x.context("0", first, first) == []


def test_an_answer_stands_on_x_and_is_found_there(platforms: Running, x: XConnector) -> None:
    post = say(platforms, "x", "post", "karin", "@veldhuis waar blijft het?")
    reply = answer(post, "Kijk op https://example.com/volgen & laat het weten")
    assert x.find_sent(reply) is None
    sent = x.send(reply)
    found = x.find_sent(reply)
    assert found is not None
    assert (found.external_id, found.url) == (sent.external_id, sent.url)
    (stands,) = [message for message in said(platforms, platform="x") if message["by_brand"]]
    assert (stands["id"], stands["in_reply_to"], stands["via_api"]) == (sent.external_id, post, True)


def test_an_answer_carries_its_pictures(platforms: Running, x: XConnector, tmp_path: Path) -> None:
    post = say(platforms, "x", "post", "karin", "@veldhuis hoe ziet het eruit?")
    picture = tmp_path / "doos.png"
    Image.new("RGB", (8, 8), "red").save(picture)
    film = tmp_path / "film.mp4"
    film.write_bytes(b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 2000)
    x.send(answer(post, "Zo", files=(OutgoingFile(str(picture), "image/png", alt_text="Een doos"),)))
    x.send(answer(post, "En zo", files=(OutgoingFile(str(film), "video/mp4"),)))
    ours = [message for message in said(platforms, platform="x") if message["by_brand"]]
    assert [[medium["type"] for medium in message["media"]] for message in ours] == [["image"], ["video"]]


def test_unsupported_file_is_refused_before_posting(platforms: Running, x: XConnector, tmp_path: Path) -> None:
    post = say(platforms, "x", "post", "karin", "@veldhuis?")
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")
    with pytest.raises(ChannelError) as refused:
        x.send(answer(post, files=(OutgoingFile(str(tmp_path / "a.pdf"), "application/pdf"),)))
    assert (refused.value.reason, refused.value.permanent, refused.value.unknown) == ("media_refused", True, False)


def test_a_private_message_is_sent_and_found(platforms: Running, x: XConnector) -> None:
    say(platforms, "x", "dm", "karin", "hallo", to=OWN)
    reply = OutgoingReply(
        "private_message", "Dag Karin", "ref-2", recipient_id=customer(x), last_inbound_at=timezone.now()
    )
    assert x.find_sent(reply) is None
    sent = x.send(reply)
    found = x.find_sent(reply)
    assert found is not None
    assert found.external_id == sent.external_id


def test_older_message_with_the_same_words_is_not_ours(platforms: Running, x: XConnector) -> None:
    say(platforms, "x", "dm", "karin", "hallo", to=OWN)
    before = OutgoingReply("private_message", "Dank u", "ref-2", recipient_id=customer(x))
    x.send(before)
    later = timezone.now() + timedelta(hours=1)
    again = OutgoingReply("private_message", "Dank u", "ref-3", recipient_id=customer(x), last_inbound_at=later)
    assert x.find_sent(again) is None


@pytest.mark.parametrize(
    "text", ["veldhuis.nl & meer: https://example.com/a?b=1&c=2.", "<3 &amp; veldhuis.nl/retour", "Zo"]
)
def test_an_answer_with_links_and_a_picture_is_found(
    platforms: Running, x: XConnector, tmp_path: Path, text: str
) -> None:
    post = say(platforms, "x", "post", "karin", "@veldhuis?")
    say(platforms, "x", "dm", "karin", "hallo", to=OWN)
    picture = tmp_path / "doos.png"
    Image.new("RGB", (8, 8), "red").save(picture)
    files = (OutgoingFile(str(picture), "image/png"),)
    for reply in (
        answer(post, text, files=files),
        OutgoingReply("private_message", text, "ref-2", recipient_id=customer(x), files=files),
    ):
        sent, found = x.send(reply), x.find_sent(reply)
        assert found is not None
        assert found.external_id == sent.external_id


@pytest.mark.parametrize("stream", ["mentions", "search"])
def test_a_poll_comes_in_with_its_options(platforms: Running, x: XConnector, stream: str) -> None:
    say(platforms, "x", "post", "karin", "@veldhuis goed & wel?", poll={"options": ["Ja", "Nee"]})
    page = x.fetch(stream, {}, query="wel")
    assert texts(page) == ["@veldhuis goed & wel?\n○ Ja\n○ Nee"]


@pytest.mark.parametrize(
    "text", ["<b> & &amp; &lt; >", "zie https://example.com/a?b=1&c=2 (en https://b.nl)", "#tag 5<6"]
)
def test_text_comes_in_as_it_was_written(platforms: Running, x: XConnector, text: str) -> None:
    say(platforms, "x", "post", "karin", f"@veldhuis {text}", media=[{"type": "image"}])
    say(platforms, "x", "dm", "karin", text, to=OWN, media=[{"type": "image"}])
    assert texts(x.fetch("mentions", {})) == [f"@veldhuis {text}"]
    assert texts(x.fetch("dms", {})) == [text]


def test_posts_are_liked_hidden_and_deleted(platforms: Running, x: XConnector) -> None:
    own = say(platforms, "x", "post", OWN, "Nieuw")
    post = say(platforms, "x", "post", "karin", "@veldhuis bah", in_reply_to=own)
    x.act(Action.LIKE, post)
    x.act(Action.HIDE, post)
    shown = {message["id"]: message for message in said(platforms, platform="x")}
    assert (shown[post]["likes"], shown[post]["hidden"]) == ([x.external_id], True)
    x.act(Action.UNLIKE, post)
    x.act(Action.UNHIDE, post)
    x.act(Action.DELETE_OWN, own)
    shown = {message["id"]: message for message in said(platforms, platform="x")}
    assert (shown[post]["likes"], shown[post]["hidden"], shown[own]["deleted"]) == ([], False, True)


def test_removed_and_edited_posts_are_noticed(platforms: Running, x: XConnector) -> None:
    removed = say(platforms, "x", "post", "karin", "@veldhuis weg hiermee")
    edited = say(platforms, "x", "post", "piet", "@veldhuis waar blijft mijn paket")
    same = say(platforms, "x", "post", "eva", "@veldhuis niets aan de hand")
    control(platforms, "DELETE", f"/control/messages/{removed}")
    control(platforms, "PATCH", f"/control/messages/{edited}", text="@veldhuis waar blijft mijn pakket")
    removal, edit = x.check_removed([removed, edited, same])
    assert isinstance(removal, Removal)
    assert removal.external_id == removed
    assert isinstance(edit, Edit)
    assert (edit.external_id, edit.text) == (edited, "@veldhuis waar blijft mijn pakket")
    assert edit.new_external_id not in ("", edited)


@pytest.mark.parametrize("name", ["rate_limit", "rate_limit_legacy", "rate_limit_no_reset"])
def test_too_many_calls_say_when_to_go_on(platforms: Running, x: XConnector, name: str) -> None:
    fault(platforms, name)
    with pytest.raises(RateLimited) as limited:
        x.fetch("mentions", {})
    wait = limited.value.retry_at - timezone.now()
    assert timedelta(seconds=30) < wait < timedelta(minutes=16)


def test_calls_stop_at_nine_tenths_of_the_limit(platforms: Running, x: XConnector) -> None:
    page = None
    for _ in range(12):
        page = x.fetch("dms", {})
    assert page is not None
    assert page.next_poll is not None
    assert page.next_poll < timezone.now() + timedelta(minutes=2)
    page = x.fetch("dms", {})
    assert page.next_poll is not None
    assert page.next_poll > timezone.now() + timedelta(minutes=13)


@pytest.mark.parametrize(
    ("name", "reason", "permanent", "unknown"),
    [
        ("duplicate_text", "duplicate_text", True, False),
        ("forbidden_summon", "not_summoned", True, False),
        ("unauthorized", "reauth", False, False),
        ("usage_capped", "credit", False, False),
        ("server_error_html", "unreachable", False, True),
        ("rate_limit_no_reset", "rate_limited", False, False),
    ],
)
def test_each_refusal_of_an_answer_has_its_reason(
    platforms: Running, x: XConnector, name: str, reason: str, permanent: bool, unknown: bool
) -> None:
    post = say(platforms, "x", "post", "karin", "@veldhuis?")
    fault(platforms, name, "POST /2/tweets")
    with pytest.raises(ChannelError) as refused:
        x.send(answer(post))
    error = refused.value
    assert (error.reason, error.permanent, error.unknown) == (reason, permanent, unknown)


def test_too_long_is_said_so(platforms: Running, x: XConnector) -> None:
    post = say(platforms, "x", "post", "karin", "@veldhuis?")
    with pytest.raises(ChannelError) as refused:
        x.send(answer(post, "te lang " * 60))
    assert (refused.value.reason, refused.value.permanent) == ("too_long", True)


def test_a_closed_inbox_is_said_so(platforms: Running, x: XConnector) -> None:
    control(
        platforms,
        "POST",
        "/control/people",
        platform="x",
        username="karin",
        name="Karin",
        profile={"receives_dm": False},
    )
    with pytest.raises(ChannelError) as refused:
        x.send(OutgoingReply("private_message", "Dag", "ref", recipient_id=customer(x)))
    assert (refused.value.reason, refused.value.permanent) == ("recipient_unavailable", True)


def test_an_answer_to_a_removed_post_is_said_so(platforms: Running, x: XConnector) -> None:
    post = say(platforms, "x", "post", "karin", "@veldhuis?")
    control(platforms, "DELETE", f"/control/messages/{post}")
    with pytest.raises(ChannelError) as refused:
        x.send(answer(post))
    assert (refused.value.reason, refused.value.permanent) == ("message_gone", True)


@pytest.mark.parametrize("name", ["hang_after_accept", "reset_after_accept"])
def test_no_answer_after_sending_is_unknown_until_looked_up(platforms: Running, x: XConnector, name: str) -> None:
    session = x.client.session
    assert isinstance(session, PlatformSession)
    session.timeout = (1, 1)
    post = say(platforms, "x", "post", "karin", "@veldhuis?")
    fault(platforms, name, "POST /2/tweets")
    with pytest.raises(ChannelError) as broken:
        x.send(answer(post))
    assert (broken.value.unknown, broken.value.reason) == (True, "unreachable")
    assert x.find_sent(answer(post)) is not None


def test_no_connection_at_all_is_certainly_not_sent(platforms: Running, x: XConnector, settings: Settings) -> None:
    settings.X_API_BASE = "http://127.0.0.1:9"
    away = XConnector(external_id=x.external_id, handle=OWN, credentials=x.credentials)
    with pytest.raises(ChannelError) as broken:
        away.send(answer("1"))
    assert (broken.value.unknown, broken.value.permanent, broken.value.reason) == (False, False, "unreachable")
