"""How often one address may ask for what needs no signing in: more than people ever do, and less than would hurt.

Signing in, codes and links have limits of their own (inbox/team/attempts.py), and so do tokens of the API
(api/rest/callers.py). This one keeps sessions from being begun without end.
"""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING

from webcare.server.addresses import network_of

if TYPE_CHECKING:
    from a2wsgi.asgi_typing import ASGIApp, Receive, Scope, Send

# Webhooks are signed, and counted where they come in; what is static costs nothing.
OPEN = ("/account/", "/approve/", "/chat/", "/promise/", "/readyz", "/metrics", "/too-large/", "/api/v1/openapi.json")
MOST = 600  # a minute, of one address: an office of a hundred that signs in at once
_MINUTE = 60


class RateLimits:
    """ASGI middleware before the pages. Each process counts for itself, in memory."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._minute = 0
        self._asked: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or say when to come back."""
        if scope["type"] == "http" and scope["path"].startswith(OPEN) and self._is_too_often(scope.get("client")):
            wait = str(_MINUTE - int(monotonic()) % _MINUTE).encode()
            headers = [(b"retry-after", wait), (b"content-length", b"0"), (b"cache-control", b"no-store")]
            await send(
                {"type": "http.response.start", "status": HTTPStatus.TOO_MANY_REQUESTS.value, "headers": headers}
            )
            await send({"type": "http.response.body", "body": b""})
            return
        await self.app(scope, receive, send)

    def _is_too_often(self, client: tuple[str, int] | None) -> bool:
        if self._minute != (now := int(monotonic()) // _MINUTE):
            self._minute = now
            self._asked.clear()
        address = network_of(client[0]) if client else ""
        self._asked[address] += 1
        return self._asked[address] > MOST
