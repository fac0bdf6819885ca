"""Access to an X account by OAuth 2: what a code, and later a refresh token, is changed for.

X API v2 reference, "OAuth 2.0 Authorization Code Flow with PKCE" (2026-08).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from http import HTTPStatus

import requests

from channels.errors import ChannelError, NeedsReauth
from channels.http import x_session
from channels.x.client import refusal
from webcare.lib.oauth import access_of, mapping_of, said_of

API = "https://api.x.com"
# What X answers for a refresh token that was used, or taken back.
_GONE = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED})


def exchange(app: Mapping[str, str], redirect: str, code: str, verifier: str) -> dict[str, str]:
    """Change a code for an account's credentials. Raises ChannelError."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
    response = _token(app, form)
    if not response.ok:
        raise ChannelError(said_of(response, "X did not accept the sign-in."), permanent=True, code=_code(response))
    return _credentials(app, response)


def renew(credentials: Mapping[str, str]) -> dict[str, str]:
    """Change the refresh token, which works once, for a new pair.

    Raises NeedsReauth where X knows it no longer, ChannelError where X fails: then nobody knows whether it was used.
    """
    form = {"grant_type": "refresh_token", "refresh_token": credentials.get("refresh_token", "")}
    response = _token(credentials, form)
    if response.status_code in _GONE:
        raise NeedsReauth(said_of(response, "X does not renew the access any more."), code=_code(response))
    if not response.ok:
        raise refusal(response, "POST")
    return {**credentials, **_credentials(credentials, response)}


def _token(app: Mapping[str, str], form: Mapping[str, str]) -> requests.Response:
    client = (app.get("client_id", ""), app.get("client_secret", ""))
    # A confidential app proves itself by its secret, a public one names itself.
    body = dict(form) if client[1] else {**form, "client_id": client[0]}
    with closing(x_session()) as session:
        return session.request("POST", f"{API}/2/oauth2/token", data=body, auth=client if client[1] else None)


def _credentials(app: Mapping[str, str], response: requests.Response) -> dict[str, str]:
    access = access_of(mapping_of(response), 7200)
    if not access:
        raise ChannelError("X accepted the sign-in, but gave no access.", permanent=True)
    kept = ("client_id", "client_secret", "consumer_key", "consumer_secret")
    return {name: app[name] for name in kept if app.get(name)} | access


def _code(response: requests.Response) -> str:
    return f"{response.status_code}/{mapping_of(response).get('error', '')}"[:40].rstrip("/")
