"""The one seam all traffic to the platforms passes: origins, time-outs, errors without secrets, and safe downloads."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import tempfile
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, BinaryIO, cast
from urllib.parse import urljoin, urlsplit

import requests
from django.conf import settings
from requests import exceptions
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from channels.errors import ChannelError

MAX_REDIRECTS = 3
MAX_DOWNLOAD_SECONDS = 60
CHUNK = 64 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class PlatformSession(requests.Session):
    """The session handed to an SDK. One per connector; not shared between threads.

    Both SDKs fix the platform's origin in their code, so it is replaced here, in `request()`: that is before OAuth 1
    signs, so a signature is made for the address that is really called. `last` is the newest response, since
    neither SDK shows the rate-limit headers.
    """

    def __init__(self, origins: Mapping[str, str], timeout: tuple[float, float] | None = None) -> None:
        """`origins` maps an origin in an SDK's code to the one to call; `timeout` is (connect, read) in seconds."""
        super().__init__()
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


def is_media_address(url: str) -> bool:
    """Whether an attachment may be fetched from here: https at one of MEDIA_HOSTS, or the sandbox in demo and tests."""
    parts = urlsplit(url)
    if _is_sandbox(url):
        return True
    host = (parts.hostname or "").lower().rstrip(".")
    try:
        port = parts.port
    except ValueError:
        return False
    return (
        parts.scheme == "https"
        and port in (None, 443)
        and not parts.username
        and any(host == allowed or host.endswith(f".{allowed}") for allowed in settings.MEDIA_HOSTS)
    )


def _is_sandbox(url: str) -> bool:
    if not (settings.DEMO or settings.TESTING):
        return False
    parts = urlsplit(url)
    bases = (settings.X_API_BASE, settings.X_UPLOAD_BASE, settings.GRAPH_API_BASE)
    return any(
        is_loopback(base) and parts.scheme == urlsplit(base).scheme and parts.netloc == urlsplit(base).netloc
        for base in bases
    )


def open_media(
    url: str,
    *,
    session: requests.Session | None = None,
    headers: Mapping[str, str] | None = None,
    auth: Any = None,
    max_bytes: int,
) -> tuple[BinaryIO, str]:
    """Download a file from a platform's media host; return (a temporary file, mime type as the host says).

    Raises ChannelError, reason "media_refused", for another host, a private address or a file above `max_bytes`;
    "unreachable" when it does not come; "message_gone" when it is no longer there.
    Credentials go along to the first host only.
    """
    own = session is None
    session = session or PlatformSession({})
    deadline = time.monotonic() + MAX_DOWNLOAD_SECONDS
    try:
        for _ in range(MAX_REDIRECTS + 1):
            refuse_unless_media(url)
            session.trust_env = not is_loopback(url)
            with session.get(
                url, headers=dict(headers or {}), auth=auth, stream=True, allow_redirects=False
            ) as response:
                if response.is_redirect:
                    target = urljoin(url, response.headers["location"])
                    if urlsplit(target).netloc != urlsplit(url).netloc:
                        headers, auth = None, None
                    url = target
                    continue
                _refuse_status(response.status_code)
                return _spooled(response, max_bytes, deadline), response.headers.get("content-type", "").split(";")[
                    0
                ].strip().lower()
    except exceptions.RequestException as error:
        raise unanswered(error, "GET", urlsplit(url).hostname or "") from None
    finally:
        if own:
            session.close()
    raise ChannelError(
        "The file's address leads from one place to another without end.", permanent=True, reason="media_refused"
    )


def refuse_unless_media(url: str) -> None:
    """Raise ChannelError, reason "media_refused", unless the address is a platform's public media host."""
    if not is_media_address(url):
        raise ChannelError(
            "The file is not on one of the platform's own servers.", permanent=True, reason="media_refused"
        )
    if _is_sandbox(url):
        return
    host = urlsplit(url).hostname or ""
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError:
        raise ChannelError(f"No connection to {host}.", reason="unreachable") from None
    if any(not ipaddress.ip_address(str(entry[4][0]).split("%")[0]).is_global for entry in found):
        raise ChannelError("The file's address is inside a private network.", permanent=True, reason="media_refused")


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


def _spooled(response: requests.Response, max_bytes: int, deadline: float) -> BinaryIO:
    length = response.headers.get("content-length", "")
    if length.isdigit() and int(length) > max_bytes:
        raise ChannelError("The file is larger than we keep.", permanent=True, reason="media_refused")
    file = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=1024 * 1024))  # noqa: SIM115  the caller closes it
    try:
        for chunk in response.iter_content(CHUNK):
            file.write(chunk)
            if file.tell() > max_bytes:
                raise ChannelError("The file is larger than we keep.", permanent=True, reason="media_refused")
            if time.monotonic() > deadline:
                raise ChannelError("The file took too long to come.", reason="unreachable")
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file
