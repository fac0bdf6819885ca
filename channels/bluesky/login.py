"""Signing in with an app password, and renewing the access: com.atproto.server.createSession and refreshSession.

AT Protocol, "HTTP API (XRPC)", authentication (2026-09). The access lasts about two hours, what renews it about two
months; where that is gone too, the app password signs in again.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from channels.bluesky.client import SERVER, read
from channels.errors import ChannelError, NeedsReauth
from channels.servers import ServerSession, origin_of

USUAL = timedelta(hours=2)
PRIVILEGED = frozenset({"com.atproto.access", "com.atproto.appPassPrivileged"})  # what opens messages
PASSWORD, FACTOR = "bluesky/password", "bluesky/factor"
_CREATE, _REFRESH = "com.atproto.server.createSession", "com.atproto.server.refreshSession"


def sign_in(credentials: Mapping[str, str]) -> dict[str, str]:
    """Return the credentials with access. Raises NeedsReauth where the password is refused, ChannelError else."""
    origin = origin_of(credentials.get("server") or SERVER)
    typed = {
        "identifier": credentials.get("handle", "").strip().lstrip("@"),
        "password": credentials.get("app_password", "").strip(),
    }
    try:
        found = _post(origin, _CREATE, json=typed)
    except NeedsReauth as error:
        # A main password with a second factor asks for a code by mail: an app password never does.
        code = FACTOR if "AuthFactorTokenRequired" in error.code else PASSWORD
        raise NeedsReauth(str(error), code=code) from None
    return _with_access(credentials, found, origin)


def renew(credentials: Mapping[str, str]) -> dict[str, str]:
    """Return the credentials with new access. Raises NeedsReauth where neither token nor password is taken any more."""
    origin = origin_of(credentials.get("pds") or credentials.get("server") or SERVER)
    try:
        headers = {"Authorization": f"Bearer {credentials.get('refresh_token', '')}"}
        return _with_access(credentials, _post(origin, _REFRESH, headers=headers), origin)
    except ChannelError as error:
        error.unknown = False  # whatever became of it, the password works again and again
        if error.reason not in ("reauth", "renewing"):
            raise
    return sign_in(credentials)


def scope_of(token: str) -> str:
    """Return what access allows, as it says itself; "" where that cannot be read."""
    return str(_payload(token).get("scope") or "")


def _post(origin: str, method: str, **options: Any) -> Mapping[str, Any]:
    with closing(ServerSession(origin)) as session:
        return read(session.request("POST", f"{origin}/xrpc/{method}", **options), method, writes=True)


def _with_access(credentials: Mapping[str, str], found: Mapping[str, Any], origin: str) -> dict[str, str]:
    access, refresh = str(found.get("accessJwt") or ""), str(found.get("refreshJwt") or "")
    if not access or not refresh:
        raise ChannelError("Bluesky accepted the sign-in, but gave no access.", permanent=True)
    if found.get("active") is False:
        raise NeedsReauth(f"The account is {found.get('status') or 'not active'}.", code="bluesky/inactive")
    return {
        **credentials,
        "access_token": access,
        "refresh_token": refresh,
        "ends_at": _ends(access).isoformat(),
        "pds": _home_of(found.get("didDoc")) or credentials.get("pds") or origin,
    }


def _home_of(document: object) -> str:
    """The server that keeps the account, as its DID document says; "" where it says none that may be called."""
    services = document.get("service") if isinstance(document, Mapping) else None
    for service in services if isinstance(services, list) else []:
        if isinstance(service, Mapping) and str(service.get("id", "")).endswith("#atproto_pds"):
            try:
                return origin_of(str(service.get("serviceEndpoint") or ""))
            except ChannelError:
                return ""
    return ""


def _ends(token: str) -> datetime:
    seconds, now = _payload(token).get("exp"), timezone.now()
    if isinstance(seconds, int) and 0 < seconds < 2**40:
        return min(datetime.fromtimestamp(seconds, UTC), now + timedelta(days=1))
    return now + USUAL


def _payload(token: str) -> Mapping[str, Any]:
    """What a token says of itself. It is not ours to check: its server does."""
    part = token.split(".")[1] if token.count(".") == 2 else ""  # noqa: PLR2004
    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        return {}
    return found if isinstance(found, Mapping) else {}
