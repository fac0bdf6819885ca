"""The Graph API through facebook-sdk: what the SDK lacks, against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from channels.errors import ChannelError, NeedsReauth, RateLimited
from channels.meta.errors import error_from
from channels.meta.graph import (
    Graph,
    after_cursor,
    encoded,
)
from channels.meta.rate_limits import usage
from tests.support.meta import World

if TYPE_CHECKING:
    from sandbox.testing import Running


@pytest.fixture
def world(platforms: Running) -> World:
    return World(platforms.url)


@pytest.fixture
def graph(world: World) -> Iterator[Graph]:
    """The Graph API with a page's token."""
    credentials = world.connect("facebook").credentials
    graph = Graph(credentials["access_token"], app_secret=credentials["app_secret"])
    yield graph
    graph.close()


@pytest.mark.parametrize(
    ("fault", "reason", "code"),
    [
        ("token_expired", "reauth", "190/463"),
        ("token_invalid", "reauth", "190/467"),
        ("window_closed", "window_closed", "10/2018278"),
        ("blocked_368", "blocked", "368"),
    ],
)
def test_an_error_keeps_its_code_and_gets_a_reason(
    world: World, graph: Graph, fault: str, reason: str, code: str
) -> None:
    world.fault(fault)
    with pytest.raises(ChannelError) as caught:
        graph.write("me/messages", recipient={"id": "1"}, message={"text": "x"})
    assert (caught.value.reason, caught.value.code.split("/")[: code.count("/") + 1]) == (reason, code.split("/"))
    assert caught.value.permanent is (reason != "reauth")
    assert isinstance(caught.value, NeedsReauth) is (reason == "reauth")


@pytest.mark.parametrize("fault", ["throttled_app", "throttled_613", "throttled_80001", "throttled_80006"])
def test_every_throttle_says_when_to_go_on(world: World, graph: Graph, fault: str) -> None:
    world.fault(fault)
    with pytest.raises(RateLimited) as caught:
        graph.read("me")
    assert datetime.now(UTC) < caught.value.retry_at < datetime.now(UTC) + timedelta(hours=2)


def test_gateway_page_is_unknown_for_writes_only(world: World, graph: Graph) -> None:
    world.fault("server_error_html", mode="always")
    with pytest.raises(ChannelError) as read:
        graph.read("me")
    with pytest.raises(ChannelError) as written:
        graph.write("me/feed", message="x")
    assert (read.value.unknown, written.value.unknown) == (False, True)
    assert not read.value.permanent and read.value.reason == written.value.reason == "unreachable"


@pytest.mark.parametrize("fault", ["hang", "reset_after_accept"])
def test_no_answer_to_a_write_is_unknown_and_tells_no_token(world: World, graph: Graph, fault: str) -> None:
    graph.http.timeout = (1, 0.5)
    world.fault(fault)
    with pytest.raises(ChannelError) as caught:
        graph.write("me/feed", message="x")
    assert caught.value.unknown and caught.value.reason == "unreachable"
    assert graph.access_token not in f"{caught.value!r}{caught.value.__cause__!r}{caught.value.__context__!r}"


def test_nobody_at_the_address_is_not_unknown(graph: Graph) -> None:
    graph.http.origins = {"https://graph.facebook.com": "http://127.0.0.1:9"}
    with pytest.raises(ChannelError) as caught:
        graph.write("me/feed", message="x")
    assert not caught.value.unknown and not caught.value.permanent


def test_list_is_followed_by_cursor_not_by_tokened_address(world: World, graph: Graph) -> None:
    page_id = graph.read("me")["id"]
    for number in range(5):
        world.say("facebook", "post", f"post {number}", {"id": page_id})
    pages = list(graph.pages(f"{page_id}/feed", most=10, fields="id,message", limit=2))
    assert [len(page["data"]) for page in pages] == [2, 2, 1]
    assert [post["message"] for page in pages for post in page["data"]] == [f"post {n}" for n in (4, 3, 2, 1, 0)]
    assert len(list(graph.pages(f"{page_id}/feed", most=2, limit=1))) == 2


def test_nested_values_and_booleans_go_out_as_json() -> None:
    assert encoded({"text": "é"}) == '{"text": "\\u00e9"}'
    assert (encoded(True), encoded(False), encoded(3), encoded("x")) == ("true", "false", 3, "x")


