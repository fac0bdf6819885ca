"""What pages of other sites may read of the chat's doors: that they may ask, and why they were refused.

Whether a page may do anything is said by the doors (channels/livechat/public/sites.py), by its origin. Asking first
tells nothing of that, and to another page than its own a door's refusal has no content: whoever is refused knows it
from "no connection". What else is said here, of an address that is no door or of a failure, is said to anybody: a
browser lets no page read it that asked with cookies.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from a2wsgi.asgi_typing import ASGIApp, Receive, Scope, Send

_DOORS = "/chat/"
_FIRST_REFUSAL = 400
_ANYBODY = (b"access-control-allow-origin", b"*")
_PREFLIGHT = [
    _ANYBODY,
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-allow-headers", b"authorization, content-type"),
    (b"access-control-max-age", b"600"),
    (b"content-length", b"0"),
]


class Visitors:
    """ASGI middleware before limits and pages."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a browser that asks whether it may ask; let refusals be read."""
        if scope["type"] != "http" or not scope["path"].startswith(_DOORS):
            await self.app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS":
            status = HTTPStatus.NO_CONTENT.value
            await send({"type": "http.response.start", "status": status, "headers": list(_PREFLIGHT)})
            await send({"type": "http.response.body", "body": b""})
            return

        async def send_readable(message: Any) -> None:
            if message["type"] == "http.response.start" and message["status"] >= _FIRST_REFUSAL:
                given = list(message.get("headers", ()))
                if _ANYBODY[0] not in {name.lower() for name, _value in given}:
                    message = {**message, "headers": [*given, _ANYBODY]}
            await send(message)

        await self.app(scope, receive, send_readable)
