"""Signing in at X for an account: OAuth 2 with PKCE, and OAuth 1.0a's three legs.

X API v2 reference, "OAuth 2.0 Authorization Code Flow with PKCE" and "3-legged OAuth flow" (2026-08). tweepy writes the
addresses into its code and opens connections of its own, so both are called here over our session.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from requests_oauthlib import OAuth1

from channels.base import Offer
from channels.errors import ChannelError
from channels.http import x_session
from channels.x.access import API
from channels.x.client import refusal
from channels.x.connector import XConnector
from webcare.lib.oauth import login_address

SCOPES = (
    *("tweet.read", "tweet.write", "tweet.moderate.write", "users.read", "like.write"),
    *("dm.read", "dm.write", "media.write", "offline.access"),
)


def address(app: Mapping[str, str], redirect: str, state: str, verifier: str) -> str:
    """Return where somebody lets our app in by OAuth 2."""
    place = f"{settings.X_LOGIN_BASE.rstrip('/')}/i/oauth2/authorize"
    return login_address(place, app["client_id"], redirect, SCOPES, state, verifier)


def request_token(app: Mapping[str, str], callback: str) -> tuple[str, str]:
    """Begin OAuth 1.0a: return a request token and its secret. Raises ChannelError."""
    found = _signed("request_token", OAuth1(app["consumer_key"], app["consumer_secret"], callback_uri=callback))
    if found.get("oauth_callback_confirmed") != "true":
        raise ChannelError("X does not know the address to come back to.", permanent=True)
    return found["oauth_token"], found["oauth_token_secret"]


def signer_address(token: str) -> str:
    """Return where somebody lets our app in by OAuth 1.0a."""
    return f"{settings.X_OAUTH1_LOGIN_BASE.rstrip('/')}/oauth/authorize?{urlencode({'oauth_token': token})}"


def exchange_signer(app: Mapping[str, str], token: str, secret: str, verifier: str) -> dict[str, str]:
    """Change a request token that somebody said yes to for an account's credentials. Raises ChannelError."""
    keys = OAuth1(app["consumer_key"], app["consumer_secret"], token, secret, verifier=verifier)
    found = _signed("access_token", keys)
    return {
        "consumer_key": app["consumer_key"],
        "consumer_secret": app["consumer_secret"],
        "access_token": found.get("oauth_token", ""),
        "access_token_secret": found.get("oauth_token_secret", ""),
    }


def offers(credentials: Mapping[str, str]) -> Sequence[Offer]:
    """Ask X whose credentials they are: one account. Raises ChannelError."""
    with closing(XConnector(external_id="", handle="", credentials=credentials)) as connector:
        profile = connector.identify()
    granted = credentials.get("scopes", "").split()
    lacking = tuple(scope for scope in SCOPES if granted and scope not in granted)
    return [Offer("x", profile.external_id, profile.name, dict(credentials), profile.handle, lacking=lacking)]


def _signed(step: str, keys: OAuth1) -> dict[str, str]:
    with closing(x_session()) as session:
        response = session.request("POST", f"{API}/oauth/{step}", auth=keys)
    if not response.ok:
        raise refusal(response, "POST")
    found = dict(parse_qsl(response.text))
    if not (found.get("oauth_token") and found.get("oauth_token_secret")):
        raise ChannelError("X answered with something that is no token.", permanent=True)
    return found
