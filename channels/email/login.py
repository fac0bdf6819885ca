"""Signing in at a mailbox's provider, where passwords open no mailbox: OAuth 2 with PKCE, and renewing the access.

Microsoft Learn, "Authenticate an IMAP, POP or SMTP connection using OAuth" and "OAuth 2.0 authorization code flow";
Google, "OAuth 2.0 mechanism" (Gmail IMAP) and "Using OAuth 2.0 for web server applications" (2026-11). Whose mailbox it
is says the id_token that comes with the tokens, by a connection whose certificate was checked (OpenID Connect Core,
3.1.3.7).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import requests
from django.conf import settings

from channels.base import Offer
from channels.email.ids import is_address, person_of
from channels.errors import ChannelError, NeedsReauth
from channels.http import mail_session
from webcare.lib.oauth import access_of, login_address, mapping_of, said_of

HOUR = 3600
TYPED = ("address", "name")  # what an admin may type beside signing in
_MICROSOFT = "https://login.microsoftonline.com"
_WHO = ("openid", "profile", "email")
# invalid_grant, and an app that is not known: invalid_client, unauthorized_client.
_GONE = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED})


@dataclass(frozen=True, slots=True)
class Provider:
    """Who keeps mailboxes and lets people sign in for them."""

    key: str
    title: str
    scopes: tuple[str, ...]  # without one of these a mailbox is not read or not answered
    asked: tuple[str, ...] = ()  # scopes besides, which it does not name among those it gave
    more: tuple[tuple[str, str], ...] = ()  # what its log-in page is told besides


# A refresh token comes with offline_access at Microsoft. Google gives one for offline access, and to who let us in
# before only where consent is asked for again.
MICROSOFT = Provider(
    "microsoft",
    "Microsoft 365",
    ("https://outlook.office.com/IMAP.AccessAsUser.All", "https://outlook.office.com/SMTP.Send"),
    asked=("offline_access",),
    more=(("prompt", "select_account"),),
)
GOOGLE = Provider(
    "google",
    "Google",
    ("https://mail.google.com/",),
    more=(("access_type", "offline"), ("prompt", "consent select_account")),
)
PROVIDERS: Mapping[str, Provider] = {MICROSOFT.key: MICROSOFT, GOOGLE.key: GOOGLE}


def address(provider: Provider, app: Mapping[str, str], redirect: str, state: str, verifier: str) -> str:
    """Return where somebody signs in and lets our app into a mailbox."""
    if provider == MICROSOFT:
        place = f"{settings.MICROSOFT_LOGIN_BASE.rstrip('/')}/{_tenant(app)}/oauth2/v2.0/authorize"
    else:
        place = f"{settings.GOOGLE_LOGIN_BASE.rstrip('/')}/o/oauth2/v2/auth"
    scopes = (*_WHO, *provider.asked, *provider.scopes)
    return login_address(place, app["client_id"], redirect, scopes, state, verifier, **dict(provider.more))


def exchange(provider: Provider, app: Mapping[str, str], redirect: str, code: str, verifier: str) -> dict[str, str]:
    """Change a code for a mailbox's credentials. Raises ChannelError."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
    response = _token(provider, app, form)
    if not response.ok:
        words = said_of(response, f"{provider.title} did not accept the sign-in.")
        raise ChannelError(words, permanent=True, code=_code(response))
    found = mapping_of(response)
    made = _access(found)
    if "refresh_token" not in made:
        raise ChannelError(f"{provider.title} gave access for an hour only.", permanent=True, code="mail/online")
    who = _claims(str(found.get("id_token") or ""), app["client_id"])
    imap, smtp = _servers(provider)
    return {
        "provider": provider.key,
        "imap_server": imap,
        "smtp_server": smtp,
        "address": next((who[name] for name in ("email", "preferred_username") if is_address(who.get(name, ""))), ""),
        "name": who.get("name", ""),
        **{name: app[name] for name in ("client_id", "client_secret", "tenant") if app.get(name)},
        **made,
    }


def offers(credentials: Mapping[str, str]) -> Sequence[Offer]:
    """Return the mailbox that was signed in to, or the shared one that was typed beside. Raises ChannelError."""
    provider = PROVIDERS[credentials["provider"]]
    if not set(provider.scopes) <= set(credentials["scopes"].split()):
        raise ChannelError("Without the permissions no mail is read or sent.", permanent=True, code="mail/permissions")
    mailbox = credentials["address"]
    if not is_address(mailbox):
        raise ChannelError(f"{provider.title} did not say whose mailbox it is.", permanent=True, code="mail/whose")
    return [Offer("email", person_of(mailbox), mailbox, dict(credentials), detail=provider.title)]


def renew(credentials: Mapping[str, str]) -> dict[str, str]:
    """Change the refresh token for new access; Microsoft gives a new refresh token with it.

    Raises NeedsReauth where the provider knows it no longer, ChannelError where the provider fails.
    """
    provider = PROVIDERS[credentials["provider"]]
    form = {"grant_type": "refresh_token", "refresh_token": credentials.get("refresh_token", "")}
    if provider == MICROSOFT:
        form["scope"] = " ".join((*provider.asked, *provider.scopes))
    response = _token(provider, credentials, form)
    if response.status_code in _GONE:
        words = said_of(response, f"{provider.title} does not renew the access any more.")
        raise NeedsReauth(words, code=_code(response))
    if not response.ok:
        words = f"{provider.title} answered {response.status_code}."
        raise ChannelError(words, code=_code(response), reason="unreachable")
    return {**credentials, **_access(mapping_of(response))}


def _servers(provider: Provider) -> tuple[str, str]:
    if provider == MICROSOFT:
        return settings.MICROSOFT_IMAP, settings.MICROSOFT_SMTP
    return settings.GOOGLE_IMAP, settings.GOOGLE_SMTP


def _token(provider: Provider, app: Mapping[str, str], form: Mapping[str, str]) -> requests.Response:
    client = {"client_id": app.get("client_id", ""), "client_secret": app.get("client_secret", "")}
    place = f"{_MICROSOFT}/{_tenant(app)}/oauth2/v2.0/token"
    with closing(mail_session()) as session:
        return session.request(
            "POST", place if provider == MICROSOFT else "https://oauth2.googleapis.com/token", data={**form, **client}
        )


def _tenant(app: Mapping[str, str]) -> str:
    """Return which organisation signs in: its id or domain; without one every organisation may."""
    return quote(app.get("tenant") or "organizations", safe="")


def _access(found: Mapping[str, Any]) -> dict[str, str]:
    access = access_of(found, HOUR)
    if not access:
        raise ChannelError("The sign-in was accepted, but gave no access.", permanent=True)
    return access


def _claims(id_token: str, client_id: str) -> dict[str, str]:
    """Return what an id_token says of who signed in; {} for one that is not for our app."""
    try:
        part = id_token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError, binascii.Error):
        return {}
    if not isinstance(found, dict) or found.get("aud") != client_id:
        return {}
    return {name: value[:254] for name, value in found.items() if isinstance(value, str)}


def _code(response: requests.Response) -> str:
    return f"mail/{mapping_of(response).get('error') or response.status_code}"[:40]
