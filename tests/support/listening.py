"""Somebody who listens to the live stream, driven as an ASGI server would."""

from __future__ import annotations

import asyncio
from typing import Any

from django.db import connection

from inbox.live.sse import Stream


async def listen(cookie: bytes, during: Any, wanted: int) -> tuple[int, bytes]:
    """Open the stream, run `during` once it has begun, and return (status, what came) after `wanted` events."""
    stream, sent, leave = Stream(), asyncio.Queue[Any](), asyncio.Event()

    async def receive() -> Any:
        await leave.wait()
        return {"type": "http.disconnect"}

    headers = [(b"host", b"localhost"), *([(b"cookie", cookie)] if cookie else [])]
    scope: Any = {"type": "http", "path": "/live/", "headers": headers}
    running = asyncio.ensure_future(stream(scope, receive, sent.put))
    status = (await asyncio.wait_for(sent.get(), 5))["status"]
    body = b""
    while status == 200 and body.count(b"event:") < wanted:
        body += (await asyncio.wait_for(sent.get(), 5))["body"]
        if b"event: catchup" in body and during is not None:
            during, act = None, during
            await asyncio.to_thread(_in_a_thread, act)
    leave.set()
    await asyncio.wait_for(running, 5)
    await stream.close()
    return status, body


def _in_a_thread(act: Any) -> None:
    act()
    connection.close()
