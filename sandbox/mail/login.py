"""Where somebody lets an app into their mailbox: Microsoft's pages, and Google's for the scope of mail."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import consent
from sandbox.mail.auth import CLIENTS, GMAIL, GOOGLE, GRANTED, MICROSOFT, Authority
from sandbox.web import read, respond
from sandbox.world import World

_PERSON = ("openid", "profile", "email", "offline_access")


class Login:
    """The page of a provider, and Microsoft's token address."""

    def __init__(self, world: World, authority: Authority) -> None:
        self.world, self.authority = world, authority

    def routes(self) -> list[Route]:
        """What to mount."""
        place = "/{tenant}/oauth2/v2.0"
        return [
            Route(f"{place}/authorize", self.microsoft, methods=["GET", "POST"]),
            Route(f"{place}/token", self.token, methods=["POST"]),
        ]

    async def token(self, request: Request) -> Response:
        """POST /{tenant}/oauth2/v2.0/token."""
        call = await read(request)
        return respond(self.authority.token(MICROSOFT, {name: str(value) for name, value in call.body.items()}))

    async def microsoft(self, request: Request) -> Response:
        """GET and POST /{tenant}/oauth2/v2.0/authorize."""
        return await self.answer(MICROSOFT, request)

    async def answer(self, provider: str, request: Request) -> Response:
        """Ask whose mailbox, or send the browser back with a code or a refusal."""
        form = await request.form() if request.method == "POST" else None
        asked = {name: str(value) for name, value in (form if form is not None else request.query_params).items()}
        if problem := self._problem(provider, asked):
            return consent.page("Sign in", f"<p>Sorry, but we’re having trouble signing you in. {problem}", 400)
        if form is None:
            return self._page(provider, asked)
        back, state = asked["redirect_uri"], asked["state"]
        if not asked.get("account"):
            return consent.back(back, error="access_denied", state=state)
        allowed = [str(scope) for scope in form.getlist("allow") if scope in GRANTED[provider]]
        scopes = [*(scope for scope in asked["scope"].split() if scope in _PERSON), *allowed]
        code = self.authority.code(provider, asked["account"].lower(), back, asked["code_challenge"], scopes)
        return consent.back(back, state=state, code=code)

    def _page(self, provider: str, asked: dict[str, str]) -> Response:
        scopes = [scope for scope in asked["scope"].split() if scope in GRANTED[provider]]
        ticks = consent.ticks("Permissions requested", "allow", [(scope, scope) for scope in scopes])
        buttons = "".join(
            f"<p>{consent.button('account', box.address, f'Continue as {box.name} ({box.address})')}</p>"
            for box in self.authority.boxes(provider)
        )
        form = consent.form(asked, f"{ticks}{buttons}<p>{consent.button('account', '', 'Cancel')}</p>")
        return consent.page("Pick an account", form)

    def _problem(self, provider: str, asked: dict[str, str]) -> str:
        if asked.get("client_id") != CLIENTS[provider][0]:
            return "AADSTS700016: Application was not found in the directory."
        if not consent.may_return(self.world, asked.get("redirect_uri", "")):
            return "AADSTS50011: The redirect URI does not match the ones configured for the application."
        if asked.get("response_type") != "code" or not asked.get("state"):
            return "AADSTS900144: The request must contain response_type=code and state."
        if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
            return "AADSTS9002325: Proof Key for Code Exchange is required."
        if not set(GRANTED[provider]) & set(asked.get("scope", "").split()):
            return "AADSTS70011: The provided value for scope is not valid."
        return ""


def is_mail(asked: str) -> bool:
    """Whether Google is asked for mail."""
    return GMAIL in asked.split()


__all__ = ["GOOGLE", "Login", "is_mail"]
