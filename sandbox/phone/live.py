"""Tells open phone pages that something happened; they then fetch themselves again and show what changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from sandbox.model import PRIVATE_KINDS, Event
from sandbox.world import World

HEARTBEAT = 15.0  # seconds between comments that keep a silent stream open
SETTLE = 0.05  # what happens within this time is one notice


class _Endless(StreamingResponse):
    """A stream that the server cuts off when it stops: no failure, so it ends as if it were complete."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except asyncio.CancelledError:
            await send({"type": "http.response.body", "body": b"", "more_body": False})


class Live:
    """The stream behind `/phone/events?person=…`."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def events(self, request: Request) -> Response:
        """Server-sent events: one `changed` per thing that this person could see happen."""
        person = request.query_params.get("person", "")
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return _Endless(self._stream(person), media_type="text/event-stream", headers=headers)

    async def _stream(self, person: str) -> AsyncIterator[str]:
        happened = asyncio.Event()
        loop = asyncio.get_running_loop()

        def hear(event: Event) -> None:
            if self._visible(event, person):
                loop.call_soon_threadsafe(happened.set)

        unsubscribe = self.world.listen(hear)
        try:
            yield "retry: 1000\nevent: changed\ndata: hello\n\n"
            while True:
                try:
                    await asyncio.wait_for(happened.wait(), HEARTBEAT)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                await asyncio.sleep(SETTLE)
                happened.clear()
                yield "event: changed\ndata: now\n\n"
        finally:
            unsubscribe()

    def _visible(self, event: Event, person: str) -> bool:
        """Public things everybody sees; a private message only who takes part in it."""
        message = event.message
        if message is None or message.kind not in PRIVATE_KINDS or not person:
            return True
        sides = (self.world.user(message.platform, id) for id in (message.sender, message.to or ""))
        return any(user is not None and user.person == person for user in sides)
