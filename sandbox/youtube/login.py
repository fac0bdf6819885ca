"""Google's consent page: whose channel, and what the app may do with it (accounts.google.com/o/oauth2/v2/auth)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import consent, registry
from sandbox.ids import opaque
from sandbox.mail.login import GOOGLE, is_mail
from sandbox.mail.login import Login as MailLogin
from sandbox.web import read, respond
from sandbox.world import World
from sandbox.youtube.auth import CODE_LIFE, COMMENTS, Authority, Code


class Login:
    """The page on which somebody lets an app in, and the address that changes its code for tokens."""

    def __init__(self, world: World, authority: Authority, mail: MailLogin) -> None:
        self.world, self.authority, self.mail = world, authority, mail

    def routes(self) -> list[Route]:
        """What to mount."""
        return [
            Route("/o/oauth2/v2/auth", self.ask, methods=["GET"]),
            Route("/o/oauth2/v2/auth", self.let_in, methods=["POST"]),
            Route("/token", self.token, methods=["POST"]),
        ]

    async def token(self, request: Request) -> Response:
        """POST /token."""
        call = await read(request)
        form = {name: str(value) for name, value in call.body.items()}
        if self.mail.authority.knows(form):
            return respond(self.mail.authority.token(GOOGLE, form))
        return respond(self.authority.token(call))

    async def ask(self, request: Request) -> Response:
        """Ask which channel, and for what."""
        asked = dict(request.query_params)
        if is_mail(asked.get("scope", "")):
            return await self.mail.answer(GOOGLE, request)
        problem = self._problem(asked)
        if problem:
            return consent.page("Access blocked: Authorization Error", f"<p>Error 400: {problem}", 400)
        ticks = consent.ticks("Webcare wants access to", "allow", [(scope, scope) for scope in asked["scope"].split()])
        buttons = "".join(
            f"<p>{consent.button('account', account.id, f'Continue as {account.name} (@{account.username})')}</p>"
            for account in self.world.accounts("youtube")
        )
        form = consent.form(asked, f"{ticks}{buttons}<p>{consent.button('account', '', 'Cancel')}</p>")
        return consent.page("Choose your account or a brand account", form)

    async def let_in(self, request: Request) -> Response:
        """Send the browser back with a code, or with a refusal."""
        form = await request.form()
        given = {name: str(value) for name, value in form.items()}
        if is_mail(given.get("scope", "")):
            return await self.mail.answer(GOOGLE, request)
        problem = self._problem(given)
        if problem:
            return consent.page("Access blocked: Authorization Error", f"<p>Error 400: {problem}", 400)
        account = self.world.account("youtube", given["account"]) if given.get("account") else None
        if account is None:
            return consent.back(given["redirect_uri"], error="access_denied", state=given.get("state", ""))
        allowed = [str(scope) for scope in form.getlist("allow") if scope in given["scope"].split()]
        code = opaque("4/0", 40)
        self.authority.codes[code] = Code(
            account.id,
            given["redirect_uri"],
            given.get("code_challenge", ""),
            " ".join(allowed),
            self._keeps(account.id, given),
            self.world.now() + CODE_LIFE,
        )
        return consent.back(given["redirect_uri"], state=given.get("state", ""), code=code, scope=" ".join(allowed))

    def _keeps(self, account: str, given: dict[str, str]) -> bool:
        """Google gives a refresh token for offline access, and again only to who asks for consent again."""
        if given.get("access_type") != "offline":
            return False
        known = self.world.settings.get("google_known", [])
        if account in known and "consent" not in given.get("prompt", "").split():
            return False
        self.world.set_settings({"google_known": [*{*known, account}]})
        return True

    def _problem(self, asked: dict[str, str]) -> str:
        if asked.get("client_id") != registry.GOOGLE_CLIENT_ID:
            return "invalid_client"
        if not consent.may_return(self.world, asked.get("redirect_uri", "")):
            return "redirect_uri_mismatch"
        if asked.get("response_type") != "code" or COMMENTS not in asked.get("scope", "").split():
            return "invalid_request"
        if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
            return "invalid_request"
        return ""
