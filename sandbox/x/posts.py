"""Reading posts: timelines, search, lookup. Newest first; an empty page has no `data`."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sandbox.clock import parse_moment
from sandbox.model import Message
from sandbox.web import Call, Reply
from sandbox.world import World
from sandbox.x import errors
from sandbox.x.auth import Caller
from sandbox.x.objects import Wanted, included, post_json
from sandbox.x.search import candidates, matcher

MENTIONS_REACH, TIMELINE_REACH = 800, 3200
SEARCH_REACH = timedelta(days=7)


def mentions(world: World, caller: Caller, call: Call, id: str) -> Reply:
    """GET /2/users/:id/mentions — at most the 800 newest."""
    if world.user("x", id) is None:
        return Reply(200, {"errors": [errors.missing(id, resource="user")]})
    return page(world, call, world.mentioning(id, MENTIONS_REACH), 5, 100, 10)


def timeline(world: World, caller: Caller, call: Call, id: str) -> Reply:
    """GET /2/users/:id/tweets — at most the 3200 newest of a user."""
    if world.user("x", id) is None:
        return Reply(200, {"errors": [errors.missing(id, resource="user")]})
    posts = [post for post in world.by("x", id) if post.kind == "post"]
    if "replies" in call.params.get("exclude", "").split(","):
        posts = [post for post in posts if post.parent is None]
    return page(world, call, posts[-TIMELINE_REACH:], 5, 100, 10)


def quotes(world: World, caller: Caller, call: Call, id: str) -> Reply:
    """GET /2/tweets/:id/quote_tweets."""
    return page(world, call, [post for post in world.posts() if post.extra.get("quoted") == id], 10, 100, 10)


def search(world: World, caller: Caller, call: Call) -> Reply:
    """GET /2/tweets/search/recent — the last seven days."""
    query = call.params.get("query", "")
    if not query.strip():
        return errors.invalid("query", query, "The `query` query parameter can not be empty")
    if len(query) > 512:
        return errors.invalid("query", query, "query: size must be between 1 and 512")
    since = world.now() - SEARCH_REACH
    matches = matcher(world, query)
    found = [post for post in candidates(world, query) if post.at >= since and matches(post)]
    return page(world, call, found, 10, 100, 10)


def lookup(world: World, caller: Caller, call: Call) -> Reply:
    """GET /2/tweets?ids= — what exists in `data`, the rest in `errors`."""
    ids = [id for id in call.params.get("ids", "").split(",") if id]
    if not 1 <= len(ids) <= 100:
        return errors.invalid("ids", ",".join(ids), "size must be between 1 and 100")
    return _looked_up(world, call, ids, many=True)


def one(world: World, caller: Caller, call: Call, id: str) -> Reply:
    """GET /2/tweets/:id — a missing one is 200 with `errors` and no `data`."""
    return _looked_up(world, call, [id], many=False)


def _looked_up(world: World, call: Call, ids: list[str], *, many: bool) -> Reply:
    asked_fields = Wanted.of(call.params)
    found: list[Message] = []
    gone: list[Any] = []
    for id in dict.fromkeys(ids):
        post = world.message(id)
        if post is None or post.kind != "post" or post.deleted:
            gone.append(errors.missing(id, "ids" if many else "id"))
        else:
            found.append(post)
    includes, more = included(world, found, asked_fields, call.base)
    body: dict[str, Any] = {}
    data = [post_json(world, post, asked_fields.post, call.base) for post in found]
    if data:
        body["data"] = data if many else data[0]
    if includes:
        body["includes"] = includes
    if gone or more:
        body["errors"] = gone + more
    return Reply(200, body)


def page(world: World, call: Call, posts: list[Message], least: int, most: int, usual: int) -> Reply:
    """One page of posts (given oldest first), after since_id, until_id, start_time, end_time and the token."""
    params = call.params
    size = params.get("max_results", str(usual))
    if not size.isdigit() or not least <= int(size) <= most:
        return errors.invalid(
            "max_results", size, f"The `max_results` query parameter value [{size}] is not between {least} and {most}"
        )
    try:
        keep = _bounds(params)
    except ValueError:
        return errors.invalid("start_time", params.get("start_time", ""), "invalid time or id")
    token = params.get("pagination_token") or params.get("next_token")
    chosen = [post for post in reversed(posts) if keep(post)]
    start = 0
    if token:
        below = _read_token(token)
        if below is None:
            return errors.invalid(
                "pagination_token", token, "The `pagination_token` query parameter value is not valid"
            )
        start = next((index for index, post in enumerate(chosen) if int(post.id) < below), len(chosen))
    return _page_body(world, call, chosen, start, int(size))


def _page_body(world: World, call: Call, chosen: list[Message], start: int, size: int) -> Reply:
    shown = chosen[start : start + size]
    meta: dict[str, Any] = {"result_count": len(shown)}
    if not shown:
        return Reply(200, {"meta": meta})
    meta |= {"newest_id": shown[0].id, "oldest_id": shown[-1].id}
    if start + size < len(chosen):
        meta["next_token"] = make_token(int(shown[-1].id))
    if start:
        meta["previous_token"] = make_token(int(chosen[max(start - size, 0)].id) + 1)
    asked_fields = Wanted.of(call.params)
    includes, gone = included(world, shown, asked_fields, call.base)
    body: dict[str, Any] = {"data": [post_json(world, post, asked_fields.post, call.base) for post in shown]}
    if includes:
        body["includes"] = includes
    if gone:
        body["errors"] = gone
    return Reply(200, body | {"meta": meta})


def _bounds(params: dict[str, str]) -> Callable[[Message], bool]:
    since, until = int(params.get("since_id") or 0), int(params.get("until_id") or 2**63)
    start: datetime | None = parse_moment(params["start_time"]) if params.get("start_time") else None
    end: datetime | None = parse_moment(params["end_time"]) if params.get("end_time") else None

    def keep(post: Message) -> bool:
        return since < int(post.id) < until and (start is None or post.at >= start) and (end is None or post.at < end)

    return keep


def make_token(below: int) -> str:
    """An opaque token for "ids below this"."""
    return "7140" + base64.b32encode(str(below).encode()).decode().rstrip("=").lower()


def _read_token(token: str) -> int | None:
    text = token.removeprefix("7140").upper()
    try:
        return int(base64.b32decode(text + "=" * (-len(text) % 8)).decode())
    except ValueError:
        return None
