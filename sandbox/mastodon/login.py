"""A Mastodon server's log-in page: apps that were made known to it, and what they may do (OAuth 2 with PKCE)."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import consent
from sandbox.ids import opaque
from sandbox.web import Call, Reply, read, respond
from sandbox.world import World

CODE_LIFE = timedelta(minutes=10)


@dataclass
class App:
    """An app that was made known."""

    secret: str
    redirects: list[str]
    scopes: list[str]


@dataclass
class Code:
    """What the log-in page sent somebody back with."""

    account: str
    client: str
    redirect: str
    challenge: str
    scopes: list[str]
    ends: datetime


class Login:
    """Apps, codes, and the page between them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.apps: dict[str, App] = {}
        self.codes: dict[str, Code] = {}

    def routes(self) -> list[Route]:
        """What to mount. The page's own address is X's too: see sandbox/x/login.py."""
        return [Route("/oauth/token", self.token, methods=["POST"])]

    def register(self, call: Call) -> Reply:
        """POST /api/v1/apps."""
        form = {name: str(value) for name, value in call.body.items()}
        if not form.get("client_name") or not form.get("redirect_uris"):
            return Reply(422, {"error": "Validation failed: Redirect URI must be an absolute URI."})
        app = App(opaque("", 30), form["redirect_uris"].split(), form.get("scopes", "read").split())
        client = opaque("", 30)
        self.apps[client] = app
        made = {"id": "1", "name": form["client_name"], "client_id": client, "client_secret": app.secret}
        return Reply(200, made | {"redirect_uris": app.redirects, "scopes": app.scopes, "website": None})

    async def answer(self, request: Request) -> Response:
        """GET and POST /oauth/authorize: ask as whom, or send the browser back."""
        form = await request.form() if request.method == "POST" else None
        asked = {name: str(value) for name, value in (form if form is not None else request.query_params).items()}
        app = self.apps.get(asked.get("client_id", ""))
        if app is None or asked.get("redirect_uri") not in app.redirects or asked.get("response_type") != "code":
            return consent.page("Error", "<p>Client authentication failed due to unknown client.", 400)
        scopes = asked.get("scope", "read").split()
        if not set(scopes) <= set(app.scopes):
            return consent.page("Error", "<p>The requested scope is invalid, unknown, or malformed.", 400)
        if form is None:
            buttons = "".join(
                f"<p>{consent.button('account', account.id, f'Authorize as @{account.username}')}</p>"
                for account in self.world.accounts("mastodon")
            )
            body = consent.form(asked, f"{buttons}<p>{consent.button('account', '', 'Deny')}</p>")
            return consent.page("Authorization required", f"<p>{', '.join(scopes)}</p>{body}")
        if not asked.get("account"):
            return consent.back(asked["redirect_uri"], error="access_denied", state=asked.get("state", ""))
        code = opaque("", 40)
        ends = self.world.now() + CODE_LIFE
        challenge = asked.get("code_challenge", "")
        self.codes[code] = Code(asked["account"], asked["client_id"], asked["redirect_uri"], challenge, scopes, ends)
        return consent.back(asked["redirect_uri"], code=code, state=asked.get("state", ""))

    async def token(self, request: Request) -> Response:
        """POST /oauth/token."""
        call = await read(request)
        form = {name: str(value) for name, value in call.body.items()}
        code, app = self.codes.pop(form.get("code", ""), None), self.apps.get(form.get("client_id", ""))
        if app is None or app.secret != form.get("client_secret"):
            return respond(_refused("invalid_client", 401))
        digest = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (
            code is None
            or code.ends < self.world.now()
            or (code.client, code.redirect) != (form["client_id"], form.get("redirect_uri"))
            or (code.challenge and code.challenge != digest.decode().rstrip("="))
        ):
            return respond(_refused("invalid_grant"))
        made = self.world.issue(opaque("", 40), "mastodon_access", account=code.account, scopes=code.scopes)
        told = {"access_token": made.token, "token_type": "Bearer", "scope": " ".join(made.scopes)}
        return respond(Reply(200, told | {"created_at": int(self.world.now().timestamp())}))


def _refused(code: str, status: int = 400) -> Reply:
    return Reply(status, {"error": code, "error_description": "The provided authorization grant is invalid."})
