"""Google's tokens: who a bearer is, and what the token address gives for a code or a refresh token."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox import registry
from sandbox.ids import opaque
from sandbox.model import Account, Token
from sandbox.web import Call, Reply
from sandbox.world import World
from sandbox.youtube import errors

COMMENTS = "https://www.googleapis.com/auth/youtube.force-ssl"
LIFE = timedelta(hours=1)
CODE_LIFE = timedelta(minutes=10)


@dataclass
class Code:
    """What the log-in page sent somebody back with."""

    account: str
    redirect: str
    challenge: str
    scopes: str
    keeps: bool  # whether there will be a refresh token
    ends: datetime


class Authority:
    """Knows the channels' tokens."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.codes: dict[str, Code] = {}

    def caller(self, call: Call) -> tuple[Account, Token] | None:
        """The channel that calls, and its token; None where the token does not work."""
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        found = self.world.token(token.strip(), "google_access") if scheme == "Bearer" else None
        account = self.world.account("youtube", found.account) if found and found.account else None
        return (account, found) if account is not None and found is not None else None

    def token(self, call: Call) -> Reply:
        """POST /token at oauth2.googleapis.com."""
        form = {name: str(value) for name, value in call.body.items()}
        if (form.get("client_id"), form.get("client_secret")) != (
            registry.GOOGLE_CLIENT_ID,
            registry.GOOGLE_CLIENT_SECRET,
        ):
            return errors.token_refused("invalid_client", "The OAuth client was not found.", 401)
        if form.get("grant_type") == "authorization_code":
            return self._first(form)
        if form.get("grant_type") != "refresh_token":
            return errors.token_refused("unsupported_grant_type", "Invalid grant_type: " + form.get("grant_type", ""))
        found = self._refresh_token(form.get("refresh_token", ""))
        if found is None:
            return errors.token_refused("invalid_grant", "Token has been expired or revoked.")
        return Reply(200, self.grant(*found))

    def _refresh_token(self, token: str) -> tuple[Account, str] | None:
        """The channel and scopes of a refresh token. It works again and again."""
        given = self.world.token(token, "google_refresh")
        if given is not None:
            account = self.world.account("youtube", given.account)
            return (account, " ".join(given.scopes)) if account else None
        for account in self.world.accounts("youtube"):
            if token and hmac.compare_digest(account.credentials["refresh_token"], token):
                scopes = " ".join(account.extra.get("scopes") or [COMMENTS])
                return None if account.extra.get("revoked") else (account, scopes)
        return None

    def grant(self, account: Account, scopes: str, *, keeps: bool = False) -> dict[str, str | int]:
        """An access token, and where it `keeps` a token to renew it with."""
        access = self.world.issue(opaque("ya29.", 60), "google_access", LIFE, account=account.id, scopes=scopes.split())
        made: dict[str, str | int] = {
            "access_token": access.token,
            "expires_in": int(LIFE.total_seconds()) - 1,
            "scope": scopes,
            "token_type": "Bearer",
        }
        if keeps:
            refresh = self.world.issue(opaque("1//0", 60), "google_refresh", account=account.id, scopes=access.scopes)
            made["refresh_token"] = refresh.token
        return made

    def _first(self, form: dict[str, str]) -> Reply:
        code = self.codes.pop(form.get("code", ""), None)
        account = self.world.account("youtube", code.account) if code else None
        if code is None or account is None or code.ends < self.world.now():
            return errors.token_refused("invalid_grant", "Malformed auth code.")
        if form.get("redirect_uri") != code.redirect:
            return errors.token_refused("redirect_uri_mismatch", "Bad Request")
        digest = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if code.challenge and digest.decode().rstrip("=") != code.challenge:
            return errors.token_refused("invalid_grant", "Invalid code verifier.")
        return Reply(200, self.grant(account, code.scopes, keeps=code.keeps))
