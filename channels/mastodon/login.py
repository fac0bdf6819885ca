"""Signing in at a Mastodon server: our app is made known to it first, then OAuth 2 with PKCE.

Mastodon API, "apps API methods" and "OAuth API methods" (2026-09). Every server knows apps of its own. Servers before
Mastodon 4.3 know no PKCE and pass it over. The access does not end by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing

import requests
from django.conf import settings

from channels.base import Offer
from channels.errors import ChannelError
from channels.mastodon.connector import SCOPES, MastodonConnector
from channels.servers import ServerSession, origin_of
from webcare.lib.oauth import login_address, mapping_of, said_of

_APP = ("instance", "client_id", "client_secret")


def register(typed: str, redirect: str) -> dict[str, str]:
    """Make our app known to the server an admin typed; return it. Raises ChannelError."""
    origin = origin_of(typed)
    asked = {"client_name": "Webcare", "redirect_uris": redirect, "scopes": " ".join(SCOPES)}
    if settings.PUBLIC_URL:
        asked["website"] = settings.PUBLIC_URL
    found = mapping_of(_post(origin, "/api/v1/apps", asked))
    app = {"instance": typed.strip(), **{name: str(found.get(name) or "") for name in _APP[1:]}}
    if not all(app.values()):
        raise ChannelError("The server does not know apps as Mastodon does.", permanent=True, code="mastodon/no_apps")
    return app


def address(app: Mapping[str, str], redirect: str, state: str, verifier: str) -> str:
    """Return where somebody lets our app in, on their server."""
    place = f"{origin_of(app['instance'])}/oauth/authorize"
    return login_address(place, app["client_id"], redirect, SCOPES, state, verifier)


def exchange(app: Mapping[str, str], redirect: str, code: str, verifier: str) -> dict[str, str]:
    """Change a code for an account's credentials. Raises ChannelError."""
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier,
        "client_id": app["client_id"], "client_secret": app["client_secret"], "scope": " ".join(SCOPES),
    }  # fmt: skip
    response = _post(origin_of(app["instance"]), "/oauth/token", form)
    token = str(mapping_of(response).get("access_token") or "")
    if not token:
        raise ChannelError("The server accepted the sign-in, but gave no access.", permanent=True)
    return {"access_token": token, **{name: app[name] for name in _APP}}


def offers(credentials: Mapping[str, str]) -> Sequence[Offer]:
    """Ask the server whose access it is. Raises ChannelError."""
    with closing(MastodonConnector(external_id="", handle="", credentials=credentials)) as connector:
        profile = connector.identify()
    return [Offer("mastodon", profile.external_id, profile.name, dict(credentials), profile.handle)]


def _post(origin: str, path: str, form: Mapping[str, str]) -> requests.Response:
    with closing(ServerSession(origin)) as session:
        response = session.request("POST", f"{origin}{path}", data=form, headers={"User-Agent": "webcare"})
    if not response.ok or response.is_redirect:
        words = said_of(response, f"It answered {response.status_code}.")
        raise ChannelError(words, permanent=response.status_code < 500, code="mastodon/sign_in")  # noqa: PLR2004
    return response
