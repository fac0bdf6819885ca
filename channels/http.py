"""The one seam all calls to the platforms pass: origins, time-outs, errors without secrets.

Their limits: channels/x/rate_limits.py, channels/meta/rate_limits.py and channels/youtube/quota.py.
"""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests import exceptions
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from channels.errors import ChannelError
from webcare.lib.text import read_json

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Answer(requests.Response):
    """A platform's answer, whose JSON is cleaned: one odd character in a page must not cost the rest of it."""

    def json(self, **_how: Any) -> Any:
        """Return the body's JSON. Raises requests' JSONDecodeError, as ours do, for what is none."""
        try:
            return read_json(self.content)
        except ValueError as error:
            raise exceptions.JSONDecodeError("The answer is no JSON.", "", 0) from error


class Adapter(requests.adapters.HTTPAdapter):
    """Makes an Answer of each response: requests has no other place to say so."""

    def build_response(self, request: requests.PreparedRequest, response: Any) -> requests.Response:
        """Return the response as requests does, as one of ours."""
        made = super().build_response(request, response)
        made.__class__ = Answer
        return made


class PlatformSession(requests.Session):
    """The session handed to an SDK. One per connector; not shared between threads.

    The SDKs fix the platform's origin in their code, so it is replaced here, in `request()`: OAuth 1 signs after that,
    so the signature is of the address called. `last` is the newest response, since none of them shows the rate-limit
    headers.
    """

    def __init__(self, origins: Mapping[str, str], timeout: tuple[float, float] | None = None) -> None:
        """`origins` maps an origin in an SDK's code to the one to call; `timeout` is (connect, read) in seconds."""
        super().__init__()
        for scheme in ("https://", "http://"):
            self.mount(scheme, Adapter())
        self.origins = {old.rstrip("/"): new.rstrip("/") for old, new in origins.items()}
        self.timeout = timeout or settings.PLATFORM_TIMEOUT
        self.last: requests.Response | None = None
        # A proxy from the environment is for the outside world, not for a sandbox on this machine.
        self.trust_env = not all(is_loopback(base) for base in self.origins.values())

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Send one request to the configured origin, with a time-out.

        Raises ChannelError, reason "unreachable", when no answer comes; its `unknown` is set when the request may have
        been carried out. The SDKs let it pass. Requests' own exceptions stay inside: their text holds the URL and
        its token.
        """
        verb = (method if isinstance(method, str) else method.decode()).upper()
        address = self.rebased(url if isinstance(url, str) else url.decode())
        kwargs["timeout"] = kwargs.get("timeout") or self.timeout
        # A redirect would leave the configured origin, and no API call answers with one.
        kwargs["allow_redirects"] = False
        try:
            self.last = super().request(verb, address, *args, **kwargs)
        except exceptions.RequestException as error:
            raise unanswered(error, verb, urlsplit(address).hostname or "") from None
        return self.last

    def rebased(self, url: str) -> str:
        """Return the URL with a known origin replaced by the configured one."""
        for old, new in self.origins.items():
            if url == old or url.startswith(f"{old}/"):
                return new + url[len(old) :]
        return url

    @property
    def headers_seen(self) -> Mapping[str, str]:
        """The newest answer's headers, case-insensitive; empty before the first call."""
        return self.last.headers if self.last is not None else {}


def x_session() -> PlatformSession:
    """Return a session for tweepy and for X calls of our own."""
    return PlatformSession(
        {
            "https://api.twitter.com": settings.X_API_BASE,
            "https://api.x.com": settings.X_API_BASE,
            "https://upload.twitter.com": settings.X_UPLOAD_BASE,
        }
    )


def graph_session() -> PlatformSession:
    """Return a session for facebook-sdk and for Graph calls of our own."""
    return PlatformSession({"https://graph.facebook.com": settings.GRAPH_API_BASE})


def google_session() -> PlatformSession:
    """Return a session for Google's client and for calls of our own to its token address."""
    return PlatformSession(
        {
            "https://youtube.googleapis.com": settings.YOUTUBE_API_BASE,
            "https://oauth2.googleapis.com": settings.GOOGLE_TOKEN_BASE,
        }
    )


def mail_session() -> PlatformSession:
    """Return a session for the token addresses of those who keep mailboxes."""
    return PlatformSession(
        {
            "https://login.microsoftonline.com": settings.MICROSOFT_TOKEN_BASE,
            "https://oauth2.googleapis.com": settings.GOOGLE_TOKEN_BASE,
        }
    )


def unanswered(error: exceptions.RequestException, method: str, host: str) -> ChannelError:
    """Turn an exception of requests into a ChannelError that names the host only.

    Nothing was carried out when the connection was never made; a read that changes nothing is not `unknown` either.
    """
    if isinstance(error, (exceptions.InvalidURL, exceptions.InvalidSchema, exceptions.MissingSchema)):
        return ChannelError("The address of the platform is not a valid one.", permanent=True)
    never_left = _never_left(error)
    if isinstance(error, exceptions.Timeout):
        text = f"{host} did not answer in time."
    elif never_left:
        text = f"No connection to {host}."
    else:
        text = f"The connection to {host} broke off."
    return ChannelError(text, unknown=not never_left and method not in SAFE_METHODS, reason="unreachable")


def _never_left(error: exceptions.RequestException) -> bool:
    if isinstance(error, (exceptions.ConnectTimeout, exceptions.ProxyError)):
        return True
    inner: object = error.args[0] if error.args else None
    if isinstance(inner, MaxRetryError):
        inner = inner.reason
    if isinstance(inner, (NewConnectionError, ConnectTimeoutError)):
        return True
    # A certificate is refused before anything is sent; any other TLS failure may come halfway through the answer.
    cause = inner.args[0] if isinstance(inner, Exception) and inner.args else None
    return isinstance(cause, ssl.SSLCertVerificationError)


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine by its very text (localhost, 127.0.0.0/8, ::1)."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
