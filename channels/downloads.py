"""Files of customers, fetched from the platforms' own servers and from nowhere else.

The address is read once and resolved once. The connection goes to the address that was checked.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import tempfile
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from http import HTTPStatus
from typing import Any, BinaryIO, cast
from urllib.parse import urljoin, urlsplit

import requests
from django.conf import settings
from requests import exceptions
from requests.adapters import HTTPAdapter
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.util import parse_url

from channels.errors import ChannelError
from channels.http import is_loopback, unanswered

MAX_REDIRECTS = 3
MOST_SECONDS = 60  # from the first look-up to the last byte, redirects included
CHUNK = 64 * 1024
TOO_SLOW = "The file took too long to come."
# Letters, digits and what an address may hold: no blanks, no backslash, nothing outside ASCII.
_ADDRESS = re.compile(r"https?://[a-z0-9.:-]+(?:[/?#][!-\[\]-~]*)?", re.IGNORECASE)
# What Python counts as reachable from anywhere, and is not: site-local, translated and tunnelled IPv4, documentation.
_INSIDE = tuple(
    ipaddress.ip_network(net)
    for net in (
        *("fec0::/10", "::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32"),
        *("2002::/16", "3fff::/20", "5f00::/16", "100::/64", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24"),
    )
)


def is_media_address(url: str, *, anywhere: bool = False) -> bool:
    """Whether a file may be fetched from here: https at one of MEDIA_HOSTS, or the sandbox that is set.

    `anywhere`: at any host, for platforms that run on many servers. Its address has to be a public one in any case.
    """
    if not _ADDRESS.fullmatch(url):
        return False
    if _is_sandbox(url):
        return True
    try:
        parts, parsed = urlsplit(url), parse_url(url)  # both readers of addresses have to see the same host
        host, port = parts.hostname or "", parts.port
    except (ValueError, LocationParseError):
        return False
    return (
        parts.scheme == "https"
        and port in (None, 443)
        and host == parsed.host
        and ("." in host if anywhere else _hosts(tuple(settings.MEDIA_HOSTS)).fullmatch(host) is not None)
    )


@lru_cache
def _hosts(names: tuple[str, ...]) -> re.Pattern[str]:
    """The named hosts and those below them, label by label."""
    label = r"(?!xn--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\."
    return re.compile(rf"(?:{label}){{0,10}}(?:{'|'.join(re.escape(name.lower()) for name in names) or '(?!)'})")


def _is_sandbox(url: str) -> bool:
    return bool(settings.MEDIA_SANDBOX) and url.startswith(f"{settings.MEDIA_SANDBOX}/")


def is_public(address: str) -> bool:
    """Whether an IP address is public, and in no network of ours."""
    ip = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    return (
        ip.is_global
        and not (ip.is_multicast or ip.is_reserved)
        and not any(ip in net for net in _INSIDE if net.version == ip.version)
    )


class _ClosableAdapter(HTTPAdapter):
    """Remembers the connections it opened, so that one that drips can be cut."""

    def __init__(self, sockets: list[socket.socket], **options: Any) -> None:
        self.sockets = sockets
        super().__init__(**options)

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """Return a pool whose connections are remembered."""
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        sockets, plain = self.sockets, pool.ConnectionCls

        def connect(connection: Any) -> None:
            plain.connect(connection)
            sockets.append(connection.sock)

        pool.ConnectionCls = type("Watched", (plain,), {"connect": connect})
        return pool


class PublicAddressAdapter(IPFilterAdapter):  # type: ignore[misc]  # requests-hardened has no types
    """Connects to the address that was looked up and found to be outside; the certificate is the host's."""

    def __init__(self, *, is_https_proto: bool = True) -> None:
        super().__init__(is_https_proto=is_https_proto)

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        """Put the checked address in the host's place."""
        host, pool = super().build_connection_pool_key_attributes(*args, **kwargs)
        if not is_public(str(host["host"])):
            raise InvalidIPAddress(host["host"])
        return host, pool


class _ClosablePublicAdapter(_ClosableAdapter, PublicAddressAdapter):
    """Both: what drips can be cut, and what is inside is not reached."""

    def __init__(self, sockets: list[socket.socket]) -> None:
        super().__init__(sockets, is_https_proto=True)


