"""Requests' bodies, read on the event loop before a page thread is taken: a slow sender holds a socket only.

What does not fit in memory waits in an unnamed temporary file.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any, cast

from django.conf import settings

from webcare.server.addresses import network_of

if TYPE_CHECKING:
    from a2wsgi.asgi_typing import ASGIApp, HTTPScope, Receive, Scope, Send

KEY = "webcare.body"  # under which a request's scope holds its body
TOO_LARGE = "/too-large/"  # the page that says so (inbox/views/errors.py); a proxy in front may show it too
KB, MB = 1024, 1024 * 1024
LARGEST_UPLOAD = 105 * MB  # colleagues send files of up to 100 MB (WhatsApp's documents)
LARGEST_FORM = 3 * MB  # a Meta webhook holds up to 1,000 updates
LARGEST_SIGN_IN = 64 * KB
LARGEST_OF_VISITOR = 11 * MB  # a file of 10 MB and its form (channels/livechat)
GRACE_SECONDS = 10.0  # for a body of any size; more only for what comes at this pace
SLOWEST = 16 * KB  # bytes a second
LONGEST_SECONDS = 600.0  # for any body: 100 MB at 1.4 Mbit/s
IN_MEMORY = 256 * KB
OPEN_OF_ADDRESS = 32  # bodies of one address at once; the oldest gives way to the newest
KEPT_OF_ADDRESS = 256 * MB  # bytes of one address's bodies
KEPT_AT_ONCE = 2 * 1024 * MB  # bytes of all bodies
FOR_WEBHOOKS = 256 * MB  # of these, what only webhooks may take
_NEVER = ("TRACE", "TRACK", "CONNECT")  # methods that tell a request back, or lead elsewhere
_OF_BODY = (b"content-length", b"content-type", b"transfer-encoding", b"expect")
_CLOSE = (b"connection", b"close")
_OF_PROGRAMS = ("/api/", "/webhooks/")  # led to HTTPS, they would send their secrets in the clear and never know


class Refused(Exception):
    """A request that goes no further, with the status that says why."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class SenderLeft(Exception):
    """The connection ended before the body did."""


def _empty() -> IO[bytes]:
    return cast("IO[bytes]", tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115  closed with the request


@dataclass
class Body:
    """One request's body: a file at its beginning, and how many bytes there are."""

    file: IO[bytes] = field(default_factory=_empty)
    size: int = 0


@dataclass
class Bodies:
    """ASGI middleware before the pages: passes on whole requests, answers 408, 413 and 503 by itself.

    Whoever reads pages gets a page that says that it was too large.
    """

    app: ASGIApp
    _open: dict[str, dict[asyncio.Timeout, None]] = field(default_factory=dict)
    _kept: int = 0
    _kept_of: Counter[str] = field(default_factory=Counter)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body, then hand the request on with it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = Body()
        try:
            _check_head(scope)
            if _has_body(scope):
                await self._read(scope, receive, body)
            cast("dict[str, Any]", scope)[KEY] = body
            await self.app(scope, receive, send)
        except Refused as refused:
            if refused.status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE and _reads_pages(scope):
                with (nothing := Body()).file:
                    await self.app(_asks_for(TOO_LARGE, scope, nothing), _nothing_more, _last(send))
            else:
                await _answer(send, refused.status)
        except SenderLeft:
            pass
        finally:
            self._forget(scope, body)

    async def _read(self, scope: HTTPScope, receive: Receive, body: Body) -> None:
        """Fill the body. Raises Refused where it is too large or too slow, and SenderLeft."""
        most, began = largest_body(scope), asyncio.get_running_loop().time()
        if _announced(scope) > most:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        address = _address(scope)
        siblings = self._open.setdefault(address, {})
        limit = asyncio.timeout(GRACE_SECONDS)
        try:
            async with limit:
                siblings[limit] = None
                if len(siblings) > OPEN_OF_ADDRESS:
                    _give_way(siblings)
                async for part in _parts(receive):
                    self._keep(part, body, scope)
                    if limit in siblings:
                        limit.reschedule(began + min(GRACE_SECONDS + body.size / SLOWEST, LONGEST_SECONDS))
        except TimeoutError:
            raise Refused(HTTPStatus.REQUEST_TIMEOUT) from None
        finally:
            siblings.pop(limit, None)
            if not siblings and self._open.get(address) is siblings:
                del self._open[address]
        body.file.seek(0)

    def _keep(self, part: bytes, body: Body, scope: HTTPScope) -> None:
        """Add a part to a body. Raises Refused where that takes more than the body, the address or all may have."""
        if body.size + len(part) > largest_body(scope):
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        address = _address(scope)
        room = KEPT_AT_ONCE if _is_webhook(scope) else KEPT_AT_ONCE - FOR_WEBHOOKS
        if self._kept + len(part) > room or self._kept_of[address] + len(part) > KEPT_OF_ADDRESS:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE)
        body.file.write(part)
        body.size += len(part)
        self._kept += len(part)
        self._kept_of[address] += len(part)

    def _forget(self, scope: HTTPScope, body: Body) -> None:
        address = _address(scope)
        self._kept -= body.size
        self._kept_of[address] -= body.size
        if not self._kept_of[address]:
            del self._kept_of[address]
        body.file.close()


