"""The sandbox's YouTube is as strict as the real one: what it refuses, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.support.sandbox_accounts import control, say

if TYPE_CHECKING:
    from sandbox.testing import Running

THREADS, COMMENTS = "commentThreads", "comments"


class Api:
    """A channel's access, used without any client."""

    def __init__(self, sandbox: Running) -> None:
        self.url = sandbox.url
        made = control(sandbox, "POST", "/control/accounts", platform="youtube", name="Veldhuis", username="veldhuis")
        self.channel, self.app = made["id"], made["credentials"]
        self.token = self.change(grant_type="refresh_token").json()["access_token"]

    def change(self, **form: str) -> requests.Response:
        return requests.post(f"{self.url}/token", data={**self.app, **form}, timeout=10)

    def call(self, method: str, path: str, body: Any = None, **params: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return requests.request(
            method, f"{self.url}/youtube/v3/{path}", params=params, json=body, headers=headers, timeout=10
        )

    def reason(self, method: str, path: str, body: Any = None, **params: Any) -> tuple[int, str]:
        answer = self.call(method, path, body, **params)
        error = answer.json()["error"]
        assert error["code"] == answer.status_code
        return answer.status_code, error["errors"][0]["reason"]


@pytest.fixture
def api(sandbox: Running) -> Api:
    found = Api(sandbox)
    say(sandbox, "youtube", "upload", "veldhuis", "Onze winkel")
    return found


def test_what_is_asked_wrongly_is_refused_as_there(sandbox: Running, api: Api) -> None:
    channel = {"allThreadsRelatedToChannelId": api.channel}
    refused = [
        api.reason("GET", THREADS, **channel),
        api.reason("GET", THREADS, part="snippet"),
        api.reason("GET", THREADS, part="snippet", videoId="x", **channel),
        api.reason("GET", THREADS, part="snippet", maxResults=101, **channel),
        api.reason("GET", THREADS, part="snippet", pageToken="made-up", **channel),
        api.reason("GET", THREADS, part="snippet", nonsense="1", **channel),
        api.reason("GET", THREADS, part="snippet", id="Ug1", order="time"),
        api.reason("GET", COMMENTS, part="snippet", parentId="Ug1"),
    ]
    assert refused == [
        *((400, "missingRequiredParameter"),) * 3,
        (400, "invalidParameter"),
        (400, "invalidPageToken"),
        (400, "badRequest"),
        (400, "incompatibleParameters"),
        (404, "commentNotFound"),
    ]


def test_pages_follow_each_other_newest_first(sandbox: Running, api: Api) -> None:
    ids = [say(sandbox, "youtube", "comment", "karin", f"nummer {number}") for number in range(3)]
    asked = {"part": "snippet,replies", "allThreadsRelatedToChannelId": api.channel, "maxResults": 2}
    first = api.call("GET", THREADS, **asked).json()
    second = api.call("GET", THREADS, pageToken=first["nextPageToken"], **asked).json()
    assert [item["id"] for page in (first, second) for item in page["items"]] == ids[::-1]
    assert "nextPageToken" not in second
    # A token fits the list it was given for, and no other.
    other = {**asked, "moderationStatus": "likelySpam", "pageToken": first["nextPageToken"]}
    assert api.reason("GET", THREADS, **other) == (400, "invalidPageToken")


def test_text_is_html_unless_plain_text_is_asked_for(sandbox: Running, api: Api) -> None:
    comment = say(sandbox, "youtube", "comment", "karin", "a < b\nhttps://x.example/?a=1")
    (shown,) = api.call("GET", COMMENTS, part="snippet", id=comment).json()["items"]
    assert shown["snippet"]["textDisplay"].startswith('a &lt; b<br><a href="https://x.example/?a=1">')
    (plain,) = api.call("GET", COMMENTS, part="snippet", id=comment, textFormat="plainText").json()["items"]
    assert plain["snippet"]["textDisplay"] == "a < b\nhttps://x.example/?a=1"
    assert "moderationStatus" not in plain["snippet"]


def test_a_quota_is_used_up_and_given_anew_at_midnight(sandbox: Running, api: Api) -> None:
    control(sandbox, "POST", "/control/clock", now="2026-11-30T07:30:00Z")  # half an hour before, in California
    api.token = api.change(grant_type="refresh_token").json()["access_token"]
    control(sandbox, "POST", "/control/settings", youtube_quota=51)
    asked = {"part": "snippet", "mine": "true"}
    top = say(sandbox, "youtube", "comment", "karin", "hoi")
    body = {"snippet": {"parentId": top, "textOriginal": "hallo"}}
    assert api.call("POST", COMMENTS, body, part="snippet").ok
    assert api.call("GET", "channels", **asked).ok
    assert api.reason("GET", "channels", **asked) == (403, "quotaExceeded")
    control(sandbox, "POST", "/control/clock", now="2026-11-30T08:00:01Z")
    assert api.call("GET", "channels", **asked).ok


def test_answers_are_refused_where_there_is_nothing_to_answer(sandbox: Running, api: Api) -> None:
    top = say(sandbox, "youtube", "comment", "karin", "hoi")
    deeper = say(sandbox, "youtube", "comment", "piet", "ook hoi", in_reply_to=top)
    held = say(sandbox, "youtube", "comment", "spam", "win!", moderation="heldForReview")

    def answer(parent: str, text: str = "Dag") -> tuple[int, str]:
        return api.reason("POST", COMMENTS, {"snippet": {"parentId": parent, "textOriginal": text}}, part="snippet")

    assert answer(deeper) == (404, "parentCommentNotFound")
    assert answer(held) == (400, "parentCommentIsPrivate")
    assert answer(top, " ") == (400, "commentTextRequired")
    assert answer(top, "a" * 10_001) == (400, "commentTextTooLong")
    assert answer("") == (400, "parentIdMissing")
    off = say(sandbox, "youtube", "upload", "veldhuis", "Zonder reacties", comments_off=True)
    assert api.reason("GET", THREADS, part="snippet", videoId=off) == (403, "commentsDisabled")


def test_moderation_is_the_channels_own(sandbox: Running, api: Api) -> None:
    top = say(sandbox, "youtube", "comment", "karin", "hoi")
    moderate = "comments/setModerationStatus"
    assert api.reason("POST", moderate, id=top, moderationStatus="published", banAuthor="true") == (
        400, "banWithoutReject",
    )  # fmt: skip
    assert api.call("POST", moderate, id=top, moderationStatus="rejected", banAuthor="true").status_code == 204
    assert api.call("GET", COMMENTS, part="snippet", id=top).json()["items"] == []
    again = say(sandbox, "youtube", "comment", "karin", "hallo?")
    assert api.call("GET", COMMENTS, part="snippet", id=again).json()["items"] == []
    stranger = control(sandbox, "POST", "/control/accounts", platform="youtube", name="Outlet", username="outlet")
    api.app = stranger["credentials"]
    api.token = api.change(grant_type="refresh_token").json()["access_token"]
    assert api.reason("POST", moderate, id=again, moderationStatus="published") == (403, "forbidden")


def test_tokens_end_and_wrong_ones_are_refused(sandbox: Running, api: Api) -> None:
    assert api.change(grant_type="refresh_token", refresh_token="wrong").json()["error"] == "invalid_grant"
    assert api.change(grant_type="refresh_token", client_secret="wrong").status_code == 401
    control(sandbox, "POST", "/control/clock", now=None, advance_seconds=3700)
    assert api.reason("GET", "channels", part="snippet", mine="true") == (401, "authError")


def test_a_person_comments_on_a_video_by_phone(sandbox: Running, api: Api) -> None:
    control(sandbox, "POST", "/control/people", platform="youtube", username="karin", name="Karin", person="karin")
    page = requests.get(f"{sandbox.url}/phone/karin/youtube", timeout=10).text
    assert "Onze winkel" in page
    (video,) = [row for row in control(sandbox, "GET", "/control/messages")["messages"] if row["kind"] == "upload"]
    form = {"kind": "comment", "in_reply_to": video["id"], "text": "Hoe laat open?", "back": "/phone/karin/youtube"}
    shown = requests.post(f"{sandbox.url}/phone/karin/youtube/do/say", data=form, timeout=10).text
    assert "Hoe laat open?" in shown and "1 reactie" in shown and "@karin" in shown
