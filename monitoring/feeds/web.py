"""Reading a page or a feed of others: over https, from public addresses only, in bounded time and size."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from threading import BoundedSemaphore, Event
from urllib.parse import urljoin, urlsplit

import requests
from django.conf import settings
from requests import exceptions
from requests_hardened.ip_filter import InvalidIPAddress
from urllib3.exceptions import HTTPError

from channels.downloads import guarded_session
from channels.http import is_loopback
from inbox.automation.posting import may_be_told

MOST_SECONDS = 15  # from the first look-up to the last byte, redirects included
MOST_BYTES = 2 * 1024 * 1024  # unpacked
MOST_REDIRECTS = 4
_CHUNK = 64 * 1024
_PATIENCE = 8.0  # seconds, where somebody waits for it
_AT_ONCE = BoundedSemaphore(3)  # of those, in one process: pages have threads of their own left
_MOVED = (301, 302, 303, 307, 308)


class CannotRead(Exception):
    """Nothing came. `problem` is one of monitoring.feeds.models.Feed.Problem."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site gave. `url` is where it was found in the end."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


def read(url: str, headers: Mapping[str, str] | None = None, *, seconds: float = MOST_SECONDS) -> Answer:
    """Return what stands at an address. Every redirect is looked at as the first address was.

    A body comes with status 200 alone. Raises CannotRead.
    """
    asked = {"User-Agent": f"Webcare (+{settings.PUBLIC_URL})", "Accept-Encoding": "gzip", **(headers or {})}
    with guarded_session(seconds) as (session, over):
        try:
            for _step in range(MOST_REDIRECTS + 1):
                answer = _one(session, over, url, asked)
                if answer.status not in _MOVED or "location" not in answer.headers:
                    return answer
                url = urljoin(url, answer.headers["location"])
        except InvalidIPAddress:
            raise CannotRead("private") from None
        except (exceptions.RequestException, HTTPError, OSError, ValueError):
            raise CannotRead("unreachable") from None
    raise CannotRead("unreachable")


def read_now(url: str) -> Answer:
    """Return what stands at an address to a page that waits for it: soon, and few at once. Raises CannotRead."""
    if not _AT_ONCE.acquire(blocking=False):
        raise CannotRead("unreachable")
    try:
        return read(url, seconds=_PATIENCE)
    finally:
        _AT_ONCE.release()


def _one(session: requests.Session, over: Event, url: str, headers: Mapping[str, str]) -> Answer:
    if not may_be_told(url):
        raise CannotRead("private")
    session.trust_env = not is_loopback(url)
    with session.get(
        url, headers=headers, stream=True, allow_redirects=False, timeout=settings.PLATFORM_TIMEOUT
    ) as response:
        body = _body(response, over) if response.status_code == requests.codes.ok else b""
        return Answer(response.status_code, url, response.headers, body)


def _body(response: requests.Response, over: Event) -> bytes:
    parts, size = [], 0
    while chunk := response.raw.read1(_CHUNK, decode_content=True):
        parts.append(chunk)
        size += len(chunk)
        if size > MOST_BYTES:
            raise CannotRead("too_large")
    if over.is_set():  # a connection that was cut looks as if it had ended
        raise CannotRead("unreachable")
    return b"".join(parts)


def host_of(url: str) -> str:
    """Return the host of an address, in small letters."""
    return (urlsplit(url).hostname or "").lower()


def name_of(address: str) -> str:
    """Return what a post of the web is known by: the same for the same address."""
    return hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()
