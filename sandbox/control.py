"""Control over HTTP for people and tests: say things as anybody, look at everything, break things, move the clock."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import registry
from sandbox.bluesky.app import Bluesky
from sandbox.clock import iso_z, parse_moment
from sandbox.faults import Faults
from sandbox.mail.app import Mail
from sandbox.mastodon.app import Mastodon
from sandbox.media import placeholder
from sandbox.model import Account, Media, Message, User, WorldError
from sandbox.push import Push, Refused
from sandbox.sites import Sites
from sandbox.world import World
from sandbox.x.app import X, developer_keys
from sandbox.youtube.app import YouTube

#: Keys of `POST /control/messages` that go into `Message.extra` as they are.
EXTRAS = (
    *("location", "contacts", "button", "interactive", "order", "system", "quoted", "where", "lang", "payload"),
    *("unsupported", "forwarded", "referral", "voice", "anonymous", "caption", "poll"),
    *("referred_product", "group_id", "lost", "product", "story", "moderation", "description", "comments_off"),
    *("visibility", "spoiler", "closed", "alt"),
)
Endpoint = Callable[[Request], Awaitable[Response]]


class Control:
    """The endpoints under /control."""

    def __init__(
        self, world: World, push: Push, faults: Faults, x: X, sites: Sites, youtube: YouTube, mastodon: Mastodon,
        bluesky: Bluesky, mail: Mail,
    ) -> None:  # fmt: skip
        self.world, self.push, self.faults, self.x, self.sites = world, push, faults, x, sites
        self.youtube, self.mastodon, self.bluesky, self.mail = youtube, mastodon, bluesky, mail
        self.scenario: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]] | None = None

    def routes(self) -> list[Route]:
        """What to mount in the server."""
        table: list[tuple[str, str, Endpoint]] = [
            ("/control/health", "GET", self.health),
            ("/control/accounts", "POST", self.add_account),
            ("/control/accounts", "GET", self.accounts),
            ("/control/people", "GET", self.people),
            ("/control/people", "POST", self.add_person),
            ("/control/webhooks", "POST", self.add_webhook),
            ("/control/webhooks", "GET", self.webhooks),
            ("/control/webhooks", "DELETE", self.remove_webhook),
            ("/control/push", "POST", self.push_raw),
            ("/control/messages", "POST", self.say),
            ("/control/messages", "GET", self.messages),
            ("/control/messages/{id}", "PATCH", self.edit),
            ("/control/messages/{id}", "DELETE", self.remove),
            ("/control/reactions", "POST", self.react),
            ("/control/faults", "POST", self.add_fault),
            ("/control/faults", "GET", self.list_faults),
            ("/control/faults", "DELETE", self.clear_faults),
            ("/control/faults/{id}", "DELETE", self.clear_faults),
            ("/control/clock", "POST", self.set_clock),
            ("/control/clock", "GET", self.clock),
            ("/control/settings", "POST", self.set_settings),
            ("/control/settings", "GET", self.settings),
            ("/control/revoke", "POST", self.revoke),
            ("/control/grant", "POST", self.grant),
            ("/control/oauth2", "POST", self.oauth2),
            ("/control/apps", "GET", self.apps),
            ("/control/reset", "POST", self.reset),
            ("/control/scenario", "POST", self.run_scenario),
        ]
        return [Route(path, _guarded(endpoint), methods=[method]) for path, method, endpoint in table]

    # -- accounts, people, webhooks ----------------------------------------------------------------------------------
    async def health(self, request: Request) -> Response:
        """GET /control/health."""
        return JSONResponse({"ok": True})

    async def add_account(self, request: Request) -> Response:
        """POST /control/accounts."""
        body = await _body(request)
        keys = {key: str(body[key]) for key in ("username", "id", "page_id", "app") if body.get(key)}
        account = self.world.add_account(
            str(body.get("platform")), str(body.get("name") or body.get("username")), **keys
        )
        return JSONResponse(account_json(account, _origin(request)))

    async def accounts(self, request: Request) -> Response:
        """GET /control/accounts."""
        return JSONResponse(
            {"accounts": [account_json(account, _origin(request)) for account in self.world.accounts()]}
        )

    async def people(self, request: Request) -> Response:
        """GET /control/people."""
        people = [{"person": key, "users": [user_json(u) for u in users]} for key, users in self.world.people().items()]
        return JSONResponse({"people": people})

    async def add_person(self, request: Request) -> Response:
        """POST /control/people {"platform", "id"?, "username"?, "name"?, "person"?, "profile"?}."""
        body = await _body(request)
        return JSONResponse(user_json(self._user(str(body.get("platform")), body, profile=body.get("profile"))))

    async def add_webhook(self, request: Request) -> Response:
        """POST /control/webhooks: performs the handshake, 400 with the reason when it fails.

        `product` is meta or x; x:<app> for another X app than the usual.
        """
        body = await _body(request)
        arguments = [str(body.get(key) or "") for key in ("product", "url", "verify_token")]
        hook = await run_in_threadpool(self.push.register, *arguments)
        return JSONResponse({"product": hook.product, "url": hook.url})

    async def webhooks(self, request: Request) -> Response:
        """GET /control/webhooks: where events go, and what is still on its way."""
        waiting = [
            {
                "id": d.id,
                "product": d.product,
                "account": d.account,
                "kind": d.kind,
                "attempts": d.attempts,
                "due": iso_z(d.due),
            }
            for d in self.push.pending()
        ]
        hooks = [{"product": hook.product, "url": hook.url} for hook in self.push.hooks.values()]
        dropped = [a.id for a in self.world.accounts() if a.subscribed == []]
        return JSONResponse({"webhooks": hooks, "pending": waiting, "unsubscribed": dropped})

    async def remove_webhook(self, request: Request) -> Response:
        """DELETE /control/webhooks {"product"}."""
        body = await _body(request)
        self.push.unregister(str(body.get("product") or request.query_params.get("product")))
        return JSONResponse({"ok": True})

    async def push_raw(self, request: Request) -> Response:
        """POST /control/push {"product", "body"}: sign and deliver any body, also one no platform would send."""
        body = await _body(request)
        self.push.send(str(body["product"]), "any", str(body.get("account", "raw")), "feed", dict(body["body"]))
        return JSONResponse({"ok": True})

    # -- messages ----------------------------------------------------------------------------------------------------
    async def say(self, request: Request) -> Response:
        """POST /control/messages."""
        body = await _body(request)
        platform, kind = str(body.get("platform")), str(body.get("kind"))
        ref = str(body["ref"]) if body.get("ref") else None
        with self.world.lock:
            known = self.world.by_ref(platform, ref) if ref else None
            if known is not None:
                return JSONResponse({"id": known.id, "duplicate": True})
            sender = self._user(platform, dict(body.get("from") or {}))
            message = self.world.say(
                platform,
                kind,
                sender.id,
                str(body.get("text") or ""),
                to=str(body["to"]) if body.get("to") else None,
                in_reply_to=str(body["in_reply_to"]) if body.get("in_reply_to") else None,
                media=[self._media(dict(item)) for item in body.get("media") or []],
                at=parse_moment(body["at"]) if body.get("at") else None,
                ref=ref,
                extra={key: body[key] for key in EXTRAS if key in body},
            )
        return JSONResponse({"id": message.id, "duplicate": False})

    async def messages(self, request: Request) -> Response:
        """GET /control/messages?platform=&account=&ref=&since=."""
        query = request.query_params
        account = query.get("account")
        if account and query.get("platform"):
            found = self.world.account(query["platform"], account)
            account = found.id if found else account
        since = parse_moment(query["since"].replace(" ", "+")) if query.get("since") else None
        rows = self.world.messages(query.get("platform") or None, account or None, query.get("ref") or None, since)
        return JSONResponse({"messages": [message_json(self.world, row) for row in rows]})

    async def edit(self, request: Request) -> Response:
        """PATCH /control/messages/{id} {"text"} or {"moderation"}: X answers with the new post's id."""
        body, id = await _body(request), request.path_params["id"]
        if body.get("moderation"):
            return JSONResponse(message_json(self.world, self.world.moderate(id, str(body["moderation"]))))
        message = self.world.edit(id, str(body.get("text") or ""))
        return JSONResponse(message_json(self.world, message))

    async def remove(self, request: Request) -> Response:
        """DELETE /control/messages/{id}."""
        return JSONResponse(message_json(self.world, self.world.remove(request.path_params["id"])))

    async def react(self, request: Request) -> Response:
        """POST /control/reactions {"platform", "message_id", "from", "emoji"|null}: public things are liked."""
        body = await _body(request)
        user = self._user(str(body.get("platform")), dict(body.get("from") or {}))
        id, emoji = str(body.get("message_id")), body.get("emoji")
        message = self.world.message(id)
        if message is not None and message.to is None:
            message = self.world.like(id, user.id, emoji is not None)
        else:
            message = self.world.react(id, user.id, str(emoji) if emoji else None)
        return JSONResponse(message_json(self.world, message))

    def _user(self, platform: str, who: dict[str, Any], profile: dict[str, Any] | None = None) -> User:
        id, username = str(who.get("id") or ""), str(who.get("username") or "")
        for key in (id, username):
            brand = self.world.account(platform, key) if key else None
            if brand and (user := self.world.user(platform, brand.id)):
                return user
        names = {key: str(who[key]) for key in ("name", "person", "phone") if who.get(key)}
        return self.world.add_user(platform, id=id, username=username, profile=profile or who.get("profile"), **names)

    def _media(self, item: dict[str, Any]) -> Media:
        kind = str(item.get("type") or "image")
        if item.get("base64"):
            content = base64.b64decode(str(item["base64"]))
            mime = str(item.get("mime") or placeholder(kind)[1])
        elif item.get("url"):
            content, mime = b"", str(item.get("mime") or placeholder(kind)[1])
        else:
            content, mime = placeholder(kind)
        return self.world.add_media(content, mime, str(item.get("filename") or ""), kind, item.get("url"))

    # -- trouble and time --------------------------------------------------------------------------------------------
    async def add_fault(self, request: Request) -> Response:
        """POST /control/faults {"fault", "endpoint"?, "mode"?, "n"?, "platform"?, "seconds"?}."""
        body = await _body(request)
        rest = {key: body[key] for key in ("platform", "seconds") if body.get(key)}
        fault = self.faults.add(
            str(body.get("fault")),
            str(body.get("endpoint") or "*"),
            str(body.get("mode") or "next"),
            int(body.get("n") or 1),
            **rest,
        )
        return JSONResponse({"id": fault.id})

    async def list_faults(self, request: Request) -> Response:
        """GET /control/faults, with how often each was hit."""
        return JSONResponse({"faults": [fault.public() for fault in self.faults.active]})

    async def clear_faults(self, request: Request) -> Response:
        """DELETE /control/faults[/{id}]."""
        self.faults.clear(request.path_params.get("id"))
        return JSONResponse({"ok": True})

    async def set_clock(self, request: Request) -> Response:
        """POST /control/clock {"now": ISO|null, "advance_seconds"?}."""
        body = await _body(request)
        moment = parse_moment(body["now"]) if body.get("now") else None
        now = self.world.set_clock(moment, float(body.get("advance_seconds") or 0))
        return JSONResponse({"now": iso_z(now)})

    async def clock(self, request: Request) -> Response:
        """GET /control/clock."""
        return JSONResponse({"now": iso_z(self.world.now())})

    async def set_settings(self, request: Request) -> Response:
        """POST /control/settings: limits, summon_rule, delivered_after, read_after, appsecret_proof."""
        self.world.set_settings(await _body(request))
        self.x.limits.factor = float(self.world.settings.get("limits", 1))
        return JSONResponse(self.world.settings)

    async def settings(self, request: Request) -> Response:
        """GET /control/settings."""
        return JSONResponse(self.world.settings)

    async def revoke(self, request: Request) -> Response:
        """POST /control/revoke {"platform", "account", "revoked": bool}: its token stops (or starts again) working."""
        body = await _body(request)
        account = self.world.account(str(body.get("platform")), str(body.get("account") or ""))
        if account is None:
            raise WorldError("no such account")
        self.world.revoke(account, bool(body.get("revoked", True)))
        return JSONResponse({"ok": True})

    async def grant(self, request: Request) -> Response:
        """POST /control/grant {"platform", "account", "scopes"?, "expires_at"?, "tasks"?, "no_chat"?}."""
        body = await _body(request)
        account = self.world.account(str(body.get("platform")), str(body.get("account") or ""))
        if account is None:
            raise WorldError("no such account")
        self.world.grant(account, [str(scope) for scope in body.get("scopes") or ()], int(body.get("expires_at") or 0))
        if body.get("tasks"):
            account.extra["tasks"] = [str(task) for task in body["tasks"]]
        account.extra["no_chat"] = bool(body.get("no_chat"))
        self.world.save(account)
        return JSONResponse({"ok": True})

    async def oauth2(self, request: Request) -> Response:
        """POST /control/oauth2 {"account"}: an OAuth 2 client with a fresh token pair for an X account."""
        account = self.world.account("x", str((await _body(request)).get("account") or ""))
        if account is None:
            raise WorldError("no such account")
        return JSONResponse(developer_keys(self.x.authority, account))

    async def apps(self, request: Request) -> Response:
        """GET /control/apps: what the platforms' developer portals show of our apps."""
        x = {"client_id": registry.X_CLIENT_ID, "client_secret": registry.X_CLIENT_SECRET}
        x |= {"consumer_key": registry.X_CONSUMER_KEY, "consumer_secret": registry.X_CONSUMER_SECRET}
        meta = {"app_id": registry.META_APP_ID, "app_secret": registry.META_APP_SECRET}
        google = {"client_id": registry.GOOGLE_CLIENT_ID, "client_secret": registry.GOOGLE_CLIENT_SECRET}
        microsoft = {"client_id": registry.MICROSOFT_CLIENT_ID, "client_secret": registry.MICROSOFT_CLIENT_SECRET}
        microsoft["tenant"] = registry.MICROSOFT_TENANT
        return JSONResponse({"x": x, "meta": meta, "google": google, "microsoft": microsoft})

    async def reset(self, request: Request) -> Response:
        """POST /control/reset {"keep_accounts"?}."""
        if self.scenario is not None:
            await self.scenario({"action": "stop"})
        self.faults.clear()
        self.world.clear(keep_accounts=bool((await _body(request)).get("keep_accounts")))
        self.sites.clear()
        self.mail.clear()
        self.x.limits.clear()
        self.youtube.quota.clear()
        self.mastodon.clear()
        self.bluesky.clear()
        self.x.limits.factor = 1.0
        return JSONResponse({"ok": True})

    async def run_scenario(self, request: Request) -> Response:
        """POST /control/scenario {"action", "pace"?}."""
        if self.scenario is None:
            raise WorldError("this sandbox has no scenario")
        return JSONResponse(await self.scenario(await _body(request)))


