"""Lets a fault cut a TCP connection, which ASGI alone cannot."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_open: dict[tuple[str, int], asyncio.Transport] = {}


class CuttableProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, remembering which transport belongs to which client."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the transport."""
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        self._peer = (peer[0], peer[1]) if peer else ("", 0)
        _open[self._peer] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the transport."""
        _open.pop(self._peer, None)
        super().connection_lost(exc)


def cut(scope: MutableMapping[str, Any]) -> None:
    """Reset the connection a request came over, without an answer."""
    client = scope.get("client")
    transport = _open.get((client[0], client[1])) if client else None
    if transport is not None:
        transport.abort()
