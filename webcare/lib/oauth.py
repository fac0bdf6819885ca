"""OAuth 2 with PKCE: what is asked in a browser, and what a token's address answered (RFC 6749, 4.1.1 and 5.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.utils import timezone

from webcare.lib.pkce import challenge_of

if TYPE_CHECKING:
    from requests import Response

_LONGEST = 300


def login_address(
    place: str, client_id: str, redirect: str, scopes: Iterable[str], state: str, verifier: str, **more: str
) -> str:
    """Return where somebody lets an app in, with what is asked there."""
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect,
        "scope": " ".join(scopes),
        "state": state,
        **challenge_of(verifier),
        **more,
    }
    return f"{place}?{urlencode(asked)}"


def mapping_of(response: Response) -> Mapping[str, Any]:
    """Return an answer's object; {} for anything else."""
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def access_of(found: Mapping[str, Any], otherwise: int) -> dict[str, str]:
    """Return what a token's address gave, as credentials keep it; {} where it gave no access (RFC 6749, 5.1).

    `otherwise` is for how many seconds, where it does not say. A token goes into a header, so it is plain.
    """
    token, seconds = str(found.get("access_token") or ""), found.get("expires_in")
    if not token or not token.isascii():
        return {}
    ends = timezone.now() + timedelta(seconds=seconds if isinstance(seconds, int) else otherwise)
    access = {"oauth2_token": token, "ends_at": ends.isoformat(), "scopes": str(found.get("scope") or "")}
    if found.get("refresh_token"):
        access["refresh_token"] = str(found["refresh_token"])
    return access


def said_of(response: Response, otherwise: str) -> str:
    """Return an error in the platform's own words; `otherwise` where it has none."""
    found = mapping_of(response)
    return str(found.get("error_description") or found.get("error") or otherwise)[:_LONGEST]
