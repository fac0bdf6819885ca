"""Facebook's log-in dialog (www.facebook.com/v25.0/dialog/oauth), and where a business makes system users' tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import consent, registry
from sandbox.graph.auth import PERSON, SCOPES
from sandbox.graph.errors import GraphError
from sandbox.ids import opaque
from sandbox.model import Account
from sandbox.world import World

CODE_LIFE = timedelta(minutes=10)
SHORT, LONG = timedelta(hours=2), timedelta(days=60)
EVERY_SCOPE = ("public_profile", *SCOPES["facebook"], *SCOPES["whatsapp"])


@dataclass
class Code:
    """What the dialog sent somebody back with."""

    redirect: str
    scopes: list[str]
    reaches: list[str]
    is_business: bool  # log-in for business: a system user's token follows
    ends: datetime


class Login:
    """The dialog, and what its codes are worth."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.codes: dict[str, Code] = {}

    def routes(self) -> list[Route]:
        """What to mount."""
        return [
            Route("/{version}/dialog/oauth", self.ask, methods=["GET"]),
            Route("/{version}/dialog/oauth", self.let_in, methods=["POST"]),
            Route("/business/system-users", self.ask_system, methods=["GET"]),
            Route("/business/system-users", self.make_system, methods=["POST"]),
        ]

    # -- the dialog --------------------------------------------------------------------------------------------------
    async def ask(self, request: Request) -> Response:
        """Ask what to share, and which permissions to give."""
        asked = dict(request.query_params)
        problem = self._problem(asked)
        if problem:
            return consent.page("URL blocked", f"<p>{problem}", 400)
        if asked.get("config_id"):
            parts = [consent.ticks("Phone numbers", "asset", _named(self._numbers()))]
        else:
            pages = [page for page in self.world.every_account() if page.platform == "facebook"]
            scopes = [(scope, scope) for scope in _list(asked.get("scope", "")) if scope in EVERY_SCOPE]
            parts = [
                consent.ticks("Pages", "asset", _named(pages)),
                consent.ticks("Webcare may", "granted", scopes),
            ]
        parts.append(f"<p>{consent.button('do', 'go', 'Continue')}{consent.button('do', '', 'Not now')}</p>")
        return consent.page(f"Continue as {PERSON}", consent.form(asked, "".join(parts)))

    async def let_in(self, request: Request) -> Response:
        """Send the browser back with a code, or with a refusal."""
        form = await request.form()
        given = {name: str(value) for name, value in form.items()}
        problem = self._problem(given)
        if problem:
            return consent.page("URL blocked", f"<p>{problem}", 400)
        state = given.get("state", "")
        if not given.get("do"):
            words = {"error_reason": "user_denied", "error_description": "Permissions error"}
            return consent.back(given["redirect_uri"], error="access_denied", error_code="200", **words, state=state)
        code = opaque("AQ", 90)
        is_business = bool(given.get("config_id"))
        scopes = [*SCOPES["whatsapp"], "business_management"] if is_business else _granted(form, given)
        ends = self.world.now() + CODE_LIFE
        reaches = [str(asset) for asset in form.getlist("asset")]
        self.codes[code] = Code(given["redirect_uri"], scopes, reaches, is_business, ends)
        return consent.back(given["redirect_uri"], code=code, state=state)

    def _problem(self, asked: dict[str, str]) -> str:
        if asked.get("client_id") != registry.META_APP_ID:
            return "Invalid App ID: The provided app ID does not look like a valid app ID."
        if not consent.may_return(self.world, asked.get("redirect_uri", "")):
            return "This redirect failed because the redirect URI is not white-listed in the app's settings."
        if asked.get("response_type", "code") != "code":
            return "Only response_type=code is served here."
        return ""

    # -- tokens ------------------------------------------------------------------------------------------------------
    def access_token(self, params: dict[str, str]) -> dict[str, Any]:
        """`/oauth/access_token` of a code, once, or of a short token for a long one. Raises GraphError."""
        if params.get("grant_type") == "fb_exchange_token":
            return self._longer(params.get("fb_exchange_token", ""))
        code = self.codes.pop(params.get("code", ""), None)
        if code is None:
            raise GraphError(100, "Invalid verification code format.", 36009)
        if code.ends < self.world.now():
            raise GraphError(100, "This authorization code has expired.", 36007)
        if params.get("redirect_uri") != code.redirect:
            text = "Error validating verification code. Please make sure your redirect_uri is identical to the one"
            raise GraphError(100, f"{text} you used in the OAuth dialog request", 36008)
        if code.is_business:
            made = self.world.issue(
                opaque("EAAB", 90), "meta_system", scopes=code.scopes, reaches=code.reaches, targets=True
            )
            return {"access_token": made.token, "token_type": "bearer"}
        made = self.world.issue(opaque("EAAS", 90), "meta_user", SHORT, scopes=code.scopes, reaches=code.reaches)
        return {"access_token": made.token, "token_type": "bearer", "expires_in": int(SHORT.total_seconds())}

    def _longer(self, token: str) -> dict[str, Any]:
        known = self.world.token(token, "meta_user")
        if known is None:  # a page's own, or one nobody knows: told when it is used
            return {"access_token": token, "token_type": "bearer", "expires_in": int(LONG.total_seconds())}
        made = self.world.issue(opaque("EAAL", 90), "meta_user", LONG, scopes=known.scopes, reaches=known.reaches)
        return {"access_token": made.token, "token_type": "bearer", "expires_in": int(LONG.total_seconds())}

    # -- system users ------------------------------------------------------------------------------------------------
    async def ask_system(self, request: Request) -> Response:
        """Business settings, System users: which numbers one may use."""
        body = consent.ticks("Phone numbers", "asset", _named(self._numbers()))
        return consent.page("System users", consent.form({}, f"{body}{consent.button('do', 'go', 'Generate token')}"))

    async def make_system(self, request: Request) -> Response:
        """Show a token that does not end, once."""
        reaches = [str(asset) for asset in (await request.form()).getlist("asset")]
        scopes = [*SCOPES["whatsapp"], "business_management"]
        made = self.world.issue(opaque("EAAY", 90), "meta_system", scopes=scopes, reaches=reaches)
        return consent.page("System users", f"<p>Copy this token: it is not shown again.<p><code>{made.token}</code>")

    def _numbers(self) -> list[Account]:
        return self.world.accounts("whatsapp")


def _named(accounts: list[Account]) -> list[tuple[str, str]]:
    return [(a.id, f"{a.name} ({a.extra.get('display_phone_number') or a.username})") for a in accounts]


def _granted(form: FormData, given: dict[str, str]) -> list[str]:
    ticked = {str(scope) for scope in form.getlist("granted")} | {"public_profile"}
    return [scope for scope in _list(given.get("scope", "")) if scope in ticked and scope in EVERY_SCOPE]


def _list(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
