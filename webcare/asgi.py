"""One server process: the live stream as raw ASGI, every page through Django's WSGI application.

Measured on one core: pages through Django's ASGI handler cost four times as much, idle streams three times the memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from asyncio import to_thread
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webcare.settings")
django_application = get_wsgi_application()  # makes the apps ready, which the stream's imports need

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware  # noqa: E402

from channels.intake.webhook_server import Door  # noqa: E402
from channels.livechat.public.stream import ADDRESS, VisitorStream  # noqa: E402
from inbox.live.sse import Stream  # noqa: E402
from inbox.privacy import reads  # noqa: E402
from webcare.server.bodies import Bodies  # noqa: E402
from webcare.server.pages import Pages  # noqa: E402
from webcare.server.protection import Protection  # noqa: E402
from webcare.server.rate_limits import RateLimits  # noqa: E402
from webcare.server.sent_files import FilesFromLoop, whole  # noqa: E402
from webcare.server.visitors import Visitors  # noqa: E402
from webcare.warm_up import make_a_page, warm_up  # noqa: E402

if TYPE_CHECKING:
    from a2wsgi.asgi_typing import ASGIApp, Receive, Scope, Send
    from a2wsgi.wsgi_typing import WSGIApp

warm_up()

# As many pages at once as the pool has database connections, and a few more.
PAGE_THREADS = 12
SESSIONS = 2  # that the pool opens at first: each plans its statements by itself
MOST_WARMING = 3.0  # seconds until pages are answered, whatever the database does

_made = Pages(cast("WSGIApp", whole(django_application)), PAGE_THREADS)
pages = RateLimits(Bodies(Door(cast("ASGIApp", FilesFromLoop(_made)))))
stream = Stream()
visitor_stream = VisitorStream()
visitors = RateLimits(cast("ASGIApp", visitor_stream))


async def _route(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and ADDRESS.fullmatch(scope["path"]):
        await visitors(scope, receive, send)
    else:
        await pages(scope, receive, send)


_protected = Protection(Visitors(_route))


async def _stream_or_page(scope: Scope, receive: Receive, send: Send) -> None:
    """Hand the stream its connection bare: each layer around it takes part in every event to every browser."""
    if scope["type"] == "http" and scope["path"] == "/live/":
        await stream(scope, receive, send)
    else:
        await _protected(scope, receive, send)


# Who asks is who the proxy says, where the proxy is one of ours, and else whoever connected.
_with_client = ProxyHeadersMiddleware(cast("Any", _stream_or_page), settings.TRUSTED_PROXIES)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one connection: `/live/` and a chat's are streams, everything else a page."""
    await _with_client(cast("Any", scope), cast("Any", receive), cast("Any", send))


def _make_a_page() -> None:
    for _session in range(SESSIONS):
        try:
            make_a_page()
        finally:
            connection.close()  # back to the pool, behind the others


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.to_thread(_make_a_page), MOST_WARMING)
            await send({"type": "lifespan.startup.complete"})
        else:
            await stream.close()
            await visitor_stream.close()
            await to_thread(reads.close)
            await send({"type": "lifespan.shutdown.complete"})
            return
