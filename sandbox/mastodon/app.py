"""The front door of a Mastodon server: whose call it is, what the token allows, how many calls are left."""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.addressing import MASTODON_DOMAIN
from sandbox.faults import Fault
from sandbox.file_kinds import mime_of
from sandbox.mastodon import errors
from sandbox.mastodon.limits import CALLS, DELETIONS, UPLOADS, Limits
from sandbox.mastodon.login import Login
from sandbox.mastodon.objects import account_json, medium_json, notification_id, status_json
from sandbox.mastodon.statuses import Statuses
from sandbox.model import Account, Message, User
from sandbox.web import Call, Reply
from sandbox.world import World

Handler = Callable[..., Reply]
Endpoint = Callable[[Request], Awaitable[Response]]
_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4", "video/webm", "video/quicktime")


class Mastodon:
    """The API over a world. Every brand's account is at home on this server; people may be elsewhere."""

    def __init__(self, world: World) -> None:
        self.world, self.limits, self.statuses = world, Limits(world), Statuses(world)
        self.login = Login(world)
        one = r"(?P<id>[\w-]+)"
        posts = self.statuses
        table: Sequence[tuple[str, str, str, Handler]] = (
            ("GET", "/api/v2/instance", "", self.instance),
            ("POST", "/api/v1/apps", "", lambda caller, call: self.login.register(call)),
            ("GET", "/api/v1/apps/verify_credentials", "", self.app),
            ("GET", "/api/v1/accounts/verify_credentials", "read:accounts", self.own),
            ("GET", "/api/v1/accounts/lookup", "read:accounts", self.look_up),
            ("GET", f"/api/v1/accounts/{one}/statuses", "read:statuses", self.statuses_of),
            ("POST", f"/api/v1/accounts/{one}/block", "write:blocks", self.block),
            ("POST", f"/api/v1/accounts/{one}/unblock", "write:blocks", self.unblock),
            ("GET", "/api/v1/notifications", "read:notifications", self.notifications),
            ("POST", "/api/v2/media", "write:media", self.upload),
            ("GET", f"/api/v1/media/{one}", "write:media", self.medium),
            ("GET", "/api/v1/statuses", "read:statuses", posts.several),
            ("POST", "/api/v1/statuses", "write:statuses", posts.post),
            ("GET", f"/api/v1/statuses/{one}", "read:statuses", posts.show),
            ("DELETE", f"/api/v1/statuses/{one}", "write:statuses", posts.delete),
            ("GET", f"/api/v1/statuses/{one}/context", "read:statuses", posts.context),
            *self._switches(one, "favourite", "unfavourite", "write:favourites", posts.favour),
            *self._switches(one, "reblog", "unreblog", "write:statuses", posts.boost),
        )
        self.routes = [(method, re.compile(path), scope, handler) for method, path, scope, handler in table]

    def _switches(
        self, one: str, on: str, off: str, scope: str, do: Handler
    ) -> Sequence[tuple[str, str, str, Handler]]:
        def switch(turn: bool) -> Handler:
            return lambda caller, call, id: do(caller, call, id, turn)

        return (
            ("POST", f"/api/v1/statuses/{one}/{on}", scope, switch(True)),
            ("POST", f"/api/v1/statuses/{one}/{off}", scope, switch(False)),
        )

    def mounted(self, endpoint: Endpoint) -> list[Route]:
        """Where the API stands."""
        methods = ["GET", "POST", "PUT", "DELETE", "PATCH"]
        return [Route(f"/api/{version}/{{path:path}}", endpoint, methods=methods) for version in ("v1", "v2")]

    def clear(self) -> None:
        """Begin anew: no call was counted, and no post made under a key."""
        self.limits.clear()
        self.statuses.keys.clear()

    def handle(self, call: Call) -> Reply:
        """Answer one request."""
        with self.world.lock:
            for method, pattern, scope, handler in self.routes:
                found = pattern.fullmatch(call.path.rstrip("/"))
                if found is None or method != call.method:
                    continue
                token = call.headers.get("authorization", "").removeprefix("Bearer ")
                caller = self._caller(token)
                if caller is None and scope:
                    return errors.unauthorized()
                if caller is not None and not _allows(self._scopes(caller, token), scope):
                    return errors.lacks_scope()
                allowed, headers = self._count(token, call)
                reply = handler(caller, call, **found.groupdict()) if allowed else errors.too_many()
                return Reply(reply.status, reply.body, {**headers, **reply.headers}, reply.mime)
            return errors.not_found()

    def _count(self, token: str, call: Call) -> tuple[bool, dict[str, str]]:
        allowed, headers = self.limits.count(token, CALLS)
        for limit, hit in ((UPLOADS, call.path.endswith("/media")), (DELETIONS, call.method == "DELETE")):
            if hit and allowed:
                allowed, headers = self.limits.count(token, limit)
        return allowed, headers

    def broken(self, fault: Fault, call: Call) -> Reply | None:
        """The wrong answer of a fault."""
        return {
            "mastodon_rate_limit": errors.too_many,
            "unauthorized": errors.unauthorized,
            "mastodon_unavailable": errors.unavailable,
            "server_error_html": errors.gateway,
        }.get(fault.name, errors.unavailable)()

    def _caller(self, token: str) -> Account | None:
        for account in self.world.accounts("mastodon"):
            if token and hmac.compare_digest(account.credentials["access_token"], token):
                return None if account.extra.get("revoked") else account
        given = self.world.token(token, "mastodon_access")
        return self.world.account("mastodon", given.account) if given else None

    def _scopes(self, account: Account, token: str) -> list[str]:
        """What a token allows: as somebody let it, or as it was made by hand."""
        given = self.world.token(token, "mastodon_access")
        return given.scopes if given else [str(scope) for scope in account.extra.get("scopes") or ["read", "write"]]

    # -- accounts ----------------------------------------------------------------------------------------------------
    def instance(self, caller: Account | None, call: Call) -> Reply:
        """GET /api/v2/instance."""
        limit = int(self.world.settings.get("mastodon_limit", 500))
        statuses = {"max_characters": limit, "max_media_attachments": 4, "characters_reserved_per_url": 23}
        body = {"domain": MASTODON_DOMAIN, "title": "Sociaal", "version": "4.5.2"}
        media = {"supported_mime_types": list(_TYPES), "image_size_limit": 16777216, "video_size_limit": 103809024}
        return Reply(200, body | {"configuration": {"statuses": statuses, "media_attachments": media}})

    def app(self, caller: Account | None, call: Call) -> Reply:
        """GET /api/v1/apps/verify_credentials."""
        if caller is None:
            return errors.unauthorized()
        token = call.headers.get("authorization", "").removeprefix("Bearer ")
        return Reply(200, {"id": "1", "name": "Webcare", "website": None, "scopes": self._scopes(caller, token)})

    def own(self, caller: Account, call: Call) -> Reply:
        """GET /api/v1/accounts/verify_credentials."""
        return Reply(200, account_json(self._user(caller.id), call.base) | {"source": {"privacy": "public"}})

    def look_up(self, caller: Account, call: Call) -> Reply:
        """GET /api/v1/accounts/lookup?acct=."""
        name = call.params.get("acct", "").lower().removesuffix(f"@{MASTODON_DOMAIN}")
        user = self.world.user("mastodon", name)
        if user is None or user.username.lower() != name:
            return errors.not_found()
        return Reply(200, account_json(user, call.base))

    def block(self, caller: Account, call: Call, id: str) -> Reply:
        """POST /api/v1/accounts/:id/block."""
        return self._block(caller, id, True)

    def unblock(self, caller: Account, call: Call, id: str) -> Reply:
        """POST /api/v1/accounts/:id/unblock."""
        return self._block(caller, id, False)

    def _block(self, caller: Account, id: str, blocked: bool) -> Reply:
        user = self.world.user("mastodon", id)
        if user is None:
            return errors.not_found()
        self.world.block(caller, user, blocked)
        return Reply(200, {"id": user.id, "blocking": blocked, "following": False})

    def _user(self, id: str) -> User:
        user = self.world.user("mastodon", id)
        if user is None:
            raise LookupError(id)
        return user

    # -- lists -------------------------------------------------------------------------------------------------------
    def statuses_of(self, caller: Account, call: Call, id: str) -> Reply:
        """GET /api/v1/accounts/:id/statuses: of one's own account private ones too."""
        found = [message for message in self.world.by("mastodon", id) if self.statuses.visible(caller, message.id)]
        page = _cut(found, call, lambda message: int(message.id), most=40)
        if isinstance(page, Reply):
            return page
        return _listed([status_json(self.world, message, call.base, caller) for message in page], call)

    def notifications(self, caller: Account, call: Call) -> Reply:
        """GET /api/v1/notifications. What a stranger says in private is filtered, as is usual since Mastodon 4.3."""
        types = [value for name, value in call.query if name == "types[]"]
        all_of_them = call.params.get("include_filtered", "") in ("1", "true")
        found = [message for message in self._to(caller) if all_of_them or not self._is_filtered(message)]
        if types and "mention" not in types:
            found = []
        page = _cut(found, call, lambda message: int(notification_id(message)), most=80)
        if isinstance(page, Reply):
            return page
        return _listed([self._notification(message, caller, call) for message in page], call)

    def _to(self, caller: Account) -> list[Message]:
        private = [
            message for chat in self.world.chats("mastodon", caller.id)
            for message in self.world.chat_messages(chat) if message.sender != caller.id and not message.deleted
        ]  # fmt: skip
        blocked = self.world.blocked_by(caller)
        found = [*self.world.mentioning(caller.id), *private]
        return [one for one in found if one.sender != caller.id and one.sender not in blocked]

    def _is_filtered(self, message: Message) -> bool:
        chat = self.world.chat(message.thread)
        if message.kind != "dm" or chat is None:
            return False
        return not any(one.by_brand and one.at < message.at for one in self.world.chat_messages(chat))

    def _notification(self, message: Message, caller: Account, call: Call) -> dict[str, Any]:
        shown = status_json(self.world, message, call.base, caller)
        return {
            "id": notification_id(message), "type": "mention", "created_at": shown["created_at"],
            "group_key": f"ungrouped-{notification_id(message)}", "account": shown["account"], "status": shown,
        }  # fmt: skip

    # -- files -------------------------------------------------------------------------------------------------------
    def upload(self, caller: Account, call: Call) -> Reply:
        """POST /api/v2/media: 202 while a film is worked on."""
        file = call.files.get("file")
        if file is None:
            return errors.invalid("Validation failed: File can't be blank")
        mime = mime_of(file.content, file.mime)
        if mime not in _TYPES:
            return errors.invalid("Validation failed: File content type is invalid, File is invalid")
        item = self.world.add_media(file.content, mime, file.filename)
        if call.body.get("description"):
            self.world.set_settings({f"mastodon_alt_{item.id}": str(call.body["description"])})
        shown = medium_json(self.world, item, call.base)
        return Reply(202, shown | {"url": None}) if item.type == "video" else Reply(200, shown)

    def medium(self, caller: Account, call: Call, id: str) -> Reply:
        """GET /api/v1/media/:id."""
        item = self.world.media(id)
        return Reply(200, medium_json(self.world, item, call.base)) if item else errors.not_found()


