"""Mastodon.py against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from channels.errors import ChannelError, NeedsReauth, RateLimited
from channels.mastodon.connector import MastodonConnector
from channels.types import (
    Action,
    Author,
    Direction,
    Edit,
    IncomingMessage,
    OutgoingFile,
    OutgoingReply,
    Page,
    Removal,
    Visibility,
)
from sandbox.testing import Running
from tests.support.sandbox_accounts import control, fault, said, say

OWN = "veldhuis@sociaal.example"
KARIN = "karin@elders.example"


def made(platforms: Running, **scopes: Any) -> MastodonConnector:
    """The brand's account in the sandbox."""
    found = control(platforms, "POST", "/control/accounts", platform="mastodon", name="Veldhuis", username="veldhuis")
    return MastodonConnector(external_id=OWN, handle=OWN, credentials=found["credentials"])


@pytest.fixture
def account(platforms: Running) -> Iterator[MastodonConnector]:
    connector = made(platforms)
    yield connector
    connector.close()


def post(platforms: Running, text: str, author: str = KARIN, **more: Any) -> str:
    return say(platforms, "mastodon", "post", author, text, **more)


def whisper(platforms: Running, text: str, author: str = KARIN, **more: Any) -> str:
    return say(platforms, "mastodon", "dm", author, text, to="veldhuis", **more)


def read_all(account: MastodonConnector, stream: str, cursor: Any = None) -> tuple[list[IncomingMessage], Any]:
    """Everything there is to read, and where to go on."""
    found: list[IncomingMessage] = []
    page = Page((), cursor or {}, more=True)
    while page.more:
        page = account.fetch(stream, page.cursor)
        found += [event for event in page.events if isinstance(event, IncomingMessage)]
    return found, page.cursor


def answer(to: str, text: str = "Wat is je bestelnummer?", route: str = "public_reply", **more: Any) -> OutgoingReply:
    told = {"reference": "ref-1", "recipient_id": KARIN, "recipient_handle": KARIN, **more}
    return OutgoingReply(route, text, reply_to_id=to, thread_id=to, **told)


def ours(platforms: Running) -> list[dict[str, Any]]:
    return [row for row in said(platforms, platform="mastodon") if row["by_brand"] and not row["deleted"]]


# ── access ──


def test_the_token_tells_whose_account_it_is(account: MastodonConnector) -> None:
    profile = account.identify()
    assert (profile.external_id, profile.name, profile.handle) == (OWN, "Veldhuis", OWN)
    inspection = account.inspect()
    assert (inspection.scopes, inspection.scopes_lacking) == (("read", "write"), ())


def test_a_token_that_may_too_little_says_so(platforms: Running, account: MastodonConnector) -> None:
    scopes = ["read", "write:favourites", "write:media", "write:blocks"]
    control(platforms, "POST", "/control/grant", platform="mastodon", account="veldhuis", scopes=scopes)
    with pytest.raises(ChannelError) as failure:
        account.identify()
    assert failure.value.code == "mastodon/scopes"
    assert account.inspect().scopes_lacking == ("write:statuses",)
    with pytest.raises(ChannelError) as failure:
        account.send(answer(post(platforms, "@veldhuis hoi")))
    assert (failure.value.code, failure.value.permanent) == ("mastodon/scopes", True)


@pytest.mark.parametrize("token", ["", "nope", "LICENSE", "a\r\nb: c"])
def test_access_that_does_not_work_needs_an_admin(platforms: Running, token: str) -> None:
    credentials = {"instance": platforms.url, "access_token": token}
    with pytest.raises(NeedsReauth) as failure:
        MastodonConnector(external_id=OWN, handle=OWN, credentials=credentials).identify()
    assert not token or token not in str(failure.value)


def test_access_that_was_taken_back_needs_an_admin(platforms: Running, account: MastodonConnector) -> None:
    control(platforms, "POST", "/control/revoke", platform="mastodon", account="veldhuis")
    with pytest.raises(NeedsReauth):
        account.fetch("notifications", {})


# ── reading ──


def test_a_mention_comes_in_once(platforms: Running, account: MastodonConnector) -> None:
    told = post(
        platforms, "@veldhuis@sociaal.example waar blijft mijn bank? https://veldhuis.example/bank", spoiler="Klacht"
    )
    (mention,), cursor = read_all(account, "notifications")
    assert (mention.external_id, mention.kind, mention.visibility) == (told, "mention", Visibility.PUBLIC)
    assert mention.text == "Klacht\n@veldhuis waar blijft mijn bank? https://veldhuis.example/bank"
    assert mention.author is not None
    assert (mention.author.external_id, mention.author.name) == (KARIN, KARIN.title())
    assert read_all(account, "notifications", cursor) == ([], cursor)
    post(platforms, "@veldhuis en?")
    (again,), _cursor = read_all(account, "notifications", cursor)
    assert again.text == "@veldhuis en?"


