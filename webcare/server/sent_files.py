"""Files sent by the event loop: a slow reader of a large file holds a socket only, not a page thread."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from typing import IO, TYPE_CHECKING, Any, cast

from django.core.signals import request_finished

from webcare.server.bodies import KEY as BODY

if TYPE_CHECKING:
    from a2wsgi.asgi_typing import ASGIApp, Receive, Scope, Send

KEY = "webcare.file"  # under which a request's scope holds the rest of a file
PART = 128 * 1024


class SentFile:
    """What Django hands a file to (`wsgi.file_wrapper`)."""

    def __init__(self, file: IO[bytes], _block_size: int = 0) -> None:
        self.file = file


def whole(django_application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Wrap Django's WSGI application: it gets a body that is complete, and gives files to the event loop."""

    def answered(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        scope = environ["asgi.scope"]
        body = scope[BODY]
        environ |= {"wsgi.input": body.file, "CONTENT_LENGTH": str(body.size), "wsgi.file_wrapper": SentFile}
        answer = django_application(environ, start_response)
        if not isinstance(answer, SentFile):
            return answer
        return [_first_part(answer.file, scope)]

    return answered


def _first_part(file: IO[bytes], scope: dict[str, Any]) -> bytes:
    """Return a file's beginning, and leave the rest, where there is one, in the scope."""
    try:
        part = b"" if scope["method"] == "HEAD" else file.read(PART)
    except BaseException:
        file.close()
        raise
    if len(part) < PART:
        file.close()
    else:
        scope[KEY] = file
        # The request ends here for this thread: its database session goes back to the pool now, not with the last part.
        request_finished.send(sender=SentFile)
    return part


class FilesFromLoop:
    """ASGI middleware around the pages that sends what they left of a file."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; behind the end of an answer, send the rest of its file."""
        kept = cast("dict[str, Any]", scope)

        async def send_with_file(message: Any) -> None:
            if KEY in kept and message["type"] == "http.response.body" and not message.get("more_body"):
                await send(message | {"more_body": True})
                await _send_rest(kept[KEY], receive, send)
                message = {"type": "http.response.body", "body": b""}
            await send(message)

        try:
            await self.app(scope, receive, send_with_file)
        finally:
            if KEY in kept:
                await asyncio.to_thread(kept.pop(KEY).close)


async def _send_rest(file: IO[bytes], receive: Receive, send: Send) -> None:
    gone = asyncio.ensure_future(_until_gone(receive))
    try:
        while not gone.done() and (part := await asyncio.to_thread(file.read, PART)):
            await send({"type": "http.response.body", "body": part, "more_body": True})
    finally:
        gone.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gone


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
