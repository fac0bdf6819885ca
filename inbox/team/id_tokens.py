"""What the organisation's provider says of somebody: believed where its own key signed it.

OpenID Connect lets who fetched a token over TLS skip this. Here whoever stands between us and the provider, a proxy
that opens TLS for one, would need its key too.
"""

from __future__ import annotations

from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.jwtkit import verify_jti
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter

# Keys in two halves alone: with one secret for both sides, or none, whoever reads a token could write one.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_WANTED = ["iss", "aud", "exp", "sub"]
_APART = 60  # seconds that the provider's clock may be from ours


class SignedTokens(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth ships no types
    """allauth's protocol, with the signature of every token checked."""

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        """Return the claims of a token that the provider signed for us, once. Raises OAuth2Error."""
        try:
            claims: dict[str, Any] = jwt.decode(
                id_token, self._key_of(id_token), algorithms=ALGORITHMS, issuer=self.openid_config["issuer"],
                audience=app.client_id, leeway=_APART, options={"require": _WANTED},
            )  # fmt: skip
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise OAuth2Error("Invalid id_token") from error
        verify_jti(claims)
        return claims

    def _key_of(self, id_token: str) -> Any:
        """Return the provider's key that a token names, or its only one. Raises PyJWTError and KeyError."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        named = jwt.get_unverified_header(id_token).get("kid")
        found = [key for key in keys if key.key_id == named] if named else keys
        if len(found) != 1 or found[0].public_key_use not in (None, "sig"):
            raise KeyError(named)
        return found[0].key
