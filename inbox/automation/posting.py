"""Telling an address of others something: over https, to public addresses only, in bounded time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from django.conf import settings
from requests import exceptions
from requests_hardened.ip_filter import InvalidIPAddress
from urllib3.exceptions import HTTPError

from channels.downloads import guarded_session
from channels.errors import ChannelError
from channels.http import is_loopback

MOST_SECONDS = 15  # from the look-up of the address to the head of the answer


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send a body; return the status of the answer. Redirects are not followed, and the answer's body is not read.

    Raises ChannelError, whose words hold no part of the address: it may be a secret.
    """
    return ask(url, body, headers, most_bytes=0)[0]


def ask(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    most_bytes: int,
    seconds: float = MOST_SECONDS,
    own: Collection[str] = (),
) -> tuple[int, bytes]:
    """Send a body; return the status and the body of the answer, as far as it has at most so many bytes.

    `own` are origins in the operator's own network, as http://models.internal:11434: these may be private.

    Raises ChannelError as `post` does; reason "too_large" for a longer answer where one is read.
    """
    if not may_be_told(url, own):
        raise ChannelError("The address is not a public one.", permanent=True, reason="private_address")
    with guarded_session(seconds, own=own) as (session, over):
        session.trust_env = not (is_loopback(url) or _is_of(url, own))
        connect, read = settings.PLATFORM_TIMEOUT
        try:
            with session.post(
                url, data=body, headers=headers, stream=True, allow_redirects=False,
                timeout=(min(connect, seconds), min(read, seconds)),
            ) as response:  # fmt: skip
                answer = response.raw.read(most_bytes + 1, decode_content=False) if most_bytes else b""
                if over.is_set():  # a connection that was cut looks as if it had ended
                    raise OSError
        except InvalidIPAddress:
            raise ChannelError("The address is not a public one.", permanent=True, reason="private_address") from None
        except (exceptions.RequestException, HTTPError, OSError):
            words = "It took too long." if over.is_set() else "It cannot be reached."
            raise ChannelError(words, reason="unreachable") from None
    if len(answer) > most_bytes > 0:
        raise ChannelError("The answer is too large.", reason="too_large")
    return int(response.status_code), answer


def may_be_told(url: str, own: Collection[str] = ()) -> bool:
    """Whether an address is https at a host with a name, in the sandbox that is set, or of one of our own origins.

    Its IP is checked later.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if _is_of(url, own) or (settings.MEDIA_SANDBOX and _is_of(url, [settings.MEDIA_SANDBOX])):
        return True
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    *before, last = host.strip(".").split(".")
    named = bool(before) and not last.isdecimal() and not parts.username and not parts.password
    return plain and named and parts.scheme == "https" and (port is None or port > 0)


def _is_of(url: str, origins: Collection[str]) -> bool:
    return any(url.startswith(f"{origin}/") for origin in origins)