def _allows(scopes: Sequence[str], scope: str) -> bool:
    return not scope or bool({scope, scope.partition(":")[0]} & set(scopes))


def _cut(found: Sequence[Message], call: Call, number: Callable[[Message], int], most: int) -> list[Message] | Reply:
    """One page, newest first: below max_id, above since_id, or directly above min_id."""
    asked = call.params
    places = {name: asked[name] for name in ("max_id", "since_id", "min_id") if asked.get(name)}
    if any(not place.isdigit() for place in places.values()) or not asked.get("limit", "20").isdigit():
        return errors.invalid("Validation failed: that is no number")
    size = min(int(asked.get("limit", "20")), most)
    rows = sorted(found, key=number, reverse=True)
    if "max_id" in places:
        rows = [row for row in rows if number(row) < int(places["max_id"])]
    lowest = max(int(places.get("since_id", -1)), int(places.get("min_id", -1)))
    rows = [row for row in rows if number(row) > lowest]
    return rows[-size:] if "min_id" in places else rows[:size]


def _listed(items: list[dict[str, Any]], call: Call) -> Reply:
    if not items:
        return Reply(200, [])
    older, newer = items[-1]["id"], items[0]["id"]
    link = f'<{call.url}?max_id={older}>; rel="next", <{call.url}?min_id={newer}>; rel="prev"'
    return Reply(200, items, {"link": link})
