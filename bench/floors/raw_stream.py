"""A bare ASGI stream: one Redis subscription, every event to every connection, nobody is checked.

`uvicorn bench.floors.raw_stream:application`. `REDIS_URL` and `CHANNEL` say what it listens to.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any

import redis.asyncio

_queues: set[asyncio.Queue[bytes]] = set()
_listening: set[asyncio.Task[None]] = set()


async def _listen() -> None:
    async with redis.asyncio.Redis.from_url(os.environ["REDIS_URL"]) as client, client.pubsub() as channel:
        await channel.subscribe(os.environ["CHANNEL"])
        async for message in channel.listen():
            if message["type"] == "message":
                event = b"event: change\ndata: " + message["data"] + b"\n\n"
                for queue in _queues:
                    queue.put_nowait(event)


async def application(scope: dict[str, Any], _receive: Any, send: Any) -> None:
    """Stream to one connection until the process ends."""
    if scope["type"] != "http":
        return
    if not _listening:
        _listening.add(asyncio.create_task(_listen()))
    queue: asyncio.Queue[bytes] = asyncio.Queue()
    _queues.add(queue)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
    await send({"type": "http.response.body", "body": b"retry: 2000\n\n", "more_body": True})
    try:
        while True:
            await send({"type": "http.response.body", "body": await queue.get(), "more_body": True})
    finally:
        _queues.discard(queue)