@contextmanager
def guarded_session(
    seconds: float | None = None, session: requests.Session | None = None, own: Collection[str] = ()
) -> Iterator[tuple[requests.Session, threading.Event]]:
    """A session that knows two ways out, public addresses and the sandbox, and an event set when its time is over.

    It may be given as one of another class. `own` are origins that an operator trusts, wherever they lie.
    """
    sockets: list[socket.socket] = []
    over = threading.Event()

    def cut() -> None:
        over.set()
        for connection in sockets:
            with suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

    timer = threading.Timer(MOST_SECONDS if seconds is None else seconds, cut)
    timer.daemon = True
    with session or requests.Session() as session:
        session.adapters.clear()
        session.mount("https://", _ClosablePublicAdapter(sockets))
        for origin in filter(None, [settings.MEDIA_SANDBOX, *own]):
            session.mount(f"{origin}/", _ClosableAdapter(sockets))
        timer.start()
        try:
            yield session, over
        finally:
            timer.cancel()


def open_media(
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    auth: Any = None,
    max_bytes: int,
    anywhere: bool = False,
) -> tuple[BinaryIO, str]:
    """Download a file from a platform's media host; return (a temporary file, mime type as the host says).

    `anywhere`: see `is_media_address`.

    Raises ChannelError, reason "media_refused", for another host, a private address or a file above `max_bytes`;
    "unreachable" when it does not come; "message_gone" when it is no longer there.
    Credentials go along to the first host only.
    """
    with guarded_session() as (session, over):
        try:
            return _follow(session, over, url, headers, auth, max_bytes, anywhere)
        except InvalidIPAddress:
            raise ChannelError(
                "The file's address is inside a private network.", permanent=True, reason="media_refused"
            ) from None
        except (exceptions.RequestException, HTTPError, OSError) as error:
            if over.is_set():
                raise ChannelError(TOO_SLOW, reason="unreachable") from None
            known = error if isinstance(error, exceptions.RequestException) else exceptions.ConnectionError(error)
            raise unanswered(known, "GET", urlsplit(url).hostname or "") from None


def _follow(
    session: requests.Session,
    over: threading.Event,
    url: str,
    headers: Mapping[str, str] | None,
    auth: Any,
    max_bytes: int,
    anywhere: bool,
) -> tuple[BinaryIO, str]:
    for _ in range(MAX_REDIRECTS + 1):
        refuse_unless_media(url, anywhere=anywhere)
        session.trust_env = not is_loopback(url)
        with session.get(
            url,
            headers={"Accept-Encoding": "identity", **(headers or {})},
            auth=auth,
            stream=True,
            allow_redirects=False,
            timeout=settings.PLATFORM_TIMEOUT,
        ) as response:
            if response.is_redirect:
                target = urljoin(url, response.headers["location"])
                if urlsplit(target).netloc != urlsplit(url).netloc:
                    headers, auth = None, None
                url = target
                continue
            _refuse_status(response.status_code)
            content_type = response.headers.get("content-type", "").split(";")[0].strip().lower()
            return _spooled(response, max_bytes, over), content_type
    raise ChannelError(
        "The file's address leads from one place to another without end.", permanent=True, reason="media_refused"
    )


def refuse_unless_media(url: str, *, anywhere: bool = False) -> None:
    """Raise ChannelError, reason "media_refused", unless a file may be fetched from this address."""
    if not is_media_address(url, anywhere=anywhere):
        raise ChannelError(
            "The file is not on one of the platform's own servers.", permanent=True, reason="media_refused"
        )


def _refuse_status(status: int) -> None:
    if status == HTTPStatus.OK:
        return
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.FORBIDDEN):
        raise ChannelError(
            "The platform no longer has this file.",
            permanent=status != HTTPStatus.FORBIDDEN,
            code=str(status),
            reason="message_gone",
        )
    raise ChannelError(f"The platform answered {status} instead of the file.", code=str(status), reason="unreachable")


def _spooled(response: requests.Response, max_bytes: int, over: threading.Event) -> BinaryIO:
    too_large = ChannelError("The file is larger than we keep.", permanent=True, reason="media_refused")
    length = response.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and (len(length) > 18 or int(length) > max_bytes):  # noqa: PLR2004
        raise too_large
    file = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=1024 * 1024))  # noqa: SIM115  the caller closes it
    try:
        while chunk := response.raw.read1(CHUNK, decode_content=True):
            file.write(chunk)
            if file.tell() > max_bytes:
                raise too_large
        if over.is_set():  # a connection that was cut looks as if it had ended
            raise ChannelError(TOO_SLOW, reason="unreachable")
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file
