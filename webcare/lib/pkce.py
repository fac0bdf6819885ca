"""PKCE: whoever begins to sign in is the one who gets the token. RFC 7636, section 4.2, method S256."""

from __future__ import annotations

import base64
import hashlib


def challenge_of(verifier: str) -> dict[str, str]:
    """Return what an address to sign in at says of the verifier that only we know."""
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return {"code_challenge": challenge, "code_challenge_method": "S256"}