def test_more_than_a_page_is_read_both_ways(
    platforms: Running, account: MastodonConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.mastodon.streams.NOTIFICATIONS", 3)
    ids = [post(platforms, f"@veldhuis {number}") for number in range(7)]
    found, cursor = read_all(account, "notifications")
    assert sorted(message.external_id for message in found) == ids
    later = [post(platforms, f"@veldhuis later {number}") for number in range(7)]
    found, _cursor = read_all(account, "notifications", cursor)
    assert [message.external_id for message in found] == later


def test_reading_back_ends_at_a_moment(
    platforms: Running, account: MastodonConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.mastodon.streams.NOTIFICATIONS", 2)
    for days in (40, 39, 2, 1, 0):
        at = (timezone.now() - timezone.timedelta(days=days)).isoformat()  # type: ignore[attr-defined]
        post(platforms, f"@veldhuis {days}", at=at)
    since = timezone.now() - timezone.timedelta(days=30)  # type: ignore[attr-defined]
    found, _cursor = read_all(account, "notifications", account.cursor_from("notifications", since))
    assert {message.text for message in found} >= {"@veldhuis 2", "@veldhuis 1", "@veldhuis 0"}
    assert "@veldhuis 40" not in {message.text for message in found}


def test_a_strangers_private_post_comes_in_too(platforms: Running, account: MastodonConnector) -> None:
    # Since Mastodon 4.3 it is filtered for who does not ask for it.
    told = whisper(platforms, "mijn nummer is 12")
    (private,), _cursor = read_all(account, "notifications")
    assert (private.external_id, private.kind, private.visibility) == (told, "dm", Visibility.PRIVATE)


def test_what_we_said_in_mastodons_own_app_comes_in(platforms: Running, account: MastodonConnector) -> None:
    told = post(platforms, "@veldhuis hoi")
    post(platforms, "@karin@elders.example dag Karin", "veldhuis", in_reply_to=told)
    post(platforms, "Wij zijn open", "veldhuis")
    say(platforms, "mastodon", "dm", "veldhuis", "@karin@elders.example in het geheim", to=KARIN)
    found, _cursor = read_all(account, "statuses")
    assert [
        (message.direction, message.kind, message.customer and message.customer.external_id) for message in found
    ] == [
        (Direction.OUTBOUND, "reply", KARIN),
        (Direction.CONTEXT, "post", None),
        (Direction.OUTBOUND, "dm", KARIN),
    ]


def test_the_calls_left_set_the_pace(platforms: Running, account: MastodonConnector) -> None:
    control(platforms, "POST", "/control/settings", mastodon_calls=5)
    pages = [account.fetch("notifications", {"since": "1"}) for _round in range(5)]
    assert pages[0].next_poll is None
    last = pages[-1].next_poll
    assert last is not None and last > timezone.now()
    with pytest.raises(RateLimited) as failure:
        account.fetch("notifications", {"since": "1"})
    assert failure.value.retry_at > timezone.now()


def test_the_thread_above_is_its_context(platforms: Running, account: MastodonConnector) -> None:
    root = post(platforms, "Wie kent een goede bank?", "piet@elders.example")
    middle = post(platforms, "Vraag @veldhuis", in_reply_to=root)
    last = post(platforms, "@veldhuis ja, help!", "piet@elders.example", in_reply_to=middle)
    above = account.context(last, middle, middle)
    assert [(event.external_id, event.direction) for event in above if isinstance(event, IncomingMessage)] == [
        (root, Direction.CONTEXT),
        (middle, Direction.CONTEXT),
    ]
    with pytest.raises(ChannelError) as failure:
        account.context("1", "1", "")
    assert (failure.value.permanent, failure.value.reason) == (True, "message_gone")


@pytest.mark.parametrize("before_4_3", [False, True])
def test_what_is_gone_or_changed_is_found_by_asking_again(
    platforms: Running, account: MastodonConnector, before_4_3: bool
) -> None:
    control(platforms, "POST", "/control/settings", mastodon_before_4_3=before_4_3)
    gone, stays = post(platforms, "@veldhuis foutje"), post(platforms, "@veldhuis blijft")
    control(platforms, "DELETE", f"/control/messages/{gone}")
    control(platforms, "PATCH", f"/control/messages/{stays}", text="@veldhuis blijft zo")
    events = account.check_removed([gone, stays])
    assert {type(event): event.external_id for event in events if isinstance(event, Removal | Edit)} == {
        Removal: gone,
        Edit: stays,
    }
    (edit,) = [event for event in events if isinstance(event, Edit)]
    assert edit.text == "@veldhuis blijft zo"


def test_a_person_has_name_picture_and_followers(platforms: Running, account: MastodonConnector) -> None:
    post(platforms, "@veldhuis hoi")
    known = account.profile(Author(KARIN))
    assert known.followers is not None and known.avatar_url.startswith(platforms.url)
    assert account.profile(Author("nobody@elders.example")) == Author("nobody@elders.example")


def test_a_file_of_any_server_is_fetched_and_of_ours_inside_not(
    platforms: Running, account: MastodonConnector, settings: Settings
) -> None:
    post(platforms, "@veldhuis kijk", media=[{"type": "image"}])
    (mention,), _cursor = read_all(account, "notifications")
    file, mime = account.open_attachment(mention.attachments[0])
    with file:
        assert mime == "image/jpeg" and file.read(2) == b"\xff\xd8"
    settings.MEDIA_SANDBOX = ""
    with pytest.raises(ChannelError) as failure:
        account.open_attachment(mention.attachments[0])
    assert failure.value.reason == "media_refused"


# ── answering ──


@pytest.mark.parametrize("visibility", ["public", "unlisted"])
def test_an_answer_is_as_public_as_what_it_answers(
    platforms: Running, account: MastodonConnector, visibility: str
) -> None:
    told = post(platforms, "@veldhuis waar blijft mijn bank?", visibility=visibility)
    result = account.send(answer(told))
    (row,) = ours(platforms)
    assert (row["id"], row["in_reply_to"], row["extra"]["visibility"]) == (result.external_id, told, visibility)
    assert row["text"] == "@karin@elders.example Wat is je bestelnummer?"
    assert result.url.endswith(f"/@veldhuis/{result.external_id}")


def test_a_private_answer_reaches_its_reader_and_nobody_else(platforms: Running, account: MastodonConnector) -> None:
    post(platforms, "hoi", "buurman@elders.example")
    told = whisper(platforms, "mijn nummer is 12")
    text = "Dank! Niet aan @buurman@elders.example vertellen."
    result = account.send(answer(told, text, "private_message"))
    (row,) = ours(platforms)
    karin = next(row["from"]["id"] for row in said(platforms, platform="mastodon") if row["id"] == told)
    assert (row["id"], row["kind"], row["to"], row["extra"]["reaches"]) == (result.external_id, "dm", karin, [karin])


def test_a_public_question_is_answered_in_private(platforms: Running, account: MastodonConnector) -> None:
    told = post(platforms, "@veldhuis waar blijft mijn bank?")
    account.send(answer(told, route="private_message"))
    (row,) = ours(platforms)
    assert (row["kind"], row["in_reply_to"]) == ("dm", told)
    # What was answered is gone by now: in private that takes nothing away.
    control(platforms, "DELETE", f"/control/messages/{told}")
    account.send(answer(told, "Nog iets", route="private_message", reference="ref-2"))
    assert len(ours(platforms)) == 2


def test_a_private_answer_that_reaches_nobody_is_taken_back(platforms: Running, account: MastodonConnector) -> None:
    told = whisper(platforms, "hoi")
    nobody = {"recipient_id": "weg@elders.example", "recipient_handle": "weg@elders.example"}
    with pytest.raises(ChannelError) as failure:
        account.send(answer(told, route="private_message", **nobody))
    assert (failure.value.permanent, failure.value.reason) == (True, "recipient_unavailable")
    assert ours(platforms) == []
    with pytest.raises(ChannelError) as failure:
        account.send(OutgoingReply("private_message", "hoi", "ref-3"))
    assert failure.value.reason == "recipient_unavailable"


def test_the_same_answer_twice_is_one_post(platforms: Running, account: MastodonConnector) -> None:
    told = post(platforms, "@veldhuis hoi")
    assert account.send(answer(told)) == account.send(answer(told))
    assert len(ours(platforms)) == 1


@pytest.mark.parametrize("route", ["public_reply", "private_message", "post"])
def test_an_uncertain_answer_is_found_and_another_is_not_it(
    platforms: Running, account: MastodonConnector, route: str
) -> None:
    told = "" if route == "post" else post(platforms, "@veldhuis waar blijft mijn bank?")
    reply = answer(told, "Zie https://veldhuis.example/bank\n\nen #welkom", route)
    assert account.find_sent(reply) is None
    fault(platforms, "reset_after_accept", "POST /api/v1/statuses")
    with pytest.raises(ChannelError) as failure:
        account.send(reply)
    assert failure.value.unknown
    found = account.find_sent(reply)
    assert found is not None
    assert account.find_sent(answer(told, "Iets anders", route)) is None
    known = answer(told, reply.text, route, others=frozenset({found.external_id}))
    assert account.find_sent(known) is None


def test_an_uncertain_answer_is_found_below_many_newer_ones(
    platforms: Running, account: MastodonConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.mastodon.streams.STATUSES", 2)
    reply = answer(post(platforms, "@veldhuis waar blijft mijn bank?"))
    fault(platforms, "reset_after_accept", "POST /api/v1/statuses")
    with pytest.raises(ChannelError):
        account.send(reply)
    for number in range(3):
        account.send(OutgoingReply("post", f"Nieuw {number}", f"ref-new-{number}"))
    assert account.find_sent(reply) is not None
    monkeypatch.setattr("channels.mastodon.connector.LOOKED_THROUGH", 1)
    with pytest.raises(ChannelError) as failure:
        account.find_sent(reply)
    assert failure.value.unknown


@pytest.mark.parametrize(
    ("name", "unknown", "reason"),
    [
        ("mastodon_unavailable", True, "unreachable"),
        ("server_error_html", True, "unreachable"),
        ("hang_after_accept", True, "unreachable"),
        ("mastodon_rate_limit", False, "rate_limited"),
    ],
)
def test_a_failed_answer_says_whether_it_may_stand_there(
    platforms: Running, account: MastodonConnector, settings: Settings, name: str, unknown: bool, reason: str
) -> None:
    settings.PLATFORM_TIMEOUT = (1, 1)
    told = post(platforms, "@veldhuis hoi")
    fault(platforms, name, "POST /api/v1/statuses")
    with pytest.raises(ChannelError) as failure:
        account.send(answer(told))
    assert (failure.value.unknown, failure.value.permanent, failure.value.reason) == (unknown, False, reason)
    secret = account.credentials["access_token"]
    assert secret not in str(failure.value) + repr(failure.value.__cause__)


def test_what_cannot_be_answered_says_why(platforms: Running, account: MastodonConnector) -> None:
    told = post(platforms, "@veldhuis hoi")
    with pytest.raises(ChannelError) as failure:
        account.send(answer(told, "a" * 501))
    assert (failure.value.reason, failure.value.permanent) == ("too_long", True)
    # A link counts for 23, and what stands behind a name for nothing.
    account.send(answer(told, "a" * 400 + " https://veldhuis.example/" + "b" * 200))
    control(platforms, "DELETE", f"/control/messages/{told}")
    with pytest.raises(ChannelError) as failure:
        account.send(answer(told))
    assert failure.value.reason == "message_gone"


def test_files_go_along_with_their_descriptions(platforms: Running, account: MastodonConnector, tmp_path: Path) -> None:
    picture, film, paper = tmp_path / "bank.png", tmp_path / "bank.mp4", tmp_path / "bank.pdf"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 50)
    film.write_bytes(b"\x00\x00\x00\x18ftypmp42" + b"0" * 50)
    paper.write_bytes(b"%PDF-1.4")
    told = post(platforms, "@veldhuis heb je een foto?")
    shown = OutgoingFile(str(picture), "image/png", "bank.png", "Een blauwe bank")
    account.send(answer(told, "Kijk", files=(shown,)))
    account.send(answer(told, "Film", reference="ref-2", files=(OutgoingFile(str(film), "video/mp4"),)))
    assert [row["media"][0]["mime"] for row in ours(platforms)] == ["image/png", "video/mp4"]
    found, _cursor = read_all(account, "statuses")
    assert found[0].attachments[0].alt_text == "Een blauwe bank"
    with pytest.raises(ChannelError) as failure:
        account.send(answer(told, reference="ref-3", files=(OutgoingFile(str(paper), "application/pdf"),)))
    assert (failure.value.reason, failure.value.unknown) == ("media_refused", False)


def test_a_post_is_favoured_boosted_and_our_own_deleted(platforms: Running, account: MastodonConnector) -> None:
    told = post(platforms, "Blij met @veldhuis")
    account.act(Action.LIKE, told)
    (row,) = said(platforms, platform="mastodon")
    assert len(row["likes"]) == 1
    account.act(Action.UNLIKE, told)
    (row,) = said(platforms, platform="mastodon")
    assert row["likes"] == []
    account.act(Action.BOOST, told)
    (row,) = said(platforms, platform="mastodon")
    assert len(row["extra"]["boosts"]) == 1
    account.act(Action.UNBOOST, told)
    (row,) = said(platforms, platform="mastodon")
    assert row["extra"]["boosts"] == []
    account.act(Action.DELETE_OWN, account.send(answer(told)).external_id)
    assert ours(platforms) == []
    with pytest.raises(ChannelError) as failure:
        account.act(Action.DELETE_OWN, told)
    assert failure.value.reason == "message_gone"


def test_who_is_blocked_is_not_heard(platforms: Running, account: MastodonConnector) -> None:
    post(platforms, "@veldhuis stelletje prutsers")
    account.act(Action.BLOCK, KARIN)
    assert read_all(account, "notifications")[0] == []
    account.act(Action.UNBLOCK, KARIN)
    assert len(read_all(account, "notifications")[0]) == 1
