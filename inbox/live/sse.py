"""The live stream: server-sent events that say that something changed, one Redis subscription for all who listen.

Raw ASGI, since a hundred idle connections must cost next to nothing. Who listens, and what they may see, is asked when
the stream opens and again every minute. A change is told without a code; the page asks for what its reader may see.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any, NamedTuple

import redis.asyncio
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import HttpRequest
from django.http.request import split_domain_port, validate_host
from django.utils.module_loading import import_string
from prometheus_client import Gauge
from redis.exceptions import RedisError

from inbox import sessions
from inbox.live import announce
from webcare.server.protection import protected

if TYPE_CHECKING:
    from a2wsgi.asgi_typing import HTTPScope, Receive, Send

    from inbox.models import User

HEARTBEAT = 15.0  # seconds; proxies close what is silent for longer
RECHECK = 60.0  # seconds between two looks at whether the person is still signed in, however much there is to tell
PER_PERSON = 20  # streams at once; a browser holds six connections to one host
BACKLOG = 100  # events a slow reader may lag behind before it is told to catch up by asking

# A page asks what changed of what it may see: not even a code is told.
_CHANGED = b"event: change\ndata: {}\n\n"
Headers = Sequence[tuple[bytes, bytes]]
_NO_STORE = (b"cache-control", b"no-store")

OPEN_STREAMS = Gauge("webcare_live_streams", "Browsers that listen to this process now.", registry=None)

# What a page hears of what was published about codes.
_NAMED = {
    announce.PRESENCE: announce.PRESENCE,
    announce.CUSTOMER: announce.PRESENCE,
    announce.TOLD: announce.TOLD,
}
log = logging.getLogger(__name__)


class Reader(NamedTuple):
    """Who listens, and what they may see."""

    pk: int
    code: str
    accounts: frozenset[int] | None  # None: every account
    closed: frozenset[int]  # teams whose conversations they do not see

    def heard(self, told: Mapping[str, Any]) -> list[str]:
        """Return which codes of what was published are for this reader."""
        if told["event"] == announce.TOLD:
            return [code for code in told["ids"] if code == self.code]
        # One without places is of a release before this one, during an upgrade: nobody is known to see it.
        return [code for code, place in zip(told["ids"], told.get("where") or (), strict=False) if self._sees(*place)]

    def _sees(self, account: int, team: int | None) -> bool:
        return (self.accounts is None or account in self.accounts) and team not in self.closed


class Stream:
    """The ASGI application behind `/live/`."""

    def __init__(self) -> None:
        self._readers: set[asyncio.Queue[bytes]] = set()
        self._people: dict[asyncio.Queue[bytes], Reader] = {}
        self._held: Counter[int] = Counter()  # streams of each person
        self._subscription: asyncio.Task[None] | None = None
        self._heart: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Stream changes to one browser until it leaves, signs out or the server stops."""
        if not is_allowed_host(scope):
            await refuse(send, HTTPStatus.BAD_REQUEST)
            return
        session_key, address = _session_key(scope), _address(scope)
        reader = await _reader_of(session_key, address)
        if reader is None:
            # 204 tells an EventSource to stop asking; the page notices at its next fetch that it is signed out.
            await refuse(send, HTTPStatus.NO_CONTENT)
            return
        person, queue = reader.pk, asyncio.Queue[bytes](BACKLOG)
        if self._held[person] >= PER_PERSON:
            await refuse(send, HTTPStatus.TOO_MANY_REQUESTS)
            return
        self._held[person] += 1
        self._people[queue] = reader
        OPEN_STREAMS.inc()
        try:
            await self._stream_to(queue, receive, send, who=(session_key, address))
        finally:
            OPEN_STREAMS.dec()
            del self._people[queue]
            self._held[person] -= 1
            self._held += Counter()  # drops who holds none

    async def _stream_to(
        self,
        queue: asyncio.Queue[bytes],
        receive: Receive,
        send: Send,
        headers: Headers = (),
        *,
        who: tuple[str, str] | None = None,
    ) -> None:
        """Send what comes into a queue until its reader leaves. With `who`, until they are signed out too."""
        self._readers.add(queue)
        self._subscribe()
        gone = asyncio.ensure_future(_until_disconnect(receive))
        gone.add_done_callback(lambda _gone: _wake(queue))
        try:
            await _send_start(send, headers)
            await self._write(queue, gone, who, send)
        finally:
            gone.cancel()
            self._readers.discard(queue)

    async def close(self) -> None:
        """End every stream, so that the server can stop at once."""
        self._closing.set()
        for queue in self._readers:
            _wake(queue)
        for task in filter(None, (self._subscription, self._heart)):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _write(
        self, queue: asyncio.Queue[bytes], gone: asyncio.Future[None], who: tuple[str, str] | None, send: Send
    ) -> None:
        """Send what comes into the queue. A task or timer for each event and browser would cost more than sending."""
        now = asyncio.get_running_loop().time
        looks_again = now() + RECHECK
        while True:
            if who is not None and now() >= looks_again:
                reader = await _reader_of(*who)
                if reader is None:
                    await _send_part(send, b"event: signedout\ndata: {}\n\n")
                    break
                self._people[queue] = reader
                looks_again = now() + RECHECK
            part = await queue.get()
            if gone.done() or self._closing.is_set():
                break
            await _send_part(send, part)
        with contextlib.suppress(OSError):
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _subscribe(self) -> None:
        if self._subscription is None or self._subscription.done():
            self._subscription = asyncio.ensure_future(self._listen())
        if self._heart is None or self._heart.done():
            self._heart = asyncio.ensure_future(self._beat())

    async def _beat(self) -> None:
        """Let all who have nothing to read hear that the stream goes on, while somebody listens."""
        while self._readers:
            await asyncio.sleep(HEARTBEAT)
            for queue in self._readers:
                if queue.empty():
                    queue.put_nowait(b": still here\n\n")
            await self._beat_once()

    async def _beat_once(self) -> None:
        """Do what else a beat is for. Nothing here."""

    async def _listen(self) -> None:
        """Hand every published change to all readers; when Redis was away, tell them to ask what they missed."""
        while not self._closing.is_set():
            try:
                async with redis.asyncio.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as channel:
                    await channel.subscribe(announce.CHANNEL)
                    self._tell(b"event: catchup\ndata: {}\n\n")
                    async for message in channel.listen():
                        if message["type"] == "message":
                            await self._hear_safely(message["data"])
            except (RedisError, OSError) as error:
                log.warning("The live stream lost Redis (%s); trying again.", type(error).__name__)
                await asyncio.sleep(1)

    async def _hear_safely(self, data: bytes) -> None:
        """Hand on what was published. What cannot be read, as of another release, is left out: all else goes on."""
        try:
            await self._hear(data)
        except Exception:
            log.exception("The live stream could not read what was published.")

    async def _hear(self, data: bytes) -> None:
        """Hand on what was published: that something changed to all, who is where to those who may see it."""
        told = json.loads(data)
        if told.get("event") in _NAMED:
            for queue, reader in list(self._people.items()):
                if codes := reader.heard(told):
                    self._tell(_event(_NAMED[told["event"]], codes), [queue])
        else:
            self._tell(_CHANGED)

    def _tell(self, event: bytes, readers: Collection[asyncio.Queue[bytes]] | None = None) -> None:
        for queue in self._readers if readers is None else readers:
            try:
                queue.put_nowait(event)
            except asyncio.QueueFull:
                # This reader is far behind: one instruction to ask replaces all that it missed.
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(b"event: catchup\ndata: {}\n\n")


