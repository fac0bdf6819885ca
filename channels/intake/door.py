"""Webhooks as they come in through the web server: beside the pages, in threads of their own.

A page that takes long delays no delivery, and a delivery passes no session, message or language.
"""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from django.db import connection

from channels.intake import webhooks
from webcare.server.bodies import KEY

if TYPE_CHECKING:
    from a2wsgi.asgi_typing import ASGIApp, HTTPScope, Receive, Scope, Send

THREADS = 4
_ADDRESS = re.compile(r"/webhooks/(?:(?P<meta>meta)|(?P<x>x)(?:/(?P<app>[-\w]+))?)/", re.ASCII)


class Door:
    """ASGI middleware behind `Bodies`: takes deliveries, and passes on everything else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="webhooks")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a delivery, or hand the request on."""
        asked = _ADDRESS.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if asked is None:
            await self.app(scope, receive, send)
            return
        product = webhooks.META if asked["meta"] else webhooks.X
        body = cast("dict[str, Any]", scope)[KEY].file.read()
        signature = _header(cast("HTTPScope", scope), webhooks.SIGNED_IN[product])
        loop = asyncio.get_running_loop()
        status = await loop.run_in_executor(self._threads, _accept, product, asked["app"] or "", signature, body)
        await send({"type": "http.response.start", "status": status.value, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


def _accept(product: str, app: str, signature: str, body: bytes) -> HTTPStatus:
    try:
        return webhooks.accept(product, app, signature, body)
    except Exception:  # the platform tells it again
        webhooks.log.exception("A delivery for %s could not be stored", product)
        return HTTPStatus.SERVICE_UNAVAILABLE
    finally:
        connection.close()  # back to the pool


def _header(scope: HTTPScope, name: str) -> str:
    wanted = name.encode()
    return next((value.decode("latin-1") for header, value in scope["headers"] if header == wanted), "")
