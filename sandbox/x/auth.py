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
CODE_LIFE = timedelta(seconds=30)
SCOPES = "tweet.read users.read tweet.write tweet.moderate.write like.write dm.read dm.write media.write offline.access"
INVALID = {"error": "invalid_request", "error_description": "Value passed for the token was invalid."}


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
class Code:
    """What the log-in page sent somebody back with."""

    account: str
    redirect: str
    challenge: str
    scopes: str
    ends: datetime


@dataclass
class Request:
    """An OAuth 1 request token, and who said yes to it."""

    secret: str
    consumer_key: str
    callback: str
    account: str = ""
    verifier: str = ""


class Authority:
    """Knows the keys handed out, and the OAuth 2 tokens made since."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.codes: dict[str, Code] = {}
        self.requests: dict[str, Request] = {}  # OAuth 1 request tokens

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
        grant = self.world.token(token, "x_access")
        account = self.world.account("x", grant.account) if grant else None
        return Caller(token, account) if account else None

    def _signed(self, call: Call, header: str) -> Caller | None:
        sent = read_header(header)
        token = sent.get("oauth_token", "")
        account, secret = self._signer(token)
        if account is None or sent.get("oauth_consumer_key") != account.credentials["consumer_key"]:
            return None
        if not is_signed(call, sent, account.credentials["consumer_secret"], secret):
            return None
        return Caller(token, account)

    def _signer(self, token: str) -> tuple[Account | None, str]:
        """Whose OAuth 1 access token it is, and its secret: the account's first one, or one of the log-in page."""
        given = self.world.token(token, "x_signer")
        if given is not None:
            return self.world.account("x", given.account), given.secret
        account = next((a for a in self.world.accounts("x") if a.credentials["access_token"] == token), None)
        if account is None or account.extra.get("revoked"):
            return None, ""
        return account, account.credentials["access_token_secret"]

    def grant(self, account: Account, scopes: str = SCOPES) -> dict[str, str | int]:
        """A new OAuth 2 pair for an account; without `offline.access` nothing to renew it with."""
        access = self.world.issue(opaque("", 60), "x_access", TOKEN_LIFE, account=account.id, scopes=scopes.split())
        made: dict[str, str | int] = {
            "token_type": "bearer",
            "expires_in": int(TOKEN_LIFE.total_seconds()),
            "access_token": access.token,
            "scope": scopes,
        }
        if "offline.access" in access.scopes:
            refresh = self.world.issue(opaque("", 60), "x_refresh", account=account.id, scopes=access.scopes)
            made["refresh_token"] = refresh.token
        return made

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
        if form.get("grant_type") == "authorization_code":
            return self._first_pair(form)
        known = self.world.token(form.get("refresh_token", ""), "x_refresh")
        account = self.world.account("x", known.account) if known else None
        if form.get("grant_type") != "refresh_token" or known is None or account is None:
            return Reply(400, INVALID)
        self.world.use_up(known.token)
        return Reply(200, self.grant(account, " ".join(known.scopes)))

    def _first_pair(self, form: dict[str, str]) -> Reply:
        """Change a code of the log-in page, once and within 30 seconds, for who can show what it hashed."""
        code = self.codes.pop(form.get("code", ""), None)
        digest = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        account = self.world.account("x", code.account) if code else None
        if code is None or account is None or code.ends < self.world.now():
            return Reply(400, INVALID)
        if form.get("redirect_uri") != code.redirect or digest.decode().rstrip("=") != code.challenge:
            return Reply(400, INVALID)
        return Reply(200, self.grant(account, code.scopes))


def is_signed(call: Call, sent: dict[str, str], consumer_secret: str, token_secret: str) -> bool:
    """Whether an OAuth 1 header's signature is right for this request."""
    pairs = [(key, value) for key, value in sent.items() if key not in ("oauth_signature", "realm")]
    pairs += [*call.query, *call.form_signed]
    made = signature(call.method, call.url, pairs, consumer_secret, token_secret)
    return hmac.compare_digest(made, sent.get("oauth_signature", ""))


def read_header(header: str) -> dict[str, str]:
    """The parameters of an OAuth 1 header."""
    return {key: unquote(value) for key, value in _PAIR.findall(header)}


def signature(method: str, url: str, pairs: list[tuple[str, str]], consumer_secret: str, token_secret: str) -> str:
    """HMAC-SHA1 of RFC 5849 §3.4 over a request."""
    encoded = sorted((quote(key, safe="~"), quote(value, safe="~")) for key, value in pairs)
    normal = "&".join(f"{key}={value}" for key, value in encoded)
    origin = url.partition("?")[0]  # query parameters belong in pairs
    text = "&".join(quote(part, safe="~") for part in (method.upper(), origin, normal))
    key = f"{quote(consumer_secret, safe='~')}&{quote(token_secret, safe='~')}"
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha1).digest()).decode()
