"""Who is calling: OAuth 1.0a signatures checked against the URL received, OAuth 2 user tokens, or the app's bearer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, unquote

from sandbox import registry
from sandbox.ids import opaque
from sandbox.model import Account
from sandbox.web import Call, Reply
from sandbox.world import World

_PAIR = re.compile(r'(\w+)="([^"]*)"')
TOKEN_LIFE = timedelta(hours=2)


@dataclass
class Caller:
    """Whose limits and whose rights a request has."""

    token: str
    account: Account | None  # None: app-only

    @property
    def user_id(self) -> str:
        """The user on whose behalf the request is made, "" for the app."""
        return self.account.id if self.account else ""


@dataclass
class Grant:
    """An OAuth 2 user token."""

    account: str
    expires: datetime


class Authority:
    """Knows the keys handed out, and the OAuth 2 tokens made since."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.grants: dict[str, Grant] = {}
        self.refresh_tokens: dict[str, str] = {}  # token → account id; each works once

    def caller(self, call: Call) -> Caller | None:
        """The caller, or None when the credentials are missing or wrong."""
        header = call.headers.get("authorization", "")
        scheme, _, rest = header.partition(" ")
        if scheme == "Bearer":
            return self._bearer(rest.strip())
        if scheme == "OAuth":
            return self._signed(call, rest)
        return None

    def _bearer(self, token: str) -> Caller | None:
        if token in (registry.X_BEARER, quote(registry.X_BEARER)):
            return Caller("app", None)
        grant = self.grants.get(token)
        if grant is None or grant.expires <= self.world.now():
            return None
        account = self.world.account("x", grant.account)
        return Caller(token, account) if account and not account.extra.get("revoked") else None

    def _signed(self, call: Call, header: str) -> Caller | None:
        sent = {key: unquote(value) for key, value in _PAIR.findall(header)}
        account = next(
            (a for a in self.world.accounts("x") if a.credentials["access_token"] == sent.get("oauth_token")), None
        )
        if account is None or account.extra.get("revoked"):
            return None
        if sent.get("oauth_consumer_key") != account.credentials["consumer_key"]:
            return None
        pairs = [(key, value) for key, value in sent.items() if key not in ("oauth_signature", "realm")]
        pairs += [*call.query, *call.form_signed]
        keys = account.credentials
        made = signature(call.method, call.url, pairs, keys["consumer_secret"], keys["access_token_secret"])
        if not hmac.compare_digest(made, sent.get("oauth_signature", "")):
            return None
        return Caller(account.credentials["access_token"], account)

    def grant(self, account: Account) -> dict[str, str | int]:
        """A new OAuth 2 pair for an account."""
        access, refresh = opaque("", 60), opaque("", 60)
        self.grants[access] = Grant(account.id, self.world.now() + TOKEN_LIFE)
        self.refresh_tokens[refresh] = account.id
        return {
            "token_type": "bearer",
            "expires_in": int(TOKEN_LIFE.total_seconds()),
            "access_token": access,
            "refresh_token": refresh,
            "scope": "tweet.read users.read tweet.write tweet.moderate.write like.write dm.read dm.write "
            "offline.access",
        }

    def token(self, call: Call) -> Reply:
        """`POST /2/oauth2/token`: trade a refresh token for a new pair; the old one is used up."""
        form = dict(call.form_signed) or {key: str(value) for key, value in call.body.items()}
        basic = call.headers.get("authorization", "")
        if basic.startswith("Basic "):
            client, _, password = base64.b64decode(basic[6:]).decode().partition(":")
            if (client, password) != (registry.X_CLIENT_ID, registry.X_CLIENT_SECRET):
                return Reply(401, {"error": "invalid_client", "error_description": "Invalid client credentials."})
        elif form.get("client_id") != registry.X_CLIENT_ID:
            return Reply(
                401, {"error": "unauthorized_client", "error_description": "Missing valid authorization header"}
            )
        id = self.refresh_tokens.pop(form.get("refresh_token", ""), None)
        account = self.world.account("x", id) if id else None
        if form.get("grant_type") != "refresh_token" or account is None:
            return Reply(
                400, {"error": "invalid_request", "error_description": "Value passed for the token was invalid."}
            )
        return Reply(200, self.grant(account))


def signature(method: str, url: str, pairs: list[tuple[str, str]], consumer_secret: str, token_secret: str) -> str:
    """HMAC-SHA1 of RFC 5849 §3.4 over a request."""
    encoded = sorted((quote(key, safe="~"), quote(value, safe="~")) for key, value in pairs)
    normal = "&".join(f"{key}={value}" for key, value in encoded)
    origin = url.partition("?")[0]  # query parameters belong in pairs
    text = "&".join(quote(part, safe="~") for part in (method.upper(), origin, normal))
    key = f"{quote(consumer_secret, safe='~')}&{quote(token_secret, safe='~')}"
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha1).digest()).decode()
