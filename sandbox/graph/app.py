"""Graph's front door: version, token, which node and edge, and the headers on every answer."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from sandbox import registry
from sandbox.faults import Fault
from sandbox.graph import assets, auth, errors
from sandbox.graph.context import Context
from sandbox.graph.edges import Edges
from sandbox.graph.errors import GraphError
from sandbox.graph.login import Login
from sandbox.ids import opaque
from sandbox.model import Account
from sandbox.push import Push
from sandbox.web import Call, Reply
from sandbox.world import World

OLDEST, NEWEST = 21, 26
CALLS_PER_HOUR = 20_000
_VERSION = re.compile(r"^/v(\d+)\.(\d+)(?=/|$)")
_BUC = {"facebook": "pages", "instagram": "instagram", "whatsapp": "whatsapp"}


class Graph:
    """The API over a world."""

    def __init__(self, world: World, push: Push) -> None:
        self.world = world
        self.edges = Edges(world, push)
        self.login = Login(world)
        self._calls: dict[tuple[str, int], int] = defaultdict(int)

    def handle(self, call: Call) -> Reply:
        """Answer one request."""
        version, path = self._versioned(call.path)
        account: Account | None = None
        try:
            if path == "oauth/access_token":
                reply = Reply(200, self._app_token(call))
            else:
                token = auth.token_of(call)
                holder = auth.holder_of(self.world, token)
                auth.check_proof(self.world, call, token)
                context = Context(self.world, call, token, None, version, path)
                reach = assets.answer(context, holder) if holder else None
                if reach is None:
                    context.account = account = (
                        assets.account_in(context, holder) if holder else auth.account_of(self.world, token)
                    )
                reply = self._answer(context) if reach is None else Reply(200, reach)
        except GraphError as error:
            reply = error.reply()
        reply.headers = self._headers(version, account) | reply.headers
        return reply

    def _versioned(self, path: str) -> tuple[str, str]:
        """The version that answers (dead ones are upgraded to the oldest alive), and the path without it."""
        match = _VERSION.match(path)
        number = min(max(int(match[1]), OLDEST), NEWEST) if match else OLDEST
        return f"v{number}.0", path[match.end() if match else 0 :].strip("/")

    def _answer(self, context: Context) -> Reply:
        if not context.path and context.call.method == "POST" and "batch" in context.call.body:
            return Reply(200, self._batch(context))
        if not context.path:
            raise GraphError(2500, "Cannot query objects by multiple ids: the ids parameter was removed")
        if context.path.endswith("/subscriptions"):  # waits for the other side: not under the lock
            return Reply(200, self.edges.answer(context))
        with self.world.lock:
            return Reply(200, self.edges.answer(context))

    def _batch(self, context: Context) -> list[dict[str, Any]]:
        """Several calls in one; each answers with code and body as text."""
        answers = []
        for part in context.nested("batch"):
            address, _, query = str(part["relative_url"]).partition("?")
            call = replace(
                context.call,
                method=str(part.get("method", "GET")),
                url=context.base + "/" + address,
                path="/" + address,
                query=[*parse_qsl(query), ("access_token", context.token)],
                body=dict(parse_qsl(str(part.get("body", "")))),
            )
            reply = self.handle(call)
            answers.append({"code": reply.status, "headers": [], "body": json.dumps(reply.body)})
        return answers

    def _app_token(self, call: Call) -> dict[str, Any]:
        params = call.params | {key: str(value) for key, value in call.body.items()}
        if (params.get("client_id"), params.get("client_secret")) != (registry.META_APP_ID, registry.META_APP_SECRET):
            raise errors.GraphError(101, "Error validating application. Cannot get application info.")
        if params.get("code") or params.get("grant_type") == "fb_exchange_token":
            return self.login.access_token(params)
        return {"access_token": auth.APP_TOKEN, "token_type": "bearer"}

    def _headers(self, version: str, account: Account | None) -> dict[str, str]:
        headers = {"facebook-api-version": version, "x-fb-trace-id": opaque("C", 8), "x-fb-rev": "1030000000"}
        used = self._used(account.id if account else "app")
        usage = {"call_count": used, "total_cputime": used // 2, "total_time": used // 2}
        if account is None:
            return headers | {"x-app-usage": json.dumps(usage)}
        owner = account.credentials.get("waba_id", account.id)
        row = {"type": _BUC[account.platform], **usage, "estimated_time_to_regain_access": 0}
        return headers | {"x-app-usage": json.dumps(usage), "x-business-use-case-usage": json.dumps({owner: [row]})}

    def _used(self, owner: str) -> int:
        hour = int(self.world.now().timestamp()) // 3600
        self._calls[owner, hour] += 1
        limit = int(self.world.settings.get("graph_calls_per_hour", CALLS_PER_HOUR))
        return min(self._calls[owner, hour] * 100 // limit, 100)

    # -- faults ------------------------------------------------------------------------------------------------------
    def platform_of(self, call: Call) -> str:
        """facebook, instagram or whatsapp, by what the path or the recipient names; facebook when in doubt."""
        _version, path = self._versioned(call.path)
        first = path.split("/")[0]
        for platform in ("facebook", "instagram", "whatsapp"):
            account = self.world.account(platform, first) if first else None
            if account and account.id == first:
                recipient = call.body.get("recipient")
                return "instagram" if platform == "facebook" and self._writes_instagram(recipient) else platform
        message, chat = self.world.message(first), self.world.chat(first)
        if message or chat:
            return (message or chat).platform  # type: ignore[union-attr]
        if self._writes_instagram(call.body.get("recipient")) or call.params.get("platform") == "instagram":
            return "instagram"
        token = auth.find(self.world, auth.token_of(call))
        return token.platform if token else "facebook"

    def _writes_instagram(self, recipient: Any) -> bool:
        if isinstance(recipient, str):
            try:
                recipient = json.loads(recipient)
            except ValueError:
                return False
        if not isinstance(recipient, dict):
            return False
        comment = self.world.message(str(recipient.get("comment_id") or ""))
        return (
            comment.platform == "instagram" if comment else bool(self.world.user("instagram", str(recipient.get("id"))))
        )

    def broken(self, fault: Fault, call: Call) -> Reply | None:
        """The wrong answer of a fault, or None when the call only fails later."""
        if fault.name in ("wa_window", "wa_undeliverable"):
            call.async_failure = 131047 if fault.name == "wa_window" else 131026
            return None
        version, _path = self._versioned(call.path)
        account = auth.find(self.world, auth.token_of(call))
        headers = self._headers(version, account)
        if fault.name == "server_error_html":
            return Reply(502, errors.HTML, headers, "text/html; charset=utf-8")
        reply = _fault_error(fault.name, self.platform_of(call)).reply()
        if fault.name.startswith("throttled"):
            headers |= _throttled_headers(fault, account)
        reply.headers = headers
        return reply


def _fault_error(name: str, platform: str) -> GraphError:
    match name:
        case "token_expired":
            return errors.token_error(463, errors.EXPIRED)
        case "token_invalid":
            return errors.token_error(467, errors.INVALIDATED)
        case "window_closed":
            return errors.window_closed(platform)
        case "throttled_app":
            return GraphError(4, "(#4) Application request limit reached", is_transient=True)
        case "throttled_613":
            return GraphError(613, "(#613) Calls to this api have exceeded the rate limit.", is_transient=True)
        case "wa_window_sync":
            return errors.window_closed("whatsapp")
        case "wa_pair_rate":
            return errors.whatsapp(131056)
        case "wa_rate":
            return errors.whatsapp(130429)
        case "blocked_368":
            return GraphError(368, "(#368) The action attempted has been deemed abusive or is otherwise disallowed")
    code = int(name.rsplit("_", 1)[-1])
    subject = {80001: "Page", 80002: "Instagram account", 80006: "Messenger", 80007: "WhatsApp Business Account"}[code]
    return GraphError(code, f"(#{code}) There have been too many calls to this {subject}. Wait a bit and try again.")


def _throttled_headers(fault: Fault, account: Account | None) -> dict[str, str]:
    kind = {"80001": "pages", "80002": "instagram", "80006": "messenger", "80007": "whatsapp"}.get(fault.name[-5:])
    if fault.name == "throttled_613":
        return {}
    owner = account.credentials.get("waba_id", account.id) if account else registry.META_APP_ID
    kind = kind or (_BUC[account.platform] if account else "pages")
    minutes = max(int(fault.seconds // 60), 1) if fault.seconds else 5
    row = {"type": kind, "call_count": 100, "total_cputime": 40, "total_time": 60}
    row["estimated_time_to_regain_access"] = minutes
    return {"x-business-use-case-usage": json.dumps({owner: [row]})}
