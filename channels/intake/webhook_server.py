"""Webhooks as they come in through the web server: beside the pages, in a thread of their own.

A page that takes long delays no delivery, and a delivery passes no session, message or language. What comes in while
one commit waits for the disk shares the next; each is answered once its commit is durable.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.db import connection

from channels.intake import webhooks
from webcare.server.bodies import KEY

if TYPE_CHECKING:
    from a2wsgi.asgi_typing import ASGIApp, HTTPScope, Receive, Scope, Send

MOST_AT_ONCE = 100  # deliveries in one statement
_ADDRESS = re.compile(r"/webhooks/(?:(?P<meta>meta)|(?P<x>x)(?:/(?P<app>[-\w]+))?)/", re.ASCII)

Address = tuple[str, str]  # the product, and the app where it has an address of its own


class Told(NamedTuple):
    """A delivery whose sender waits to be answered."""

    signature: str
    body: bytes
    answered: asyncio.Future[HTTPStatus]


class Door:
    """ASGI middleware behind `Bodies`: takes deliveries, and passes on everything else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="webhooks")
        self._waiting: dict[Address, deque[Told]] = {}
        self._storing: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a delivery, or hand the request on."""
        asked = _ADDRESS.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if asked is None:
            await self.app(scope, receive, send)
            return
        product = webhooks.META if asked["meta"] else webhooks.X
        body = cast("dict[str, Any]", scope)[KEY].file.read()
        signature = _header(cast("HTTPScope", scope), webhooks.SIGNED_IN[product])
        status = await self._store((product, asked["app"] or ""), signature, body)
        await send({"type": "http.response.start", "status": status.value, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    async def _store(self, address: Address, signature: str, body: bytes) -> HTTPStatus:
        """Return what becomes of a delivery. It waits for the commit that holds it."""
        told = Told(signature, body, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(address, deque()).append(told)
        if self._storing is None:
            self._storing = asyncio.create_task(self._store_waiting())
        return await told.answered

    async def _store_waiting(self) -> None:
        """Store what waits, together; what comes in meanwhile is next. Addresses take turns."""
        loop = asyncio.get_running_loop()
        while self._waiting:
            address, waiting = next(iter(self._waiting.items()))
            del self._waiting[address]
            together = [waiting.popleft() for _told in range(min(len(waiting), MOST_AT_ONCE))]
            if waiting:
                self._waiting[address] = waiting
            statuses = await loop.run_in_executor(self._thread, _accept, address, together)
            for told, status in zip(together, statuses, strict=True):
                if not told.answered.done():
                    told.answered.set_result(status)
            if HTTPStatus.OK in statuses:
                loop.run_in_executor(None, webhooks.waker.wake)
        self._storing = None


def _accept(address: Address, together: Sequence[Told]) -> list[HTTPStatus]:
    try:
        return webhooks.accept_all(*address, [(told.signature, told.body) for told in together])
    except Exception:  # the platform tells them again
        webhooks.log.exception("%s deliveries for %s could not be stored", len(together), address[0])
        return [HTTPStatus.SERVICE_UNAVAILABLE] * len(together)
    finally:
        connection.close()  # back to the pool


def _header(scope: HTTPScope, name: str) -> str:
    wanted = name.encode()
    return next((value.decode("latin-1") for header, value in scope["headers"] if header == wanted), "")