def _guarded(endpoint: Endpoint) -> Endpoint:
    """Answer 400 with the reason instead of a traceback."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except (WorldError, Refused, ValueError, KeyError, TypeError) as error:
            return JSONResponse({"error": str(error)}, 400)
        except asyncio.CancelledError:
            raise

    return answer


async def _body(request: Request) -> dict[str, Any]:
    raw = await request.body()
    body = orjson.loads(raw) if raw else {}
    if not isinstance(body, dict):
        raise ValueError("the body must be a JSON object")
    return body


def _origin(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def account_json(account: Account, origin: str) -> dict[str, Any]:
    """An account with its credentials. Where they name a server, it is the sandbox: `origin`."""
    keys = ("platform", "id", "name", "username", "credentials", "subscribed")
    shown = {key: value for key, value in asdict(account).items() if key in keys} | account.extra
    server = {"mastodon": "instance", "bluesky": "server"}.get(account.platform)
    if server:
        shown["credentials"] = {server: origin, **account.credentials}
    return shown


def user_json(user: User) -> dict[str, Any]:
    """Somebody on a platform."""
    return asdict(user)


def message_json(world: World, message: Message) -> dict[str, Any]:
    """One message as `GET /control/messages` shows it."""
    sender = world.user(message.platform, message.sender)
    row = asdict(message)
    row["from"] = {"id": message.sender, "username": sender.username, "name": sender.name} if sender else None
    row["in_reply_to"] = row.pop("parent")
    row["at"] = iso_z(message.at)
    for key in ("sender", "superseded"):
        row.pop(key)
    return row
