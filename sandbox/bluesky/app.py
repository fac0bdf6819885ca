"""The front door of a Bluesky server: whose call it is, what the password opens, how many calls are left."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.addressing import bluesky_user
from sandbox.bluesky import errors
from sandbox.bluesky.auth import PLAIN, Authority
from sandbox.bluesky.objects import (
    convo_json,
    message_json,
    moment,
    post_json,
    profile_json,
    uri_of,
)
from sandbox.bluesky.repo import Repo
from sandbox.faults import Fault
from sandbox.model import Account, Message, User, WorldError
from sandbox.store import chat_id
from sandbox.web import Call, Reply
from sandbox.world import World

Endpoint = Callable[[Request], Awaitable[Response]]
Handler = Callable[[Account, Call], Reply]
CHAT = "did:web:api.bsky.chat#bsky_chat"
WINDOW, LIMIT = 300, 3000


class Bluesky:
    """XRPC over a world. Brands and people are all at home on this server."""

    def __init__(self, world: World) -> None:
        self.world, self.authority, self.repo = world, Authority(world), Repo(world)
        self.used: dict[tuple[str, int], int] = {}
        self.methods: dict[tuple[str, str], Handler] = {
            ("GET", "com.atproto.server.getSession"): lambda caller, call: self.authority.show(caller, call.base),
            ("GET", "com.atproto.identity.resolveHandle"): self.repo.resolve,
            ("GET", "com.atproto.repo.getRecord"): self.repo.get,
            ("POST", "com.atproto.repo.putRecord"): self.repo.put,
            ("POST", "com.atproto.repo.deleteRecord"): self.repo.delete,
            ("POST", "com.atproto.repo.uploadBlob"): self.repo.upload,
            ("GET", "app.bsky.actor.getProfile"): self.profile,
            ("GET", "app.bsky.feed.getPosts"): self.posts,
            ("GET", "app.bsky.feed.getPostThread"): self.thread,
            ("GET", "app.bsky.feed.getAuthorFeed"): self.feed,
            ("GET", "app.bsky.notification.listNotifications"): self.notifications,
            ("GET", "chat.bsky.convo.listConvos"): self.convos,
            ("GET", "chat.bsky.convo.getConvo"): self.convo,
            ("GET", "chat.bsky.convo.getConvoForMembers"): self.convo_for,
            ("GET", "chat.bsky.convo.getMessages"): self.messages,
            ("GET", "chat.bsky.convo.getLog"): self.log,
            ("POST", "chat.bsky.convo.sendMessage"): self.send,
        }

    def mounted(self, endpoint: Endpoint) -> list[Route]:
        """Where the methods stand."""
        return [Route("/xrpc/{method}", endpoint, methods=["GET", "POST"])]

    def clear(self) -> None:
        """Begin anew."""
        self.used.clear()
        self.repo.blobs.clear()

    def handle(self, call: Call) -> Reply:
        """Answer one call."""
        method = call.path.removeprefix("/xrpc/")
        with self.world.lock:
            if (call.method, method) == ("POST", "com.atproto.server.createSession"):
                return self.authority.create(call)
            if (call.method, method) == ("POST", "com.atproto.server.refreshSession"):
                return self.authority.refresh(call)
            handler = self.methods.get((call.method, method))
            if handler is None:
                return errors.error("MethodNotImplemented", "Method Not Implemented", 501)
            found = self.authority.caller(call)
            if isinstance(found, Reply):
                return found
            caller, token = found
            allowed, headers = self._count(caller)
            if not allowed:
                reply = errors.too_many()
            elif method.startswith("chat.") and call.headers.get("atproto-proxy") != CHAT:
                reply = errors.error("XRPCNotSupported", "XRPCNotSupported", 404)
            elif method.startswith("chat.") and token.scopes == [PLAIN]:
                reply = errors.error("InvalidToken", "Bad token method")
            else:
                reply = handler(caller, call)
            return Reply(reply.status, reply.body, {**headers, **reply.headers}, reply.mime)

    def _count(self, caller: Account) -> tuple[bool, dict[str, str]]:
        most, now = int(self.world.settings.get("bluesky_calls", LIMIT)), self.world.now().timestamp()
        key = (caller.id, int(now // WINDOW))
        self.used[key] = self.used.get(key, 0) + 1
        return self.used[key] <= most, {
            "ratelimit-limit": str(most),
            "ratelimit-remaining": str(max(0, most - self.used[key])),
            "ratelimit-reset": str((key[1] + 1) * WINDOW),
            "ratelimit-policy": f"{most};w={WINDOW}",
        }

    def broken(self, fault: Fault, call: Call) -> Reply | None:
        """The wrong answer of a fault."""
        return {
            "bluesky_rate_limit": errors.too_many,
            "bluesky_expired": errors.expired,
            "bluesky_upstream": errors.upstream,
            "server_error_html": errors.gateway,
        }.get(fault.name, errors.upstream)()

    # -- people and posts --------------------------------------------------------------------------------------------
    def profile(self, caller: Account, call: Call) -> Reply:
        """GET app.bsky.actor.getProfile."""
        actor = call.params.get("actor", "")
        user = self.world.user("bluesky", actor) or bluesky_user(self.world, actor)
        if user is None:
            return errors.invalid("Profile not found")
        return Reply(200, profile_json(self.world, user, call.base, caller, whole=True))

    def posts(self, caller: Account, call: Call) -> Reply:
        """GET app.bsky.feed.getPosts: at most 25; of who blocks the reader none."""
        uris = [value for name, value in call.query if name == "uris"]
        if not uris or len(uris) > 25:
            return errors.invalid("uris must not have more than 25 elements")
        found = [
            message for uri in uris if (message := self.repo.message(uri)) and not self._is_closed(caller, message)
        ]
        return Reply(200, {"posts": [post_json(self.world, message, call.base, caller) for message in found]})

    def _is_closed(self, caller: Account, message: Message) -> bool:
        author = self.world.user("bluesky", message.sender)
        return author is not None and caller.id in author.profile.get("blocks", [])

    def thread(self, caller: Account, call: Call) -> Reply:
        """GET app.bsky.feed.getPostThread, the posts above alone."""
        message = self.repo.message(call.params.get("uri", ""))
        if message is None:
            return errors.error("NotFound", f"Post not found: {call.params.get('uri')}")
        return Reply(200, {"thread": self._node(caller, call, message, int(call.params.get("parentHeight", "80")))})

    def _node(self, caller: Account, call: Call, message: Message, height: int) -> dict[str, Any]:
        post = post_json(self.world, message, call.base, caller)
        node: dict[str, Any] = {"$type": "app.bsky.feed.defs#threadViewPost", "post": post, "replies": []}
        parent = self.world.message(message.parent) if message.parent and height else None
        if parent is not None and parent.deleted:
            kind = "app.bsky.feed.defs#notFoundPost"
            node["parent"] = {"$type": kind, "uri": uri_of(parent), "notFound": True}
        elif parent is not None:
            node["parent"] = self._node(caller, call, parent, height - 1)
        return node

    def feed(self, caller: Account, call: Call) -> Reply:
        """GET app.bsky.feed.getAuthorFeed."""
        rows = [one for one in self.world.by("bluesky", call.params.get("actor", "")) if one.kind == "post"]
        page, cursor = _cut(rows, call)
        feed = []
        for message in page:
            item: dict[str, Any] = {"post": post_json(self.world, message, call.base, caller)}
            parent, root = (self.world.message(id) if id else None for id in (message.parent, message.thread))
            if parent is not None and not parent.deleted:
                views = {"parent": parent, "root": root or parent}
                item["reply"] = {
                    name: {"$type": "app.bsky.feed.defs#postView", **post_json(self.world, one, call.base, caller)}
                    for name, one in views.items()
                }
            feed.append(item)
        return Reply(200, {"feed": feed, **cursor})

    def notifications(self, caller: Account, call: Call) -> Reply:
        """GET app.bsky.notification.listNotifications: newest first."""
        reasons = [value for name, value in call.query if name == "reasons"]
        blocked = self.world.blocked_by(caller)
        rows = [one for one in self.world.mentioning(caller.id) if one.sender not in (caller.id, *blocked)]
        told = [(one, self._reason(caller, one)) for one in rows]
        page, cursor = _cut([one for one, reason in told if not reasons or reason in reasons], call)
        shown = []
        for message in page:
            view = post_json(self.world, message, call.base, caller)
            author = profile_json(self.world, self._user(message.sender), call.base, caller)
            known = {key: view[key] for key in ("uri", "cid", "record", "indexedAt", "labels")}
            shown.append({**known, "author": author, "reason": self._reason(caller, message), "isRead": False})
        return Reply(200, {"notifications": shown, "seenAt": moment(self.world.now()), **cursor})

    def _reason(self, caller: Account, message: Message) -> str:
        parent = self.world.message(message.parent) if message.parent else None
        return "reply" if parent is not None and parent.sender == caller.id else "mention"

    def _user(self, did: str) -> User:
        user = self.world.user("bluesky", did)
        if user is None:
            raise LookupError(did)
        return user

    # -- private messages --------------------------------------------------------------------------------------------
    def convos(self, caller: Account, call: Call) -> Reply:
        """GET chat.bsky.convo.listConvos."""
        chats = self.world.chats("bluesky", caller.id)
        start = int(call.params.get("cursor") or 0)
        size = min(int(call.params.get("limit", "50")), 100)
        shown = [convo_json(self.world, chat, call.base, caller) for chat in chats[start : start + size]]
        more = {"cursor": str(start + size)} if start + size < len(chats) else {}
        return Reply(200, {"convos": shown, **more})

    def convo(self, caller: Account, call: Call) -> Reply:
        """GET chat.bsky.convo.getConvo."""
        chat = self.world.chat(call.params.get("convoId", ""))
        if chat is None or chat.account != caller.id:
            return errors.invalid("Convo not found")
        return Reply(200, {"convo": convo_json(self.world, chat, call.base, caller)})

    def convo_for(self, caller: Account, call: Call) -> Reply:
        """GET chat.bsky.convo.getConvoForMembers: it is there from then on, empty or not."""
        members = [value for name, value in call.query if name == "members"]
        user = self.world.user("bluesky", members[0]) if len(members) == 1 else None
        if user is None:
            return errors.invalid("recipient does not exist")
        if not user.profile.get("receives_dm", True):
            return errors.invalid("recipient requires incoming messages to come from someone they follow")
        code = chat_id("bluesky", caller.id, user.id)
        known = self.world.chat(code)
        if known is not None:
            return Reply(200, {"convo": convo_json(self.world, known, call.base, caller)})
        people = [profile_json(self.world, one, call.base, caller) for one in (self._user(caller.id), user)]
        convo = {"id": code, "rev": "2222222222222", "members": people, "muted": False, "unreadCount": 0}
        return Reply(200, {"convo": convo})

    def messages(self, caller: Account, call: Call) -> Reply:
        """GET chat.bsky.convo.getMessages: newest first."""
        code = call.params.get("convoId", "")
        if self._other_of(caller, code) is None:
            return errors.invalid("Convo not found")
        chat = self.world.chat(code)
        said = [one for one in self.world.chat_messages(chat) if not one.deleted] if chat else []
        page, cursor = _cut(said, call)
        return Reply(200, {"messages": [message_json(self.world, one, caller) for one in page], **cursor})

    def _other_of(self, caller: Account, code: str) -> User | None:
        """Whom a conversation is with, whether anything was said in it or not."""
        people = self.world.people().values()
        others = (user for users in people for user in users if user.platform == "bluesky")
        return next((one for one in others if chat_id("bluesky", caller.id, one.id) == code), None)

    def log(self, caller: Account, call: Call) -> Reply:
        """GET chat.bsky.convo.getLog: what happened after a place, oldest first."""
        after = call.params.get("cursor", "")
        said = [one for chat in self.world.chats("bluesky", caller.id) for one in self.world.chat_messages(chat)]
        new = sorted((one for one in said if one.id > after), key=lambda one: one.id)[:100]
        logs = [
            {
                "$type": "chat.bsky.convo.defs#logCreateMessage", "rev": one.id, "convoId": one.thread,
                "message": message_json(self.world, one, caller),
            }
            for one in new
        ]  # fmt: skip
        return Reply(200, {"logs": logs, "cursor": new[-1].id if new else after})

    def send(self, caller: Account, call: Call) -> Reply:
        """POST chat.bsky.convo.sendMessage."""
        code, message = str(call.body.get("convoId") or ""), call.body.get("message")
        text = str(message.get("text") or "") if isinstance(message, dict) else ""
        user = self._other_of(caller, code)
        if user is None or not text:
            return errors.invalid("Convo not found" if user is None else "Input/message/text must not be empty")
        if len(text) > 1000:
            return errors.invalid("Input/message/text must not be longer than 1000 graphemes")
        try:
            sent = self.world.say("bluesky", "dm", caller.id, text, to=user.id, via_api=True)
        except WorldError as refused:
            return errors.invalid(str(refused))
        return Reply(200, message_json(self.world, sent, caller))


def _cut(rows: Sequence[Message], call: Call) -> tuple[list[Message], dict[str, str]]:
    """One page, newest first, and where the next begins."""
    size = min(int(call.params.get("limit", "50")), 100)
    newest = sorted(rows, key=lambda one: (one.at, one.id), reverse=True)
    start = int(call.params.get("cursor") or 0)
    page = newest[start : start + size]
    return page, {"cursor": str(start + size)} if start + size < len(newest) else {}