async def _parts(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = cast("dict[str, Any]", await receive())
        if message["type"] == "http.disconnect":
            raise SenderLeft
        more = message.get("more_body", False)
        yield message.get("body", b"")


def _give_way(siblings: dict[asyncio.Timeout, None]) -> None:
    """End the oldest reading of an address: what is sent at once has long been read."""
    oldest = next(iter(siblings))
    del siblings[oldest]
    oldest.reschedule(asyncio.get_running_loop().time())


def largest_body(scope: HTTPScope) -> int:
    """Return how many bytes a request may bring: files from visitors and from who is signed in only."""
    if scope["path"].startswith("/account/"):
        return LARGEST_SIGN_IN
    if scope["path"].startswith("/chat/"):
        return LARGEST_OF_VISITOR if scope["path"].endswith("/attach/") else LARGEST_SIGN_IN
    cookie = f"{settings.SESSION_COOKIE_NAME}=".encode()
    has_session = any(name == b"cookie" and cookie in header for name, header in scope["headers"])
    return LARGEST_UPLOAD if has_session and not _is_webhook(scope) else LARGEST_FORM


def _is_webhook(scope: HTTPScope) -> bool:
    return scope["path"].startswith("/webhooks/")


def _address(scope: HTTPScope) -> str:
    return network_of(scope["client"][0]) if scope.get("client") else ""


def _check_head(scope: HTTPScope) -> None:
    # CGI's names cannot tell X_Forwarded_For from X-Forwarded-For: nobody may pass the one off for the other.
    cast("dict[str, Any]", scope)["headers"] = [pair for pair in scope["headers"] if b"_" not in pair[0]]
    if scope["method"] in _NEVER:
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED)
    if settings.SECURE_SSL_REDIRECT and scope["path"].startswith(_OF_PROGRAMS) and not _is_secure(scope):
        raise Refused(HTTPStatus.FORBIDDEN)
    has_host = scope["http_version"] == "1.0" or any(name == b"host" for name, _given in scope["headers"])
    if not has_host or not scope["query_string"].isascii():
        raise Refused(HTTPStatus.BAD_REQUEST)


def _is_secure(scope: HTTPScope) -> bool:
    """Whether a request came by HTTPS: here, or at the proxy in front, as Django asks it of pages."""
    forwarded = settings.SECURE_PROXY_SSL_HEADER and (b"x-forwarded-proto", b"https") in scope["headers"]
    return bool(scope["scheme"] == "https" or forwarded)


def _has_body(scope: HTTPScope) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and header.strip() != b"0")
        for name, header in scope["headers"]
    )


def _announced(scope: HTTPScope) -> int:
    header = next((header for name, header in scope["headers"] if name == b"content-length"), b"0").decode("latin-1")
    return int(header[:18]) if header.isdecimal() else 0


def _reads_pages(scope: HTTPScope) -> bool:
    is_page = not scope["path"].startswith((*_OF_PROGRAMS, "/chat/"))
    return is_page and any(name == b"accept" and b"text/html" in header for name, header in scope["headers"])


def _asks_for(path: str, scope: HTTPScope, body: Body) -> HTTPScope:
    """Return a request for a page by the same person, with this body."""
    told = [pair for pair in scope["headers"] if pair[0] not in _OF_BODY]
    asked = {"method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": told}
    return cast("HTTPScope", {**scope, **asked, KEY: body})


async def _nothing_more() -> Any:
    return {"type": "http.disconnect"}


def _last(send: Send) -> Send:
    """Return what ends the connection with the answer: the rest of the body is not read."""

    async def sent(message: Any) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], _CLOSE]}
        await send(message)

    return sent


async def _answer(send: Send, status: HTTPStatus) -> None:
    text = f"{status.value} {status.phrase}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(text)).encode()),
        (b"cache-control", b"no-store"),
        _CLOSE,
    ]
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": text})
