"""X's front door: which handler answers, whose limits count, and the headers on every answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sandbox import registry
from sandbox.faults import Fault
from sandbox.model import Account
from sandbox.web import Call, Reply
from sandbox.world import World
from sandbox.x import actions, asking, dms, errors, posts
from sandbox.x.auth import Authority, Caller
from sandbox.x.hooks import Hooks
from sandbox.x.limits import Limits
from sandbox.x.media import Uploads

Handler = Callable[..., Reply]


@dataclass
class Route:
    """One endpoint: its handler, and calls per 15 minutes for a user and for the app (None: not for the app)."""

    method: str
    template: str
    handler: Handler
    user: int
    app: int | None = None

    def __post_init__(self) -> None:
        pattern = re.sub(r"{\w+}", r"([^/]+)", self.template)
        self.pattern = re.compile(f"^{pattern}$")


class X:
    """The API over a world."""

    def __init__(self, world: World, hooks: Hooks) -> None:
        self.world = world
        self.authority = Authority(world)
        self.limits = Limits(world)
        uploads = Uploads(world)
        self.routes = [
            Route("GET", "/2/users/{id}/mentions", posts.mentions, 300, 450),
            Route("GET", "/2/users/{id}/tweets", posts.timeline, 900, 10_000),
            Route("GET", "/2/tweets/search/recent", posts.search, 300, 450),
            Route("GET", "/2/tweets/{id}/quote_tweets", posts.quotes, 75, 75),
            Route("GET", "/2/tweets", posts.lookup, 5000, 3500),
            Route("GET", "/2/tweets/{id}", posts.one, 900, 450),
            Route("POST", "/2/tweets", actions.create, 100),
            Route("DELETE", "/2/tweets/{id}", actions.delete, 50),
            Route("PUT", "/2/tweets/{id}/hidden", actions.hide, 50),
            Route("POST", "/2/users/{id}/likes", actions.like, 50),
            Route("DELETE", "/2/users/{id}/likes/{tweet}", actions.unlike, 50),
            Route("POST", "/2/users/{id}/dm/block", dms.block, 50),
            Route("POST", "/2/users/{id}/dm/unblock", dms.unblock, 50),
            Route("GET", "/2/users/me", actions.me, 75),
            Route("GET", "/2/users/by", actions.users_by_name, 900, 300),
            Route("GET", "/2/users/by/username/{name}", actions.user_by_name, 900, 300),
            Route("GET", "/2/users", actions.users_by_id, 900, 300),
            Route("GET", "/2/users/{id}", actions.user_by_id, 900, 300),
            Route("GET", "/2/dm_events", dms.events, 15),
            Route("GET", "/2/dm_conversations/with/{id}/dm_events", dms.events_with, 15),
            Route("GET", "/2/dm_conversations/{id}/dm_events", dms.events_of, 15),
            Route("POST", "/2/dm_conversations/with/{id}/messages", dms.send_to, 15),
            Route("POST", "/2/dm_conversations/{id}/messages", dms.send_in, 15),
            Route("DELETE", "/2/dm_events/{id}", dms.delete, 300),
            Route("POST", "/1.1/media/upload.json", uploads.legacy, 500),
            Route("GET", "/1.1/media/upload.json", uploads.legacy, 500),
            Route("POST", "/1.1/media/metadata/create.json", uploads.metadata, 500),
            Route("POST", "/2/media/metadata", uploads.describe, 500),
            Route("POST", "/2/media/upload", uploads.upload, 500),
            Route("GET", "/2/media/upload", uploads.status, 500),
            Route("POST", "/2/media/upload/initialize", uploads.initialize, 500),
            Route("POST", "/2/media/upload/{id}/append", uploads.append, 500),
            Route("POST", "/2/media/upload/{id}/finalize", uploads.finalize, 500),
            Route("POST", "/2/webhooks", hooks.register, 450, 450),
            Route("GET", "/2/webhooks", hooks.list, 450, 450),
            Route("PUT", "/2/webhooks/{id}", hooks.check, 450, 450),
            Route("DELETE", "/2/webhooks/{id}", hooks.delete, 450, 450),
            Route("POST", "/2/activity/subscriptions", hooks.subscribe, 500, 500),
            Route("GET", "/2/activity/subscriptions", hooks.subscriptions, 500, 500),
        ]

    def handle(self, call: Call) -> Reply:
        """Answer one request."""
        if (call.method, call.path) == ("POST", "/2/oauth2/token"):
            return self.authority.token(call)
        caller = self.authority.caller(call)
        if caller is None:
            return errors.unauthorized()
        route, arguments = self._route(call)
        if route is None:
            return errors.not_found(f"no such endpoint: {call.method} {call.path}")
        if call.path.startswith("/2/webhooks"):  # waits for the other side: not under the lock
            return self._limited(route, caller, call, arguments)
        with self.world.lock:
            return self._limited(route, caller, call, arguments)

    def _route(self, call: Call) -> tuple[Route | None, tuple[str, ...]]:
        for route in self.routes:
            match = route.pattern.match(call.path) if route.method == call.method else None
            if match:
                return route, match.groups()
        return None, ()

    def _limited(self, route: Route, caller: Caller, call: Call, arguments: tuple[str, ...]) -> Reply:
        limit = route.user if caller.account else route.app
        if limit is None:
            return errors.unsupported("Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.")
        allowed, headers = self.limits.count(caller.token, f"{route.method} {route.template}", limit)
        refused = asking.refusal(call.params) if route.method == "GET" else None
        reply = errors.rate_limited() if not allowed else refused or route.handler(self.world, caller, call, *arguments)
        reply.headers.update(headers)
        return reply

    def broken(self, fault: Fault, call: Call) -> Reply | None:
        """The wrong answer of a fault."""
        caller = self.authority.caller(call)
        route, _ = self._route(call)
        limit = (route.user if route else None) or 15
        reset = str(int(self.world.now().timestamp()) + int(fault.seconds or 900))
        spent = {"x-rate-limit-limit": str(limit), "x-rate-limit-remaining": "0", "x-rate-limit-reset": reset}
        if caller is None and fault.name != "server_error_html":
            return errors.unauthorized()
        match fault.name:
            case "rate_limit" | "rate_limit_legacy":
                reply = errors.rate_limited(legacy=fault.name.endswith("legacy"))
                reply.headers.update(spent)
            case "rate_limit_no_reset":
                reply = errors.rate_limited()
            case "forbidden_summon":
                reply = errors.forbidden(errors.SUMMON)
            case "duplicate_text":
                reply = errors.forbidden(errors.DUPLICATE)
            case "usage_capped":
                reply = errors.usage_capped()
            case "server_error_html":
                reply = errors.over_capacity()
            case _:
                reply = errors.unauthorized()
        return reply


def developer_keys(authority: Authority, account: Account) -> dict[str, str | int]:
    """An account's OAuth 2 client and a fresh token pair."""
    return {"client_id": registry.X_CLIENT_ID, "client_secret": registry.X_CLIENT_SECRET, **authority.grant(account)}