def _wake(queue: asyncio.Queue[bytes]) -> None:
    """Let a stream look whether it is over. Where the queue is full, it is about to."""
    with contextlib.suppress(asyncio.QueueFull):
        queue.put_nowait(b"")


def _event(name: str, codes: Sequence[str]) -> bytes:
    return f"event: {name}\ndata: {json.dumps({'ids': codes})}\n\n".encode()


def _session_key(scope: HTTPScope) -> str:
    for name, value in scope["headers"]:
        if name == b"cookie":
            cookie = SimpleCookie(value.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
            if cookie:
                return cookie.value
    return ""


def _address(scope: HTTPScope) -> str:
    client = scope.get("client")
    return client[0] if client else ""


def is_allowed_host(scope: HTTPScope) -> bool:
    """Whether the request names a host of ours, as Django asks of every page."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    domain, _port = split_domain_port(host.decode("latin-1"))
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


@sync_to_async(thread_sensitive=False)
def _reader_of(session_key: str, address: str) -> Reader | None:
    """Return whose session this still is and what they may see, None for nobody's; a changed password ends it too.

    It is nobody's either while pages are closed to them: for the network they are in, or a factor they owe.
    """
    if not session_key:
        return None
    request = HttpRequest()
    request.session = import_string(f"{settings.SESSION_ENGINE}.SessionStore")(session_key)
    try:
        if sessions.is_over(request.session):
            return None
        user: Any = get_user(request)
        allowed = user.is_authenticated and user.is_active and not sessions.obstacle(user, request.session, address)
        return _reader(user) if allowed else None
    finally:
        close_old_connections()


def _reader(user: User) -> Reader:
    mine = (
        None if user.reads_all_accounts else frozenset(user.readable_accounts().order_by().values_list("pk", flat=True))
    )
    return Reader(user.pk, str(user.code), mine, frozenset(user.closed_teams))


async def _until_disconnect(receive: Receive) -> None:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return


async def _send_start(send: Send, more: Headers = ()) -> None:
    headers = [(b"content-type", b"text/event-stream"), (b"x-accel-buffering", b"no"), _NO_STORE, *more]
    await send({"type": "http.response.start", "status": 200, "headers": protected(headers)})
    await _send_part(send, b"retry: 2000\n\n")


async def _send_part(send: Send, part: bytes) -> None:
    await send({"type": "http.response.body", "body": part, "more_body": True})


async def refuse(send: Send, status: HTTPStatus, more: Headers = ()) -> None:
    """Answer a stream that is not given."""
    length = [] if status == HTTPStatus.NO_CONTENT else [(b"content-length", b"0")]
    headers = protected([*length, _NO_STORE, *more])
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
