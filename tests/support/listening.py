"""Somebody who listens to the live stream, driven as an ASGI server would."""

from __future__ import annotations

import asyncio
from typing import Any

from django.db import connection

from inbox.live.sse import Stream

LONGEST = 20  # seconds; a busy machine is slow


async def listen(cookie: bytes, during: Any, wanted: int, address: str = "127.0.0.1") -> tuple[int, bytes]:
    """Open the stream, run `during` once it has begun, and return (status, what came).

    That is after `wanted` events, or when the stream ends before.
    """
    stream, sent, leave = Stream(), asyncio.Queue[Any](), asyncio.Event()

    async def receive() -> Any:
        await leave.wait()
        return {"type": "http.disconnect"}

    headers = [(b"host", b"localhost"), *([(b"cookie", cookie)] if cookie else [])]
    scope: Any = {"type": "http", "path": "/live/", "headers": headers, "client": (address, 5)}
    running = asyncio.ensure_future(stream(scope, receive, sent.put))
    status = (await asyncio.wait_for(sent.get(), LONGEST))["status"]
    body, goes_on = b"", status == 200
    while goes_on and body.count(b"event:") < wanted:
        part = await asyncio.wait_for(sent.get(), LONGEST)
        body, goes_on = body + part["body"], part["more_body"]
        if b"event: catchup" in body and during is not None:
            during, act = None, during
            await asyncio.to_thread(_in_a_thread, act)
    leave.set()
    await asyncio.wait_for(running, LONGEST)
    await stream.close()
    return status, body


def _in_a_thread(act: Any) -> None:
    act()
    connection.close()
