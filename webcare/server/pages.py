"""Pages, made by Django's WSGI application in threads: a request goes over to one, and its answer comes back whole.

Only a streamed answer goes part by part. Why so: docs/decisions/0003-pages-through-wsgi.md
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, cast

from a2wsgi.wsgi import build_environ

if TYPE_CHECKING:
    from a2wsgi.asgi_typing import HTTPScope, Receive, Scope, Send
    from a2wsgi.wsgi_typing import WSGIApp

Message = dict[str, Any]
LOOKS_EVERY = 1.0  # seconds after which a thread that hands something over looks whether the process ends


class Left(Exception):
    """Nobody takes the rest of an answer: its reader went away, or the process ends."""


class Pages:
    """ASGI application that answers each request by a WSGI application, in one of its threads."""

    def __init__(self, application: WSGIApp, threads: int) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="pages")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, whose body is in its scope (webcare/server/bodies.py)."""
        environ = build_environ(cast("HTTPScope", scope), cast("Any", None))
        stream = _Stream(asyncio.get_running_loop(), receive, send)
        try:
            run = copy_context().run
            last = await stream.loop.run_in_executor(self._threads, run, self._made, environ, stream)
            await stream.end(last)
        except Left:
            pass  # and the rest was not made
        finally:
            stream.cancel()

    def _made(self, environ: Any, stream: _Stream) -> list[Message]:
        """Make an answer; return what of it is not handed over yet: all of it, unless it has several parts."""
        messages: list[Message] = []

        def start_response(status: str, headers: Iterable[tuple[str, str]], _exc_info: Any = None) -> Any:
            messages.append({
                "type": "http.response.start",
                "status": int(status.split(" ", 1)[0]),
                "headers": [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in headers],
            })  # fmt: skip

        parts = self._application(environ, start_response)
        try:
            for part in parts:
                if messages[-1]["type"] == "http.response.body":
                    stream.hand_over(messages)
                    messages = []
                messages.append({"type": "http.response.body", "body": part, "more_body": True})
        finally:
            getattr(parts, "close", lambda: None)()
        if messages[-1]["type"] == "http.response.start":
            messages.append({"type": "http.response.body", "body": b""})
        messages[-1]["more_body"] = False
        return messages


class _Stream:
    """An answer of several parts: they wait on the loop, so that no thread waits for a reader."""

    def __init__(self, loop: asyncio.AbstractEventLoop, receive: Receive, send: Send) -> None:
        self.loop = loop
        self._receive, self._send = cast("Any", receive), cast("Any", send)
        self._waiting: asyncio.Queue[Message] = asyncio.Queue()
        self._sending: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._is_over = False

    def hand_over(self, messages: list[Message]) -> None:
        """Have these sent, from a thread; return when the loop has them. Raises Left."""
        handed = asyncio.run_coroutine_threadsafe(self._put(messages), self.loop)
        while True:
            try:
                return handed.result(LOOKS_EVERY)
            except TimeoutError:
                if not self.loop.is_running():
                    raise Left from None

    async def end(self, messages: list[Message]) -> None:
        """Send these, and return when all is sent. Raises Left."""
        if self._sending is None:
            for message in messages:
                await self._send(message)
        else:
            await self._put(messages)
            await self._sending

    def cancel(self) -> None:
        """Send no more."""
        self._is_over = True
        for task in (self._sending, self._watching):
            if task is not None:
                task.cancel()

    async def _put(self, messages: list[Message]) -> None:
        if self._is_over:
            raise Left
        for message in messages:
            self._waiting.put_nowait(message)
        if self._sending is None:
            self._sending = self.loop.create_task(self._send_all())
            self._watching = self.loop.create_task(self._watch())

    async def _send_all(self) -> None:
        more = True
        while more:
            message = await self._waiting.get()
            more = message.get("more_body", True)
            await self._send(message)

    async def _watch(self) -> None:
        """Wait until the reader went away."""
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._is_over = True
