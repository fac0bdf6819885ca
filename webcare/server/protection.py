"""Headers that protect a browser, on every answer: pages, files, the stream, webhooks, and what is refused.

Django's middleware says more on pages. What it said stands; only what is missing is added.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from a2wsgi.asgi_typing import ASGIApp, Receive, Scope, Send


class Protection:
    """ASGI middleware around everything but the live stream, which adds them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and add to the head of an answer what is missing there."""

        async def send_protected(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": protected(message.get("headers", ()))}
            await send(message)

        await self.app(scope, receive, send_protected)


def protected(given: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer, and those that protect where they are missing."""
    given = list(given)
    names = {name.lower() for name, _value in given}
    return [*given, *(pair for pair in _headers() if pair[0] not in names)]


def _headers() -> list[tuple[bytes, bytes]]:
    found = [
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
        (b"referrer-policy", settings.SECURE_REFERRER_POLICY.encode()),
        (b"cross-origin-resource-policy", b"same-origin"),
    ]
    if settings.SECURE_HSTS_SECONDS:
        below = "; includeSubDomains" if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS else ""
        found.append((b"strict-transport-security", f"max-age={settings.SECURE_HSTS_SECONDS}{below}".encode()))
    return found
