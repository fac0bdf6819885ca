from __future__ import annotations

import hashlib
import hmac
import json

import pytest
import requests

from tests.sandbox.clients import Control, Graph, Json


def test_every_answer_carries_graphs_headers(graph: Graph, page: Json) -> None:
    graph.get(page["id"])
    assert graph.headers["content-type"] == "application/json; charset=UTF-8"
    assert graph.headers["facebook-api-version"] == "v25.0"
    assert graph.headers["x-fb-trace-id"]
    [usage] = json.loads(graph.headers["x-business-use-case-usage"])[page["id"]]
    assert usage["type"] == "pages"
    assert set(json.loads(graph.headers["x-app-usage"])) == {"call_count", "total_time", "total_cputime"}


@pytest.mark.parametrize(("asked", "answered"), [("v21.0", "v21.0"), ("v26.0", "v26.0"), ("v12.0", "v21.0")])
def test_dead_versions_are_upgraded_to_the_oldest_alive(
    control: Control, page: Json, asked: str, answered: str
) -> None:
    graph = Graph(control.url, page["credentials"]["access_token"], asked)
    graph.get("me")
    assert graph.headers["facebook-api-version"] == answered


def test_the_token_travels_in_query_form_json_or_header(control: Control, page: Json) -> None:
    address, token = f"{control.url}/v25.0/me", page["credentials"]["access_token"]
    feed = f"{control.url}/v25.0/{page['id']}/feed"
    answers = [
        requests.get(address, params={"access_token": token}, timeout=5),
        requests.get(address, headers={"Authorization": f"Bearer {token}"}, timeout=5),
        requests.get(address, headers={"Authorization": f"OAuth {token}"}, timeout=5),
        requests.post(feed, data={"access_token": token, "message": "een"}, timeout=5),
        requests.post(feed, json={"access_token": token, "message": "twee"}, timeout=5),
        requests.post(feed, files={"source": b"x"}, data={"access_token": token, "message": "drie"}, timeout=5),
    ]
    assert [answer.status_code for answer in answers] == [200] * 6


def test_no_token_and_a_wrong_one_are_refused(control: Control, page: Json) -> None:
    missing = requests.get(f"{control.url}/v25.0/me", timeout=5).json()["error"]
    assert (missing["code"], missing["type"]) == (104, "OAuthException")
    wrong = requests.get(f"{control.url}/v25.0/me", params={"access_token": "x"}, timeout=5).json()["error"]
    assert wrong["code"] == 190
    assert wrong["fbtrace_id"]


def test_a_revoked_token_says_so_in_calls_and_in_debug_token(control: Control, graph: Graph, page: Json) -> None:
    keys = page["credentials"]
    app = Graph(control.url, f"{keys['app_id']}|{keys['app_secret']}")
    assert app.get("debug_token", input_token=keys["access_token"])["data"]["is_valid"]
    control.call("POST", "revoke", {"platform": "facebook", "account": page["id"]})
    error = graph.failure(lambda: graph.get("me"))
    assert (error["code"], error["error_subcode"]) == (190, 460)
    assert not app.get("debug_token", input_token=keys["access_token"])["data"]["is_valid"]


def test_a_wrong_proof_is_refused_and_the_right_one_taken(graph: Graph, control: Control, page: Json) -> None:
    keys = page["credentials"]
    proof = hmac.new(keys["app_secret"].encode(), keys["access_token"].encode(), hashlib.sha256).hexdigest()
    assert graph.get("me", appsecret_proof=proof)["id"] == page["id"]
    assert graph.failure(lambda: graph.get("me", appsecret_proof="0" * 64))["code"] == 100
    control.settings(appsecret_proof=True)
    assert "require an appsecret_proof" in graph.failure(lambda: graph.get("me"))["message"]


def test_nested_fields_are_honoured_and_unknown_ones_left_out(graph: Graph, control: Control, page: Json) -> None:
    post = control.say("facebook", "post", "Nieuw", "veldhuis")
    for count in range(3):
        control.say("facebook", "comment", f"reactie {count}", in_reply_to=post)
    fields = "id,nonsense,from{name},comments.limit(2).order(reverse_chronological){message,from{id}}"
    [shown] = graph.get(f"{page['id']}/feed", fields=fields)["data"]
    assert set(shown) == {"id", "from", "comments"}
    assert shown["from"] == {"name": "Veldhuis", "id": page["id"]}
    assert [c["message"] for c in shown["comments"]["data"]] == ["reactie 2", "reactie 1"]
    assert set(shown["comments"]["data"][0]) == {"message", "from", "id"}
    assert graph.failure(lambda: graph.get("me", fields="id,from{name"))["code"] == 2500


def test_lists_are_paged_by_cursor_and_next_points_at_production(graph: Graph, control: Control, page: Json) -> None:
    posts = [control.say("facebook", "visitor_post", f"bericht {count}") for count in range(5)]
    found, after = [], ""
    for _ in range(3):
        answer = graph.get(f"{page['id']}/feed", limit=2, **({"after": after} if after else {}))
        found += [row["id"] for row in answer["data"]]
        after = answer["paging"]["cursors"]["after"]
        if "next" in answer["paging"]:
            assert answer["paging"]["next"].startswith(f"https://graph.facebook.com/v25.0/{page['id']}/feed?")
            assert f"access_token={page['credentials']['access_token']}" in answer["paging"]["next"]
    assert found == posts[::-1]
    assert "next" not in answer["paging"]
    assert graph.get(f"{page['id']}/feed", limit=2, after=after) == {"data": []}


def test_a_cursor_survives_the_removal_of_what_it_stood_on(graph: Graph, control: Control, page: Json) -> None:
    posts = [control.say("facebook", "visitor_post", f"bericht {count}") for count in range(4)]
    first = graph.get(f"{page['id']}/feed", limit=2)
    control.remove(posts[2])
    rest = graph.get(f"{page['id']}/feed", limit=5, after=first["paging"]["cursors"]["after"])
    assert [row["id"] for row in rest["data"]] == [posts[1], posts[0]]


def test_what_is_gone_or_somebody_elses_does_not_exist(graph: Graph, control: Control) -> None:
    post = control.say("facebook", "visitor_post", "weg")
    control.remove(post)
    control.account("facebook", "Ander")
    others = control.say("facebook", "visitor_post", "elders", to="ander")
    for id in (post, others, "999"):
        error = graph.failure(lambda id=id: graph.get(id))  # type: ignore[misc]
        assert (error["code"], error["error_subcode"]) == (100, 33)
        assert f"Object with ID '{id}' does not exist" in error["message"]


def test_reading_many_objects_at_once_is_gone_but_batches_work(graph: Graph, control: Control, page: Json) -> None:
    with pytest.raises(Exception, match="ids"):
        graph.get_objects([page["id"]])
    calls = [{"method": "GET", "relative_url": "v25.0/me?fields=name"}, {"method": "GET", "relative_url": "v25.0/999"}]
    answers = graph.request("", post_args={"batch": json.dumps(calls)})
    assert [answer["code"] for answer in answers] == [200, 400]
    assert json.loads(answers[0]["body"]) == {"name": "Veldhuis", "id": page["id"]}


def test_an_app_token_comes_for_the_apps_own_secret(control: Control, page: Json) -> None:
    keys = page["credentials"]
    query = {"client_id": keys["app_id"], "client_secret": keys["app_secret"], "grant_type": "client_credentials"}
    answer = requests.get(f"{control.url}/v25.0/oauth/access_token", params=query, timeout=5)
    assert answer.json()["access_token"] == f"{keys['app_id']}|{keys['app_secret']}"
