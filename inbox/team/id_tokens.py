"""What the organisation's provider says of somebody: who that is tells a token that it signed, and nothing else.

A token by another issuer, for others, out of date, of another algorithm, or that no published key signed is refused.
The keys come by the same way as the token: who can change every answer on it changes both.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, NoReturn

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.jwtkit import verify_jti
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest

log = logging.getLogger(__name__)
# Keys in two halves alone: with one secret for both sides, or none, whoever reads a token could write one.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_WANTED = ["iss", "aud", "exp", "sub"]
# Who somebody is, and how and when they signed in there: never what is said beside the token.
_SIGNED_ALONE = ("iss", "sub", "auth_time", "amr", "acr")
_APART = 60  # seconds that the provider's clock may be from ours


class SignedTokens(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth ships no types
    """allauth's protocol, with a token in every answer, and the signature of each checked."""

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Return the sign-in of whom the token names. Raises OAuth2Error without one, or where another is told of.

        What else is said of them counts where its `sub` is the token's (OpenID Connect Core 1.0, 5.3.2).
        """
        id_token = kwargs["response"].get("id_token")
        if not id_token or not isinstance(id_token, str):
            _refuse("there is none")
        signed = self._decode_id_token(app, id_token)
        data = {"id_token": signed}
        if app.settings.get("fetch_userinfo", True):
            said = self._fetch_user_info(token.token)
            if not isinstance(said, Mapping) or said.get("sub") != signed["sub"]:
                _refuse("user info is of somebody else")
            # allauth looks for `sub` here first
            beside = {name: value for name, value in said.items() if name not in _SIGNED_ALONE}
            data["userinfo"] = beside | {"sub": signed["sub"]}
        return self.get_provider().sociallogin_from_response(request, data)

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        """Return the claims of a token that the provider signed for us, once. Raises OAuth2Error."""
        try:
            claims: dict[str, Any] = jwt.decode(
                id_token, self._key_of(id_token), algorithms=ALGORITHMS, issuer=self.openid_config["issuer"],
                audience=app.client_id, leeway=_APART, options={"require": _WANTED},
            )  # fmt: skip
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            _refuse(type(error).__name__, error)
        verify_jti(claims)
        return claims

    def _key_of(self, id_token: str) -> Any:
        """Return the provider's key that a token names, or its only one. Raises PyJWTError and KeyError."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            published = jwt.PyJWKSet.from_dict(answer.json()).keys
        keys = [key for key in published if key.public_key_use in (None, "sig")]
        named = jwt.get_unverified_header(id_token).get("kid")
        found = [key for key in keys if key.key_id == named] if named else keys
        if len(found) != 1:
            raise KeyError(named)
        return found[0].key


def _refuse(why: str, error: Exception | None = None) -> NoReturn:
    """Say in the log what kept a token out, and nothing of the token. Raises OAuth2Error."""
    log.warning("Refused the provider's token: %s", why)
    raise OAuth2Error("Invalid id_token") from error
