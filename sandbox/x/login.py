"""X's log-in pages: OAuth 2 with PKCE (x.com/i/oauth2/authorize) and OAuth 1.0a's three legs (api.x.com/oauth/…)."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from sandbox import consent, registry
from sandbox.ids import opaque
from sandbox.mastodon.login import Login as MastodonLogin
from sandbox.web import Reply, read, respond
from sandbox.world import World
from sandbox.x.auth import CODE_LIFE, SCOPES, Authority, Code, Request, is_signed, read_header

FORM = "application/x-www-form-urlencoded; charset=utf-8"


class Login:
    """The pages on which somebody lets an app in."""

    def __init__(self, world: World, authority: Authority, mastodon: MastodonLogin) -> None:
        """Mastodon's page has the same address as X's of OAuth 1.0a: what is asked tells them apart."""
        self.world, self.authority, self.mastodon = world, authority, mastodon

    def routes(self) -> list[Route]:
        """What to mount."""
        return [
            Route("/i/oauth2/authorize", self.ask, methods=["GET"]),
            Route("/i/oauth2/authorize", self.let_in, methods=["POST"]),
            Route("/oauth/request_token", self.request_token, methods=["POST"]),
            Route("/oauth/authorize", self.ask_signer, methods=["GET"]),
            Route("/oauth/authorize", self.let_signer_in, methods=["POST"]),
            Route("/oauth/access_token", self.access_token, methods=["POST"]),
        ]

    # -- OAuth 2 -----------------------------------------------------------------------------------------------------
    async def ask(self, request: HttpRequest) -> Response:
        """Ask as whom."""
        asked = dict(request.query_params)
        problem = self._problem(asked)
        if problem:
            return consent.page("Something went wrong", f"<p>You weren’t able to give access. {problem}", 400)
        scopes = ", ".join(asked["scope"].split())
        return consent.page("Webcare wants to access your X account", f"<p>{scopes}</p>{self._accounts(asked)}")

    async def let_in(self, request: HttpRequest) -> Response:
        """Send the browser back with a code, or with a refusal."""
        given = {name: str(value) for name, value in (await request.form()).items()}
        problem = self._problem(given)
        if problem:
            return consent.page("Something went wrong", f"<p>{problem}", 400)
        account = self.world.account("x", given["account"]) if given.get("account") else None
        if account is None:
            return consent.back(given["redirect_uri"], error="access_denied", state=given["state"])
        scopes = " ".join(name for name in given["scope"].split() if name in SCOPES.split())
        code = opaque("", 40)
        self.authority.codes[code] = Code(
            account.id, given["redirect_uri"], given["code_challenge"], scopes, self.world.now() + CODE_LIFE
        )
        return consent.back(given["redirect_uri"], state=given["state"], code=code)

    def _problem(self, asked: dict[str, str]) -> str:
        if asked.get("client_id") != registry.X_CLIENT_ID:
            return "Unknown client_id."
        if not consent.may_return(self.world, asked.get("redirect_uri", "")):
            return "redirect_uri is not registered."
        if asked.get("response_type") != "code" or not asked.get("scope"):
            return "response_type must be code, and scope is needed."
        if not asked.get("state") or len(asked["state"]) > 500:
            return "state is needed."
        if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
            return "code_challenge_method must be S256."
        return ""

    def _accounts(self, kept: dict[str, str]) -> str:
        buttons = "".join(
            f"<p>{consent.button('account', account.id, f'Authorize app as @{account.username}')}</p>"
            for account in self.world.accounts("x")
        )
        return consent.form(kept, f"{buttons}<p>{consent.button('account', '', 'Cancel')}</p>")

    # -- OAuth 1.0a --------------------------------------------------------------------------------------------------
    async def request_token(self, request: HttpRequest) -> Response:
        """POST /oauth/request_token, signed with the app's keys."""
        call = await read(request)
        sent = read_header(call.headers.get("authorization", ""))
        app = _app_secret(self.world, sent.get("oauth_consumer_key", ""))
        callback = sent.get("oauth_callback", "")
        if not app or not is_signed(call, sent, app, ""):
            return _refused(32, "Could not authenticate you.", 401)
        if not consent.may_return(self.world, callback.partition("?")[0]):
            return _refused(415, "Callback URL not approved for this client application.", 403)
        token, hidden = opaque("", 20), opaque("", 30)
        self.authority.requests[token] = Request(hidden, sent["oauth_consumer_key"], callback)
        answer = {"oauth_token": token, "oauth_token_secret": hidden, "oauth_callback_confirmed": "true"}
        return respond(Reply(200, urlencode(answer).encode(), mime=FORM))

    async def ask_signer(self, request: HttpRequest) -> Response:
        """GET /oauth/authorize?oauth_token=."""
        if "client_id" in request.query_params:
            return await self.mastodon.answer(request)
        token = request.query_params.get("oauth_token", "")
        if token not in self.authority.requests:
            return consent.page("Whoa there!", "<p>The request token for this page is invalid.", 401)
        return consent.page("Authorize Webcare to access your account?", self._accounts({"oauth_token": token}))

    async def let_signer_in(self, request: HttpRequest) -> Response:
        """Send the browser back with a verifier, or with a refusal."""
        given = {name: str(value) for name, value in (await request.form()).items()}
        if "client_id" in given:
            return await self.mastodon.answer(request)
        token = given.get("oauth_token", "")
        asked = self.authority.requests.get(token)
        if asked is None:
            return consent.page("Whoa there!", "<p>The request token for this page is invalid.", 401)
        account = self.world.account("x", given["account"]) if given.get("account") else None
        if account is None:
            del self.authority.requests[token]
            return consent.back(asked.callback, denied=token)
        asked.account, asked.verifier = account.id, opaque("", 20)
        return consent.back(asked.callback, oauth_token=token, oauth_verifier=asked.verifier)

    async def access_token(self, request: HttpRequest) -> Response:
        """POST /oauth/access_token: the request token and its verifier, once, for an access token."""
        call = await read(request)
        sent = read_header(call.headers.get("authorization", ""))
        asked = self.authority.requests.pop(sent.get("oauth_token", ""), None)
        verifier = sent.get("oauth_verifier") or call.params.get("oauth_verifier") or call.body.get("oauth_verifier")
        if asked is None or not asked.verifier or verifier != asked.verifier:
            return _refused(89, "Invalid or expired token.", 401)
        app = _app_secret(self.world, asked.consumer_key)
        if sent.get("oauth_consumer_key") != asked.consumer_key or not is_signed(call, sent, app, asked.secret):
            return _refused(32, "Could not authenticate you.", 401)
        account = self.world.account("x", asked.account)
        if account is None or account.credentials["consumer_key"] != asked.consumer_key:
            return _refused(32, "Could not authenticate you.", 401)
        made = self.world.issue(f"{account.id}-{opaque('', 30)}", "x_signer", account=account.id, secret=opaque("", 33))
        answer = {"oauth_token": made.token, "oauth_token_secret": made.secret}
        answer |= {"user_id": account.id, "screen_name": account.username}
        return respond(Reply(200, urlencode(answer).encode(), mime=FORM))


def _app_secret(world: World, consumer_key: str) -> str:
    """The secret of an app by its key: the usual one, or another that an account was made with."""
    if consumer_key == registry.X_CONSUMER_KEY:
        return registry.X_CONSUMER_SECRET
    found = (a.credentials for a in world.accounts("x") if a.credentials["consumer_key"] == consumer_key)
    return next((keys["consumer_secret"] for keys in found), "")


def _refused(code: int, message: str, status: int) -> Response:
    return respond(Reply(status, {"errors": [{"code": code, "message": message}]}))
