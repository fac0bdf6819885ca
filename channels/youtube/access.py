"""Access to a YouTube channel by OAuth 2: what a code, and later a refresh token, is changed for.

Google Identity, "Using OAuth 2.0 for web server applications" (2026-09). An access token lasts an hour. The refresh
token works again and again; of an app in testing it ends after seven days.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from http import HTTPStatus

import requests

from channels.errors import ChannelError, NeedsReauth
from channels.http import google_session
from webcare.lib.oauth import access_of, mapping_of, said_of

COMMENTS = "https://www.googleapis.com/auth/youtube.force-ssl"
SCOPES = (COMMENTS,)
TOKENS = "https://oauth2.googleapis.com/token"
HOUR = 3600
# invalid_grant, and an app that is not known: invalid_client, unauthorized_client.
_GONE = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED})


def exchange(app: Mapping[str, str], redirect: str, code: str, verifier: str) -> dict[str, str]:
    """Change a code for a channel's credentials. Raises ChannelError."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
    response = _token(app, form)
    if not response.ok:
        raise ChannelError(
            said_of(response, "Google did not accept the sign-in."), permanent=True, code=_code(response)
        )
    made = _credentials(response)
    if "refresh_token" not in made:
        raise ChannelError("Google gave access for an hour only.", permanent=True, code="google/online")
    return {"client_id": app["client_id"], "client_secret": app["client_secret"], **made}


def renew(credentials: Mapping[str, str]) -> dict[str, str]:
    """Change the refresh token for a new access token.

    Raises NeedsReauth where Google knows it no longer, ChannelError where Google fails.
    """
    form = {"grant_type": "refresh_token", "refresh_token": credentials.get("refresh_token", "")}
    response = _token(credentials, form)
    if response.status_code in _GONE:
        raise NeedsReauth(said_of(response, "Google does not renew the access any more."), code=_code(response))
    if not response.ok:
        raise _failed(response)
    return {**credentials, **_credentials(response)}


def _token(app: Mapping[str, str], form: Mapping[str, str]) -> requests.Response:
    client = {"client_id": app.get("client_id", ""), "client_secret": app.get("client_secret", "")}
    with closing(google_session()) as session:
        return session.request("POST", TOKENS, data={**form, **client})


def _credentials(response: requests.Response) -> dict[str, str]:
    access = access_of(mapping_of(response), HOUR)
    if not access:
        raise ChannelError("Google accepted the sign-in, but gave no access.", permanent=True)
    return access


def _failed(response: requests.Response) -> ChannelError:
    return ChannelError(f"Google answered {response.status_code}.", code=_code(response), reason="unreachable")


def _code(response: requests.Response) -> str:
    return f"google/{mapping_of(response).get('error') or response.status_code}"[:40]