def test_a_wrong_proof_is_refused(world: World, graph: Graph) -> None:
    graph.proof = "0" * 64
    with pytest.raises(ChannelError) as caught:
        graph.read("me")
    assert caught.value.code.startswith("100")


def test_the_sdks_own_methods_are_mended_too(world: World, graph: Graph) -> None:
    assert graph.get_object("me", fields="name") == {"name": "Bloem", "id": graph.read("me")["id"]}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, (0, 0)),
        ({"x-app-usage": '{"call_count":28,"total_time":25,"total_cputime":25}'}, (28, 0)),
        ({"x-app-usage": '{"call_volume":97,"cpu_time":1}'}, (97, 0)),
        ({"x-app-usage": "not json"}, (0, 0)),
        (
            {
                "x-business-use-case-usage": '{"1":[{"type":"pages","call_count":100,"total_cputime":1,"total_time":1,'
                '"estimated_time_to_regain_access":19}]}'
            },
            (100, 19),
        ),
    ],
)
def test_usage_headers_are_read_in_every_shape(headers: dict[str, str], expected: tuple[int, int]) -> None:
    assert usage(headers) == expected


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"code": 10, "error_subcode": 2534022, "message": "outside of allowed window"}, "window_closed"),
        ({"code": 10, "message": "Application does not have permission"}, "forbidden"),
        ({"code": 10, "error_subcode": 1893063, "message": "restricted"}, "blocked"),
        ({"code": 283, "message": "needs pages_read_engagement"}, "forbidden"),
        ({"code": 551, "error_subcode": 1545041, "message": "not available"}, "recipient_unavailable"),
        ({"code": 100, "error_subcode": 2018001, "message": "No matching user"}, "recipient_unavailable"),
        ({"code": 100, "error_subcode": 33, "message": "Unsupported get request"}, "message_gone"),
        ({"code": 100, "message": "Length of param message[text] must be less than or equal to 2000"}, "too_long"),
        ({"code": 10900, "message": "Activity already replied to"}, "already_replied"),
        ({"code": 506, "message": "Duplicate status message"}, "duplicate_text"),
        ({"code": 131047, "message": "Re-engagement message"}, "window_closed"),
        ({"code": 131026, "message": "Message undeliverable"}, "recipient_unavailable"),
        ({"code": 132001, "message": "Template does not exist"}, "template_missing"),
        ({"code": 131053, "message": "Media upload error"}, "media_refused"),
        ({"code": 99999, "message": "Something new"}, "other"),
    ],
)
def test_permanent_refusals_have_their_reason(body: dict[str, object], reason: str) -> None:
    error = error_from(body)
    assert (error.reason, error.permanent, error.unknown) == (reason, True, False)


@pytest.mark.parametrize(
    "body",
    [
        {"code": 1, "message": "An unknown error occurred"},
        {"code": 2, "message": "Service temporarily unavailable"},
        {"code": 131016, "message": "Service unavailable"},
        {"code": 99999, "is_transient": True, "message": "Please retry"},
        {"code": 131056, "message": "Pair rate limit hit"},
        {"code": 9004, "error_subcode": 2207052, "message": "The media could not be fetched"},
    ],
)
def test_passing_trouble_is_tried_again(body: dict[str, object]) -> None:
    error = error_from(body)
    assert not error.permanent and not error.unknown and not isinstance(error, RateLimited)


def test_the_end_of_a_list_is_a_page_without_next() -> None:
    assert after_cursor({"data": [], "paging": {"cursors": {"after": "A"}, "next": "https://…"}}) == "A"
    assert after_cursor({"data": [1], "paging": {"cursors": {"after": "A"}}}) == ""
    assert after_cursor({"data": []}) == ""


def test_too_much_data_is_asked_in_smaller_pages(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def read(path: str, **args: object) -> dict[str, object]:
        asked.append(args["limit"])
        if args["limit"] != 3:
            raise error_from({"code": 1, "message": "Please reduce the amount of data you're asking for, then retry"})
        return {"data": []}

    monkeypatch.setattr(graph, "read", read)
    assert graph.read_list("1/feed", limit=25, fields="id") == {"data": []}
    assert asked == [25, 6, 3]
