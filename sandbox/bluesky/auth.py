"""Sessions: an app password is changed for access of two hours, and for what renews it."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

from sandbox.bluesky import errors
from sandbox.bluesky.objects import handle_of
from sandbox.ids import opaque
from sandbox.model import Account, Token
from sandbox.web import Call, Reply
from sandbox.world import World

ACCESS, REFRESH = timedelta(hours=2), timedelta(days=60)
PLAIN, WITH_CHAT = "com.atproto.appPass", "com.atproto.appPassPrivileged"


class Authority:
    """Knows the accounts' passwords and tokens."""

    def __init__(self, world: World) -> None:
        self.world = world

    def create(self, call: Call) -> Reply:
        """POST com.atproto.server.createSession."""
        name = str(call.body.get("identifier") or "").lower()
        for account in self.world.accounts("bluesky"):
            user = self.world.user("bluesky", account.id)
            known = user is not None and name in (handle_of(user), account.id)
            if known and call.body.get("password") == account.credentials["app_password"]:
                return errors.no_access() if account.extra.get("revoked") else self._session(account, call.base)
        return errors.error("AuthenticationRequired", "Invalid identifier or password", 401)

    def refresh(self, call: Call) -> Reply:
        """POST com.atproto.server.refreshSession: the token before works no longer."""
        token = bearer(call)
        found = self.world.known_token(token)
        if found is None or found.kind != "bluesky_refresh" or self.world.taken_back(found):
            return errors.error("InvalidToken", "Token could not be verified")
        if self.world.token(token) is None:
            return errors.expired()
        account = self.world.account("bluesky", found.account)
        if account is None:
            return errors.no_access()
        self.world.use_up(token)
        return self._session(account, call.base)

    def show(self, account: Account, base: str) -> Reply:
        """GET com.atproto.server.getSession."""
        return Reply(200, self._told(account, base))

    def caller(self, call: Call) -> tuple[Account, Token] | Reply:
        """Whose call it is, or the refusal."""
        token = bearer(call)
        found = self.world.known_token(token)
        if found is None or found.kind != "bluesky_access" or self.world.taken_back(found):
            return errors.no_access() if not token else errors.error("InvalidToken", "Token could not be verified")
        if self.world.token(token) is None:
            return errors.expired()
        account = self.world.account("bluesky", found.account)
        return (account, found) if account is not None else errors.no_access()

    def _session(self, account: Account, base: str) -> Reply:
        scope = PLAIN if account.extra.get("no_chat") else WITH_CHAT
        access = self._issue("bluesky_access", ACCESS, account, scope)
        refresh = self._issue("bluesky_refresh", REFRESH, account, "com.atproto.refresh")
        return Reply(200, {"accessJwt": access, "refreshJwt": refresh, **self._told(account, base)})

    def _issue(self, kind: str, life: timedelta, account: Account, scope: str) -> str:
        ends = int((self.world.now() + life).timestamp())
        claims = {"scope": scope, "sub": account.id, "exp": ends, "jti": opaque("", 12)}
        token = ".".join([_part({"typ": "at+jwt", "alg": "ES256K"}), _part(claims), opaque("", 48)])
        self.world.issue(token, kind, life, account=account.id, scopes=[scope])
        return token

    def _told(self, account: Account, base: str) -> dict[str, object]:
        user = self.world.user("bluesky", account.id)
        handle = handle_of(user) if user else "handle.invalid"
        service = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": base}
        document = {"@context": ["https://www.w3.org/ns/did/v1"], "id": account.id, "service": [service]}
        return {"did": account.id, "handle": handle, "active": True, "didDoc": document}


def bearer(call: Call) -> str:
    """The token of a call."""
    return call.headers.get("authorization", "").removeprefix("Bearer ")


def _part(claims: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
