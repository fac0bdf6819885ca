"""Google's own client against the sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
from django.utils import timezone
from pytest_django import Settings

from channels.errors import ChannelError, NeedsReauth, RateLimited
from channels.http import PlatformSession
from channels.models import QuotaUse
from channels.types import Action, Author, Direction, Edit, Hidden, IncomingMessage, OutgoingReply, Page, Removal
from channels.youtube import client as youtube_client
from channels.youtube.connector import YouTubeConnector
from channels.youtube.quota import next_reset
from channels.youtube.threads import CUT_SHORT
from sandbox.testing import Running
from tests.support.sandbox_accounts import control, fault, said, say

pytestmark = pytest.mark.django_db

OWN = "veldhuis"


def made(platforms: Running, name: str = OWN) -> YouTubeConnector:
    """A channel in the sandbox with access."""
    found = control(platforms, "POST", "/control/accounts", platform="youtube", name=name.title(), username=name)
    credentials = YouTubeConnector.prepare(found["credentials"])
    return YouTubeConnector(external_id=found["id"], handle=name, credentials=credentials)


@pytest.fixture
def channel(platforms: Running) -> Iterator[YouTubeConnector]:
    connector = made(platforms)
    yield connector
    connector.close()


@pytest.fixture
def video(platforms: Running, channel: YouTubeConnector) -> str:
    return upload(platforms)


def upload(platforms: Running, title: str = "Zo zet je bank Fjord in elkaar", **more: Any) -> str:
    return say(platforms, "youtube", "upload", OWN, title, **more)


def comment(platforms: Running, text: str, author: str = "karin", **more: Any) -> str:
    return say(platforms, "youtube", "comment", author, text, **more)


def messages(page: Page) -> list[IncomingMessage]:
    return [event for event in page.events if isinstance(event, IncomingMessage)]


def texts(page: Page) -> list[str]:
    return [message.text for message in messages(page) if message.kind == "comment"]


def answer(comment_id: str, text: str = "Wat is je bestelnummer?", **more: Any) -> OutgoingReply:
    return OutgoingReply("public_reply", text, "ref-1", reply_to_id=comment_id, **{"thread_id": comment_id, **more})


# ── access ──


def test_the_access_tells_whose_channel_it_is(channel: YouTubeConnector) -> None:
    profile = channel.identify()
    assert (profile.external_id, profile.name, profile.handle) == (channel.external_id, "Veldhuis", OWN)
    assert profile.external_id.startswith("UC")


def test_a_typed_refresh_token_is_made_access_of_an_hour(channel: YouTubeConnector) -> None:
    assert channel.credentials["oauth2_token"].startswith("ya29.")
    ends = timezone.datetime.fromisoformat(channel.credentials["ends_at"])  # type: ignore[attr-defined]
    assert timedelta(minutes=55) < ends - timezone.now() < timedelta(minutes=61)
    again = YouTubeConnector.renew(channel.credentials)
    assert again["oauth2_token"] != channel.credentials["oauth2_token"]
    assert again["refresh_token"] == channel.credentials["refresh_token"]


def test_a_refresh_token_that_was_taken_back_needs_an_admin(platforms: Running, channel: YouTubeConnector) -> None:
    control(platforms, "POST", "/control/revoke", platform="youtube", account=OWN)
    with pytest.raises(NeedsReauth):
        YouTubeConnector.renew(channel.credentials)
    with pytest.raises(NeedsReauth):
        channel.identify()
    with pytest.raises(NeedsReauth):
        YouTubeConnector(external_id="1", handle=OWN, credentials={}).identify()


# ── reading ──


def test_a_comment_comes_once_and_after_its_video(platforms: Running, channel: YouTubeConnector, video: str) -> None:
    said_id = comment(platforms, "Past de hoes in de was?")
    first = channel.fetch("comments", {})
    post, read = messages(first)
    assert (post.external_id, post.text, post.direction) == (video, "Zo zet je bank Fjord in elkaar", "context")
    assert post.permalink == f"https://www.youtube.com/watch?v={video}"
    assert (read.external_id, read.parent_id, read.thread_id) == (said_id, video, said_id)
    assert read.permalink == f"https://www.youtube.com/watch?v={video}&lc={said_id}"
    assert read.author is not None
    assert (read.author.handle, read.author.external_id[:2]) == ("karin", "UC")
    comment(platforms, "En in de droger?")
    second = channel.fetch("comments", first.cursor)
    assert [message.text for message in messages(second)] == ["En in de droger?"]
    assert channel.fetch("comments", second.cursor).events == ()


def test_answers_that_do_not_come_along_are_asked_for(
    platforms: Running, channel: YouTubeConnector, video: str
) -> None:
    top = comment(platforms, "Wie heeft deze bank al?")
    for number in range(8):
        comment(platforms, f"Ik, nummer {number}", f"klant{number}", in_reply_to=top)
    first = channel.fetch("comments", {})
    assert sorted(texts(first)) == [*(f"Ik, nummer {number}" for number in range(8)), "Wie heeft deze bank al?"]
    spent = channel.client.spent
    assert channel.fetch("comments", first.cursor).events == ()
    assert channel.client.spent - spent == 1  # nothing grew: nothing more is asked


def test_a_thread_of_the_same_size_is_read_again_after_hours(
    platforms: Running, channel: YouTubeConnector, video: str
) -> None:
    top = comment(platforms, "Wie heeft deze bank al?")
    answers = [comment(platforms, f"Ik, nummer {n}", f"klant{n}", in_reply_to=top) for n in range(8)]
    page = channel.fetch("comments", {})
    cursor: Any = json.loads(json.dumps(page.cursor))
    del cursor["memory"]["comments"][answers[0]]  # as if it came in the place of one that was deleted
    assert texts(soon := channel.fetch("comments", cursor)) == []
    cursor = json.loads(json.dumps(soon.cursor))
    cursor["memory"]["threads"][top][2] -= 6 * 3600
    spent = channel.client.spent
    later = channel.fetch("comments", cursor)
    assert texts(later) == ["Ik, nummer 0"]
    assert channel.client.spent - spent == 2
    assert channel.fetch("comments", later.cursor).events == ()
    assert channel.client.spent - spent == 3  # and then not for hours


def test_an_answer_under_an_older_comment_is_found_in_turn(
    platforms: Running, channel: YouTubeConnector, video: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.youtube.threads.THREADS", 2)
    old = comment(platforms, "een")
    for text in ("twee", "drie", "vier", "vijf"):
        comment(platforms, text)
    page = channel.fetch("comments", {})
    page = channel.fetch("comments", page.cursor)
    assert "een" in texts(page)
    comment(platforms, "nog iets", "piet", in_reply_to=old)
    found: list[str] = []
    for _round in range(3):
        page = channel.fetch("comments", page.cursor)
        found += texts(page)
    assert found == ["nog iets"]


def test_our_own_answer_belongs_to_whom_it_names(platforms: Running, channel: YouTubeConnector, video: str) -> None:
    top = comment(platforms, "Mooie bank")
    comment(platforms, "Vind ik niet", "piet", in_reply_to=top)
    comment(platforms, "@piet jammer! Wat zou je anders willen?", OWN, in_reply_to=top)
    comment(platforms, "Dank je wel", OWN, in_reply_to=top)
    ours = [message for message in messages(channel.fetch("comments", {})) if message.direction == Direction.OUTBOUND]
    assert [message.customer.handle if message.customer else "" for message in ours] == ["piet", ""]
    assert {message.parent_id for message in ours} == {top}


def test_a_change_is_told_with_its_time(platforms: Running, channel: YouTubeConnector, video: str) -> None:
    said_id = comment(platforms, "Is er ook een blauw?")
    first = channel.fetch("comments", {})
    control(platforms, "POST", "/control/clock", now=None, advance_seconds=90)
    control(platforms, "PATCH", f"/control/messages/{said_id}", text="Is er ook een blauwe?")
    (changed,) = messages(channel.fetch("comments", first.cursor))
    assert changed.text == "Is er ook een blauwe?"
    assert changed.edited_at is not None
    (looked_up,) = channel.check_removed([said_id])
    assert isinstance(looked_up, Edit)
    assert (looked_up.text, looked_up.edited_at) == (changed.text, changed.edited_at)


@pytest.mark.parametrize("status", ["heldForReview", "likelySpam"])
def test_what_youtube_holds_back_comes_in_as_hidden(
    platforms: Running, channel: YouTubeConnector, video: str, status: str
) -> None:
    said_id = comment(platforms, "Goedkope zonnebrillen op mijn site", "spammer", moderation=status)
    first = channel.fetch("comments", {})
    assert texts(first) == ["Goedkope zonnebrillen op mijn site"]
    assert [(event.external_id, event.hidden) for event in first.events if isinstance(event, Hidden)] == [
        (said_id, True)
    ]
    control(platforms, "PATCH", f"/control/messages/{said_id}", moderation="published")
    second = channel.fetch("comments", first.cursor)
    assert [(type(event), event.hidden) for event in second.events if isinstance(event, Hidden)] == [(Hidden, False)]
    assert messages(second) == []


def test_what_came_before_a_call_failed_is_kept(platforms: Running, channel: YouTubeConnector, video: str) -> None:
    comment(platforms, "Is de hoes wasbaar?")
    held = comment(platforms, "spam", author="piet")
    control(platforms, "PATCH", f"/control/messages/{held}", moderation="heldForReview")
    fault(platforms, "backend_error", "GET /youtube/v3/commentThreads", mode="every", n=2)
    page = channel.fetch("comments", {})
    assert texts(page) == ["Is de hoes wasbaar?"]
    assert page.warning == CUT_SHORT
    with pytest.raises(ChannelError):  # nothing came: then it is said that something is wrong
        channel.fetch("comments", page.cursor)
    control(platforms, "DELETE", "/control/faults")
    assert texts(channel.fetch("comments", page.cursor)) == ["spam"]


def test_a_video_that_cannot_be_had_costs_no_comment(platforms: Running, channel: YouTubeConnector, video: str) -> None:
    comment(platforms, "Is de hoes wasbaar?")
    fault(platforms, "backend_error", "GET /youtube/v3/videos", mode="always")
    first = channel.fetch("comments", {})
    assert [message.text for message in messages(first)] == ["Is de hoes wasbaar?"]
    second = channel.fetch("comments", first.cursor)
    assert (first.warning, second.warning, messages(second)) == (CUT_SHORT, CUT_SHORT, [])
    control(platforms, "DELETE", "/control/faults")
    third = channel.fetch("comments", second.cursor)
    assert ([message.external_id for message in messages(third)], third.warning) == ([video], "")
    assert messages(channel.fetch("comments", third.cursor)) == []


def test_what_was_deleted_is_found_by_asking_again(platforms: Running, channel: YouTubeConnector, video: str) -> None:
    gone, stays = comment(platforms, "foutje"), comment(platforms, "blijft")
    control(platforms, "DELETE", f"/control/messages/{gone}")
    (event,) = channel.check_removed([gone, stays])
    assert isinstance(event, Removal)
    assert event.external_id == gone


def test_video_and_comment_above_an_answer_are_its_context(
    platforms: Running, channel: YouTubeConnector, video: str
) -> None:
    top = comment(platforms, "Hoe hoog is de zitting?")
    under = comment(platforms, "Wil ik ook weten", "piet", in_reply_to=top)
    above = [event for event in channel.context(under, top, top) if isinstance(event, IncomingMessage)]
    assert [message.external_id for message in above] == [video, top]
    (only,) = channel.context(top, top, video)
    assert isinstance(only, IncomingMessage)
    assert only.external_id == video
    assert channel.context("Ugweg.1", "Ugweg", "Ugweg") == ()


def test_a_person_has_name_picture_and_followers(platforms: Running, channel: YouTubeConnector, video: str) -> None:
    comment(platforms, "hoi")
    author = messages(channel.fetch("comments", {}))[-1].author
    assert author is not None
    known = channel.profile(author)
    assert (known.name, known.handle) == ("Karin", "karin")
    assert known.followers is not None
    assert channel.profile(Author("UCnobody")) == Author("UCnobody")


# ── answering ──


def test_an_answer_stands_under_the_comment(platforms: Running, channel: YouTubeConnector, video: str) -> None:
    top = comment(platforms, "Waar blijft mijn bank?")
    result = channel.send(answer(top))
    (row,) = [row for row in said(platforms, platform="youtube") if row["by_brand"] and row["kind"] == "comment"]
    assert (row["id"], row["in_reply_to"], row["text"]) == (result.external_id, top, "Wat is je bestelnummer?")
    assert result.url == f"https://www.youtube.com/watch?v={video}&lc={result.external_id}"
    assert result.thread_id == top


def test_under_a_strangers_comment_the_name_goes_first(
    platforms: Running, channel: YouTubeConnector, video: str
) -> None:
    top = comment(platforms, "Mooi!")
    under = comment(platforms, "Te duur", "piet", in_reply_to=top)
    reply = answer(under, "Kijk eens bij de aanbiedingen.", thread_id=top, recipient_handle="piet")
    result = channel.send(reply)
    (row,) = [row for row in said(platforms, platform="youtube") if row["id"] == result.external_id]
    assert (row["in_reply_to"], row["text"]) == (top, "@piet Kijk eens bij de aanbiedingen.")
    found = channel.find_sent(reply)
    assert found is not None
    assert found.external_id == result.external_id


def test_an_uncertain_answer_is_found_and_another_is_not_it(
    platforms: Running, channel: YouTubeConnector, video: str
) -> None:
    top = comment(platforms, "Waar blijft mijn bank?")
    assert channel.find_sent(answer(top)) is None
    fault(platforms, "reset_after_accept", "POST /youtube/v3/comments")
    with pytest.raises(ChannelError) as failure:
        channel.send(answer(top))
    assert failure.value.unknown
    found = channel.find_sent(answer(top))
    assert found is not None
    assert channel.find_sent(answer(top, others=frozenset({found.external_id}))) is None
    control(platforms, "DELETE", f"/control/messages/{top}")
    assert channel.find_sent(answer(top)) is None


def test_among_too_many_answers_it_stays_uncertain(channel: YouTubeConnector, monkeypatch: pytest.MonkeyPatch) -> None:
    page = {"items": [], "nextPageToken": "more"}
    monkeypatch.setattr(type(channel.client), "ask", lambda *_args, **_more: page)
    with pytest.raises(ChannelError) as failure:
        channel.find_sent(answer("comment"))
    assert failure.value.unknown


@pytest.mark.parametrize(
    ("name", "unknown", "permanent", "reason"),
    [
        ("comments_disabled", False, True, "recipient_unavailable"),
        ("processing_failure", False, False, "unreachable"),
        ("backend_error", True, False, "unreachable"),
        ("server_error_html", True, False, "unreachable"),
    ],
)
def test_a_refused_answer_says_why(
    platforms: Running, channel: YouTubeConnector, video: str, name: str, unknown: bool, permanent: bool, reason: str
) -> None:
    top = comment(platforms, "hoi")
    fault(platforms, name, "POST /youtube/v3/comments")
    with pytest.raises(ChannelError) as failure:
        channel.send(answer(top))
    error = failure.value
    assert (error.unknown, error.permanent, error.reason) == (unknown, permanent, reason)
    assert channel.client.token not in str(error) + repr(error.__cause__)


def test_what_cannot_be_answered_says_so(platforms: Running, channel: YouTubeConnector, video: str) -> None:
    held = comment(platforms, "zonnebrillen", moderation="heldForReview")
    gone = comment(platforms, "weg")
    control(platforms, "DELETE", f"/control/messages/{gone}")
    refused = {"youtube/parentCommentIsPrivate": held, "youtube/parentCommentNotFound": gone}
    for code, comment_id in refused.items():
        with pytest.raises(ChannelError) as failure:
            channel.send(answer(comment_id))
        assert (failure.value.code, failure.value.permanent) == (code, True)
    with pytest.raises(ChannelError) as failure:
        channel.send(answer(comment(platforms, "hoi"), "a" * 10_001))
    assert failure.value.reason == "too_long"


def test_a_comment_is_held_shown_again_and_our_own_deleted(
    platforms: Running, channel: YouTubeConnector, video: str
) -> None:
    top = comment(platforms, "Wat een rommel")
    channel.act(Action.HIDE, top)
    hidden = {row["id"]: row["hidden"] for row in said(platforms, platform="youtube")}
    channel.act(Action.UNHIDE, top)
    shown = {row["id"]: row["hidden"] for row in said(platforms, platform="youtube")}
    assert (hidden[top], shown[top]) == (True, False)
    ours = channel.send(answer(top)).external_id
    channel.act(Action.DELETE_OWN, ours)
    assert ours in {row["id"] for row in said(platforms, platform="youtube") if row["deleted"]}
    with pytest.raises(ChannelError) as failure:
        channel.act(Action.DELETE_OWN, top)
    assert failure.value.reason == "forbidden"


# ── limits ──


def test_a_used_up_quota_waits_for_midnight_in_california(
    platforms: Running, channel: YouTubeConnector, video: str
) -> None:
    fault(platforms, "quota_exceeded", "POST /youtube/v3/comments")
    with pytest.raises(RateLimited) as limited:
        channel.send(answer(comment(platforms, "hoi")))
    assert limited.value.retry_at == next_reset()
    assert channel.inspect().used == 100
    page = channel.fetch("comments", {"memory": {}})
    assert page.events == ()
    assert page.next_poll == next_reset()
    assert page.warning


def test_reading_slows_down_so_that_answers_can_leave(
    platforms: Running, channel: YouTubeConnector, video: str, settings: Settings
) -> None:
    before = timezone.now()
    usual = channel.fetch("comments", {}).next_poll
    QuotaUse.objects.update(units=6_950)
    late = channel.fetch("comments", {}).next_poll
    assert usual is not None and late is not None
    assert late - before > 10 * (usual - before)
    QuotaUse.objects.update(units=7_000)  # what is left is kept: sixty answers
    channel.fetch("comments", {})
    assert QuotaUse.objects.get().units == 7_000
    channel.send(answer(comment(platforms, "hoi")))
    assert QuotaUse.objects.get().units == 7_050


def test_too_many_calls_at_once_pause_for_a_minute(platforms: Running, channel: YouTubeConnector) -> None:
    fault(platforms, "google_rate_limit")
    with pytest.raises(RateLimited) as limited:
        channel.identify()
    assert limited.value.retry_at - timezone.now() < timedelta(minutes=1)


# ── what Google's client promises on our session ──


def test_the_client_asks_nobody_what_the_api_is_like(
    platforms: Running, channel: YouTubeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = PlatformSession.request

    def noted(session: PlatformSession, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:
        response = real(session, method, url, *args, **kwargs)
        asked.append(str(response.request.url))
        return response

    monkeypatch.setattr(PlatformSession, "request", noted)
    youtube_client._service.cache_clear()
    channel.identify()
    assert [url.partition("?")[0] for url in asked] == [f"{platforms.url}/youtube/v3/channels"]


def test_a_dead_connection_is_ours_to_tell(channel: YouTubeConnector, settings: Settings) -> None:
    settings.YOUTUBE_API_BASE = "http://127.0.0.1:9"
    lost = YouTubeConnector(external_id="1", handle="", credentials=channel.credentials)
    with pytest.raises(ChannelError) as failure:
        lost.send(answer("Ug1"))
    assert (failure.value.reason, failure.value.unknown) == ("unreachable", False)
    assert channel.client.token not in str(failure.value)
