"""Signing in at Google for a channel, and renewing the access: OAuth 2 with PKCE.

Google Identity, "Using OAuth 2.0 for web server applications" (2026-09). An access token lasts an hour. The refresh
token works again and again; of an app in testing it ends after seven days.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import requests
from django.utils import timezone

from channels.errors import ChannelError, NeedsReauth
from channels.http import google_session

COMMENTS = "https://www.googleapis.com/auth/youtube.force-ssl"
SCOPES = (COMMENTS,)
TOKENS = "https://oauth2.googleapis.com/token"
HOUR = 3600
# invalid_grant, and an app that is not known: invalid_client, unauthorized_client.
_GONE = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED})


def renew(credentials: Mapping[str, str]) -> dict[str, str]:
    """Change the refresh token for a new access token.

    Raises NeedsReauth where Google knows it no longer, ChannelError where Google fails.
    """
    form = {"grant_type": "refresh_token", "refresh_token": credentials.get("refresh_token", "")}
    response = _token(credentials, form)
    if response.status_code in _GONE:
        raise NeedsReauth(_said(response, "Google does not renew the access any more."), code=_code(response))
    if not response.ok:
        raise _failed(response)
    return {**credentials, **_credentials(response)}


def _token(app: Mapping[str, str], form: Mapping[str, str]) -> requests.Response:
    client = {"client_id": app.get("client_id", ""), "client_secret": app.get("client_secret", "")}
    with closing(google_session()) as session:
        return session.request("POST", TOKENS, data={**form, **client})


def _credentials(response: requests.Response) -> dict[str, str]:
    found = _mapping(response)
    token, seconds = str(found.get("access_token") or ""), found.get("expires_in")
    if not token:
        raise ChannelError("Google accepted the sign-in, but gave no access.", permanent=True)
    ends = timezone.now() + timedelta(seconds=seconds if isinstance(seconds, int) else HOUR)
    made = {"oauth2_token": token, "ends_at": ends.isoformat(), "scopes": str(found.get("scope") or "")}
    if found.get("refresh_token"):
        made["refresh_token"] = str(found["refresh_token"])
    return made


def _failed(response: requests.Response) -> ChannelError:
    return ChannelError(f"Google answered {response.status_code}.", code=_code(response), reason="unreachable")


def _mapping(response: requests.Response) -> Mapping[str, Any]:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _said(response: requests.Response, otherwise: str) -> str:
    found = _mapping(response)
    return str(found.get("error_description") or found.get("error") or otherwise)[:300]


def _code(response: requests.Response) -> str:
    return f"google/{_mapping(response).get('error') or response.status_code}"[:40]
