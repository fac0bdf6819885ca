"""Platforms that run on many servers: an address that an admin typed, and a session that reaches that server only.

The address could be anything, so it is treated as one from outside: https, a public address, an answer of some size.
"""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests import exceptions
from requests_hardened.ip_filter import InvalidIPAddress
from urllib3.exceptions import HTTPError

from channels.downloads import PublicAddressAdapter
from channels.errors import ChannelError
from channels.http import SAFE_METHODS, Adapter, PlatformSession, unanswered

MOST_BYTES = 8 * 1024 * 1024  # of an answer: a page of eighty posts with long texts takes a tenth of it
MOST_SECONDS = 45  # from the first byte of an answer to its last
CHUNK = 64 * 1024
_HOST = re.compile(r"(?!xn--[a-z0-9-]*\.?$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


def origin_of(typed: str) -> str:
    """Return the origin of a server, as https://example.social: people type it with or without scheme and path.

    Raises ChannelError, reason "site_address", for what is no name of a server. Whether its address is a public one is
    looked at when it is called.
    """
    text = typed.strip().rstrip("/")
    if settings.MEDIA_SANDBOX and text == settings.MEDIA_SANDBOX:
        return text
    parts = urlsplit(text if "://" in text else f"https://{text}")
    host = (parts.hostname or "").lower()
    try:
        is_plain = parts.scheme == "https" and parts.port in (None, 443) and not parts.username
    except ValueError:
        is_plain = False
    if not is_plain or len(host) > 253 or not _HOST.fullmatch(host):
        raise ChannelError("This is no address of a server.", permanent=True, reason="site_address")
    return f"https://{host}"


class ServerSession(PlatformSession):
    """A session for one server. Whatever an SDK asks elsewhere is refused."""

    def __init__(self, origin: str) -> None:
        """`origin` is one of `origin_of`."""
        super().__init__({origin: origin})
        self.origin = origin
        self.adapters.clear()
        self.mount("https://", _PublicAdapter())
        if settings.MEDIA_SANDBOX and origin == settings.MEDIA_SANDBOX:
            self.mount(f"{origin}/", Adapter())

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Send one request to the server and read its answer. Raises ChannelError as PlatformSession does."""
        address = url if isinstance(url, str) else url.decode()
        if not address.startswith(f"{self.origin}/"):
            raise ChannelError("This address is on another server.", permanent=True, reason="site_address")
        verb = method if isinstance(method, str) else method.decode()
        response = super().request(verb, address, *args, **{**kwargs, "stream": True})
        with response:
            read_whole(response, verb.upper())
        return response


class _PublicAdapter(PublicAddressAdapter, Adapter):
    """Connects to public addresses only, and makes an Answer of each response."""

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Send as requests does. An address inside a private network is an address that is not valid."""
        try:
            sent: requests.Response = super().send(*args, **kwargs)
        except InvalidIPAddress:
            raise exceptions.InvalidURL from None
        return sent


def read_whole(response: requests.Response, method: str) -> None:
    """Read an answer's body, as far as it may be long and slow. Raises ChannelError beyond that."""
    parts, length, ends = [], 0, time.monotonic() + MOST_SECONDS
    try:
        for part in response.iter_content(CHUNK):
            parts.append(part)
            length += len(part)
            if length > MOST_BYTES or time.monotonic() > ends:
                raise exceptions.ConnectionError
    except (exceptions.RequestException, HTTPError, OSError) as error:
        known = error if isinstance(error, exceptions.RequestException) else exceptions.ConnectionError(error)
        host = urlsplit(response.url or "").hostname or ""
        if isinstance(known, exceptions.ConnectionError) and not known.args:
            unknown = method not in SAFE_METHODS
            raise ChannelError(f"The answer of {host} has no end.", unknown=unknown, reason="unreachable") from None
        raise unanswered(known, method, host) from None
    response._content, response._content_consumed = b"".join(parts), True  # type: ignore[attr-defined]
