from __future__ import annotations

import json
import time
from typing import Any

import facebook
import pytest
import requests
import tweepy

from tests.sandbox.clients import Control, Graph, Json, until, x_client
from tests.support.whatsapp_sender import JAN, Sender


def test_a_rate_limit_comes_in_both_shapes_and_without_a_reset(x: tweepy.Client, control: Control, brand: Json) -> None:
    for name, reset in (("rate_limit", True), ("rate_limit_legacy", True), ("rate_limit_no_reset", False)):
        control.fault(name)
        with pytest.raises(tweepy.TooManyRequests) as refused:
            x.get_users_mentions(brand["id"])
        assert (refused.value.reset_time is not None) == reset
    control.fault("rate_limit_legacy")
    with pytest.raises(tweepy.TooManyRequests) as refused:
        x.get_users_mentions(brand["id"])
    assert refused.value.response.json() == {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("unauthorized", tweepy.Unauthorized),
        ("forbidden_summon", tweepy.Forbidden),
        ("duplicate_text", tweepy.Forbidden),
        ("usage_capped", tweepy.TooManyRequests),
        ("server_error_html", tweepy.TwitterServerError),
    ],
)
def test_x_fails_as_it_was_told(x: tweepy.Client, control: Control, fault: str, error: type[Exception]) -> None:
    control.fault(fault, endpoint="POST /2/tweets")
    x.get_me()
    with pytest.raises(error):
        x.create_tweet(text="Dag")
    x.create_tweet(text="Dag")


@pytest.mark.parametrize(
    ("fault", "code", "subcode"),
    [
        *(("token_expired", 190, 463), ("token_invalid", 190, 467), ("throttled_app", 4, None)),
        *(("throttled_613", 613, None), ("throttled_80001", 80001, None), ("throttled_80002", 80002, None)),
        *(("throttled_80006", 80006, None), ("throttled_80007", 80007, None), ("blocked_368", 368, None)),
        *(("window_closed", 10, 2018278), ("wa_window_sync", 131047, None)),
        *(("wa_pair_rate", 131056, None), ("wa_rate", 130429, None)),
    ],
)
def test_graph_fails_as_it_was_told(graph: Graph, control: Control, fault: str, code: int, subcode: int | None) -> None:
    control.fault(fault)
    error = graph.failure(lambda: graph.get("me"))
    assert (error["code"], error.get("error_subcode")) == (code, subcode)
    assert graph.get("me")["id"]


def test_a_throttled_answer_says_how_long_to_wait(graph: Graph, control: Control, page: Json) -> None:
    control.fault("throttled_80001", seconds=600)
    graph.failure(lambda: graph.get("me"))
    usage = json.loads(graph.headers["x-business-use-case-usage"])
    assert usage[page["id"]][0]["estimated_time_to_regain_access"] == 10


def test_an_instagram_window_has_its_own_subcode(graph: Graph, control: Control, instagram: Json) -> None:
    els = control.message(control.say("instagram", "message", "Hoi", "els"))["from"]["id"]
    control.fault("window_closed", platform="instagram")
    assert graph.get("me")["id"]
    error = graph.failure(lambda: graph.post("me/messages", recipient={"id": els}, message={"text": "Dag"}))
    assert error["error_subcode"] == 2534022


def test_an_html_page_comes_instead_of_json(graph: Graph, control: Control) -> None:
    control.fault("server_error_html")
    with pytest.raises(facebook.GraphAPIError) as refused:
        graph.get("me")
    assert refused.value.code is None
    assert graph.session.last.status_code == 502


@pytest.mark.parametrize(("fault", "code"), [("wa_window", 131047), ("wa_undeliverable", 131026)])
def test_a_whatsapp_message_is_accepted_and_fails_later(control: Control, number: Json, fault: str, code: int) -> None:
    control.say("whatsapp", "text", "Hallo", JAN)
    control.fault(fault, endpoint="POST */messages", platform="whatsapp")
    id = Sender(control, number).text()
    until(lambda: control.message(id)["status"] == "failed")
    assert control.message(id)["extra"] == {"fail": code}


def test_every_nth_call_fails(x: tweepy.Client, control: Control) -> None:
    control.fault("unauthorized", mode="every", n=3)
    results = []
    for _ in range(6):
        try:
            x.get_me()
            results.append(True)
        except tweepy.Unauthorized:
            results.append(False)
    assert results == [True, True, False, True, True, False]


def test_a_fault_holds_until_it_is_lifted(x: tweepy.Client, control: Control) -> None:
    id = control.fault("unauthorized", mode="always")
    for _ in range(3):
        with pytest.raises(tweepy.Unauthorized):
            x.get_me()
    control.call("DELETE", f"faults/{id}")
    assert x.get_me().data


def test_a_hanging_answer_never_comes(control: Control, brand: Json) -> None:
    control.fault("hang", endpoint="POST /2/tweets")
    with pytest.raises(requests.Timeout):
        x_client(control.url, brand, timeout=0.3).create_tweet(text="Dag")
    assert control.messages(platform="x") == []
    control.fault("hang_after_accept", endpoint="POST /2/tweets")
    with pytest.raises(requests.Timeout):
        x_client(control.url, brand, timeout=0.3).create_tweet(text="Dag")
    until(lambda: [row["text"] for row in control.messages(platform="x")] == ["Dag"])


def test_a_cut_connection_leaves_the_work_done(x: tweepy.Client, graph: Graph, control: Control, page: Json) -> None:
    control.fault("reset_after_accept", endpoint="POST *", n=2)
    with pytest.raises(requests.ConnectionError):
        x.create_tweet(text="Dag")
    with pytest.raises(requests.ConnectionError):
        graph.post(f"{page['id']}/feed", message="Dag")
    assert [row["text"] for row in control.messages()] == ["Dag", "Dag"]


def test_a_slow_answer_comes_in_the_end(x: tweepy.Client, control: Control) -> None:
    control.fault("slow", seconds=0.3)
    began = time.monotonic()
    assert x.get_me().data
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize("body", [{"fault": "gremlins"}, {"fault": "slow", "mode": "maybe"}])
def test_an_unknown_fault_or_mode_is_refused(control: Control, body: dict[str, Any]) -> None:
    control.call("POST", "faults", body, status=400)
