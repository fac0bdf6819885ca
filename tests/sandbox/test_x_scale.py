from __future__ import annotations

import time

import pytest

from sandbox import registry
from sandbox.faults import Faults
from sandbox.push import Push
from sandbox.web import Call, Reply
from sandbox.world import World
from sandbox.x.app import X
from sandbox.x.hooks import Hooks

POSTS = 5000


@pytest.fixture(scope="module")
def world() -> World:
    """A brand that 5,000 posts name."""
    made = World()
    made.add_account("x", "Veldhuis")
    people = [made.add_user("x", username=f"klant{count}").id for count in range(90)]
    for count in range(POSTS):
        made.say("x", "post", people[count % 90], f"@veldhuis bericht {count}")
    return made


@pytest.fixture(scope="module")
def x(world: World) -> X:
    return X(world, Hooks(Push(world, Faults(), {}, "http://sandbox")))


def mentions(x: X, **query: str) -> Reply:
    account = x.world.account("x")
    assert account is not None
    path = f"/2/users/{account.id}/mentions"
    header = {"authorization": f"Bearer {registry.X_BEARER}"}
    return x.handle(Call("GET", f"http://sandbox{path}", path, header, list(query.items())))


def test_only_the_800_newest_mentions_can_be_reached(x: X) -> None:
    found: list[str] = []
    token = ""
    while True:
        answer = mentions(x, max_results="100", **({"pagination_token": token} if token else {})).body
        found += [post["text"] for post in answer["data"]]
        token = answer["meta"].get("next_token", "")
        if not token:
            break
    assert len(found) == 800
    assert found[0] == f"@veldhuis bericht {POSTS - 1}"
    assert found[-1] == f"@veldhuis bericht {POSTS - 800}"


def test_poll_of_thousands_of_posts_costs_under_10_ms(x: X) -> None:
    newest = mentions(x, max_results="5").body["meta"]["newest_id"]
    fields = "author_id,created_at,conversation_id,in_reply_to_user_id,referenced_tweets,entities"
    usual = {"max_results": "100", "tweet.fields": fields, "expansions": "author_id,referenced_tweets.id"}
    for query in (usual, usual | {"since_id": newest}):
        taken = []
        for _ in range(15):
            began = time.thread_time()
            assert mentions(x, **query).status == 200
            taken.append(time.thread_time() - began)
        assert sorted(taken)[7] < 0.01, taken
