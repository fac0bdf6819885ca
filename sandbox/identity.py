"""An organisation's own sign-in: an OpenID Connect provider with a handful of people, at /oidc/.

Discovery, keys, authorisation with PKCE, tokens and user info, as OpenID Connect Core 1.0 and RFC 7636 have them. Any
client id is known; its secret is the client id with "-secret". No password is asked: a page lets one choose who one is.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
import time
from typing import Any
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

KEY_ID, LIFE, EARLIER = "sandbox", 300, 3600
# What the provider says of its people. Karel has somebody else's address, and never proved that it is his.
PEOPLE: dict[str, dict[str, Any]] = {
    "farah": {"given_name": "Farah", "family_name": "Bensaïd", "groups": ["webcare"]},
    "sanne": {
        "given_name": "Sanne",
        "family_name": "Kuipers",
        "groups": ["webcare", "webcare-leiding"],
        "amr": ["pwd", "mfa"],
    },
    "mila": {"given_name": "Mila", "family_name": "de Boer", "groups": ["webcare-beheer"]},
    "rosa": {"given_name": "Rosa", "family_name": "Jansen", "groups": ["webcare"]},
    "wim": {"given_name": "Wim", "family_name": "Smit", "groups": ["magazijn"]},
    "karel": {"given_name": "Karel", "email": "mila@veldhuis.example", "email_verified": False, "groups": ["webcare"]},
}
# Who signs in there with a second step; the others with a password alone.
TWO_STEPS = ("sanne",)


class Identity:
    """One provider: its key, and the codes and tokens it gave out."""

    def __init__(self, base: str) -> None:
        self.issuer = f"{base.rstrip('/')}/oidc"
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: dict[str, str] = {}

    def routes(self) -> list[Route]:
        """Return its addresses."""
        return [
            Route("/oidc/.well-known/openid-configuration", self.discovery),
            Route("/oidc/keys", self.keys),
            Route("/oidc/authorize", self.ask),
            Route("/oidc/authorize", self.let_in, methods=["POST"]),
            Route("/oidc/token", self.token, methods=["POST"]),
            Route("/oidc/userinfo", self.userinfo),
        ]

    async def discovery(self, request: Request) -> Response:
        """Say where everything is."""
        at = self.issuer
        return JSONResponse(
            {
                "issuer": at,
                "authorization_endpoint": f"{at}/authorize",
                "token_endpoint": f"{at}/token",
                "userinfo_endpoint": f"{at}/userinfo",
                "jwks_uri": f"{at}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            }
        )

    async def keys(self, request: Request) -> Response:
        """Return the public key that tokens are signed with."""
        public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return JSONResponse({"keys": [{**public, "kid": KEY_ID, "use": "sig", "alg": "RS256"}]})

    async def ask(self, request: Request) -> Response:
        """Ask who one is."""
        hidden = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in request.query_params.items()
        )
        people = "".join(
            f'<p><button name="person" value="{name}">{html.escape(person["given_name"])}</button></p>'
            for name, person in PEOPLE.items()
        )
        page = f'<!doctype html><html lang="en"><title>Sign in</title><h1>Who are you?</h1><form method="post">{hidden}'
        return HTMLResponse(f'{page}{people}<p><button name="person" value="">None of these</button></p></form></html>')

    async def let_in(self, request: Request) -> Response:
        """Send the browser back with a code, or with a refusal."""
        given = await request.form()
        back = str(given.get("redirect_uri", ""))
        answer = {"state": str(given.get("state", ""))}
        person = str(given.get("person", ""))
        if person not in PEOPLE or given.get("code_challenge_method") != "S256":
            answer["error"] = "access_denied" if person not in PEOPLE else "invalid_request"
        else:
            answer["code"] = secrets.token_urlsafe(16)
            self.codes[answer["code"]] = {"person": person, **{key: str(value) for key, value in given.items()}}
        return RedirectResponse(f"{back}?{urlencode(answer)}", status_code=302)

    async def token(self, request: Request) -> Response:
        """Change a code, once, for tokens: only for the client that asked, and that knows what it hashed."""
        given = await request.form()
        asked = self.codes.pop(str(given.get("code", "")), None)
        if asked is None or not _is_from(asked, given, request.headers.get("authorization", "")):
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        access, now = secrets.token_urlsafe(16), int(time.time())
        self.tokens[access] = asked["person"]
        # Who is not asked anew signed in there some time ago.
        signed_in = now if asked.get("prompt") == "login" else now - EARLIER
        claims = {"iss": self.issuer, "aud": asked["client_id"], "iat": now, "exp": now + LIFE, "auth_time": signed_in}
        claims["amr"] = ["pwd", "mfa"] if asked["person"] in TWO_STEPS else ["pwd"]
        signed = jwt.encode({**claims, **_claims(asked["person"])}, self.key, "RS256", {"kid": KEY_ID})
        return JSONResponse({"access_token": access, "token_type": "Bearer", "expires_in": LIFE, "id_token": signed})

    async def userinfo(self, request: Request) -> Response:
        """Say who a token stands for."""
        person = self.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        return JSONResponse(_claims(person)) if person else JSONResponse({"error": "invalid_token"}, status_code=401)


def _claims(person: str) -> dict[str, Any]:
    own = {"email": f"{person}@veldhuis.example", "email_verified": True, **PEOPLE[person]}
    name = f"{own['given_name']} {own.get('family_name', '')}".strip()
    return {"sub": f"sandbox-{person}", "name": name, **own}


def _is_from(asked: dict[str, str], given: FormData, basic: str) -> bool:
    client = (str(given.get("client_id", "")), str(given.get("client_secret", "")))
    if basic.startswith("Basic "):
        name, _colon, secret = base64.b64decode(basic[6:]).decode().partition(":")
        client = (name, secret)
    digest = hashlib.sha256(str(given.get("code_verifier", "")).encode()).digest()
    return (
        client == (asked["client_id"], f"{asked['client_id']}-secret")
        and given.get("redirect_uri") == asked["redirect_uri"]
        and base64.urlsafe_b64encode(digest).decode().rstrip("=") == asked["code_challenge"]
    )
