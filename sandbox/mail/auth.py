"""Who may use a mailbox by signing in: codes and tokens of Microsoft and Google, and SASL XOAUTH2.

Microsoft Learn, "Authenticate an IMAP, POP or SMTP connection using OAuth"; Google, "OAuth 2.0 mechanism" (Gmail IMAP).
Stricter than Microsoft: a refresh token works once.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox import registry
from sandbox.ids import opaque
from sandbox.mail.post import Box, Post
from sandbox.web import Reply
from sandbox.world import World

MICROSOFT, GOOGLE = "microsoft", "google"
IMAP = "https://outlook.office.com/IMAP.AccessAsUser.All"
SMTP = "https://outlook.office.com/SMTP.Send"
GMAIL = "https://mail.google.com/"
GRANTED = {MICROSOFT: (IMAP, SMTP), GOOGLE: (GMAIL,)}
CLIENTS = {
    MICROSOFT: (registry.MICROSOFT_CLIENT_ID, registry.MICROSOFT_CLIENT_SECRET),
    GOOGLE: (registry.GOOGLE_CLIENT_ID, registry.GOOGLE_CLIENT_SECRET),
}
LIFE = timedelta(hours=1)
CODE_LIFE = timedelta(minutes=10)
# What Gmail answers a token that does not work with, before it says NO or 535.
CHALLENGE = base64.b64encode(b'{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}').decode()


@dataclass
class Code:
    """What the log-in page sent somebody back with."""

    provider: str
    address: str
    redirect: str
    challenge: str
    scopes: list[str]
    ends: datetime


class Authority:
    """Knows the tokens of mailboxes."""

    def __init__(self, world: World, post: Post) -> None:
        self.world, self.post = world, post
        self.codes: dict[str, Code] = {}

    def boxes(self, provider: str) -> list[Box]:
        """Return the mailboxes that one signs in to there."""
        return [box for box in self.post.boxes.values() if box.sign_in == provider]

    def code(self, provider: str, address: str, redirect: str, challenge: str, scopes: list[str]) -> str:
        """Give out a code for somebody's mailbox."""
        made = opaque("M." if provider == MICROSOFT else "4/0", 40)
        ends = self.world.now() + CODE_LIFE
        self.codes[made] = Code(provider, address, redirect, challenge, scopes, ends)
        return made

    def knows(self, form: dict[str, str]) -> bool:
        """Whether a code or a refresh token is one of ours."""
        renewing = self.world.token(form.get("refresh_token", ""), "mail_refresh")
        return renewing is not None or form.get("code") in self.codes

    def token(self, provider: str, form: dict[str, str]) -> Reply:
        """Change a code or a refresh token for tokens (RFC 6749; OpenID Connect's id_token with it)."""
        client = (form.get("client_id", ""), form.get("client_secret", ""))
        if client != CLIENTS[provider]:
            return _refused("invalid_client", "AADSTS7000215: Invalid client secret provided.", 401)
        if form.get("grant_type") == "authorization_code":
            return self._first(provider, form)
        if form.get("grant_type") != "refresh_token":
            return _refused("unsupported_grant_type", "AADSTS70003: unsupported grant type.")
        found = self.world.token(form.get("refresh_token", ""), "mail_refresh")
        if found is None or self._is_revoked(found.account, found.issued):
            return _refused("invalid_grant", "AADSTS70008: The refresh token has expired or was revoked.")
        if provider == MICROSOFT:
            self.world.use_up(found.token)
        return self._granted(provider, found.account, found.scopes)

    def may_use(self, user: str, token: str, *scopes: str) -> bool:
        """Whether a token opens somebody's mailbox: their own, or a shared one that they have full access to."""
        found = self.world.token(token, "mail_access")
        box = self.post.boxes.get(user.lower())
        if found is None or box is None or not box.sign_in or not {GMAIL, *scopes} & set(found.scopes):
            return False
        if self._is_revoked(found.account, found.issued):
            return False
        return found.account in (box.address.lower(), *box.delegates)

    def read(self, initial: str) -> tuple[str, str] | None:
        """Return the user and token of a client's first answer; None for what is no XOAUTH2."""
        try:
            said = base64.b64decode(initial, validate=True).decode()
        except (binascii.Error, UnicodeError):
            return None
        user, sign, rest = said.partition("\x01auth=Bearer ")
        if not sign or not user.startswith("user=") or not rest.endswith("\x01\x01") or "\x01" in rest[:-2]:
            return None
        return user.removeprefix("user="), rest[:-2]

    def _first(self, provider: str, form: dict[str, str]) -> Reply:
        code = self.codes.pop(form.get("code", ""), None)
        if code is None or code.provider != provider or code.ends < self.world.now():
            return _refused("invalid_grant", "AADSTS70008: The provided authorization code has expired.")
        digest = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if form.get("redirect_uri") != code.redirect or digest.decode().rstrip("=") != code.challenge:
            return _refused("invalid_grant", "AADSTS501481: The Code_Verifier does not match the code_challenge.")
        return self._granted(provider, code.address, code.scopes)

    def _granted(self, provider: str, address: str, scopes: list[str]) -> Reply:
        access = self.world.issue(opaque("EwB", 60), "mail_access", LIFE, account=address, scopes=scopes)
        refresh = self.world.issue(opaque("0.A", 60), "mail_refresh", account=address, scopes=scopes)
        made: dict[str, Any] = {
            "token_type": "Bearer", "scope": " ".join(scopes), "expires_in": int(LIFE.total_seconds()) - 1,
            "access_token": access.token, "refresh_token": refresh.token,
        }  # fmt: skip
        if "openid" in scopes:
            box = self.post.box(address)
            named = {"aud": CLIENTS[provider][0], "name": box.name}
            named |= {"email": box.address} if provider == GOOGLE else {"preferred_username": box.address}
            made["id_token"] = f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(named)}.{opaque('', 40)}"
        return Reply(200, made)

    def _is_revoked(self, address: str, issued: float) -> bool:
        return issued <= self.post.box(address).revoked_at


def _part(of: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(of).encode()).decode().rstrip("=")


def _refused(code: str, words: str, status: int = 400) -> Reply:
    return Reply(status, {"error": code, "error_description": words})
