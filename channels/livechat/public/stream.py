"""The stream that visitors' widgets listen to: it says that something changed, and they ask what.

Raw ASGI, as the agents' stream; one subscription in each process for all who listen.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections import defaultdict
from collections.abc import Collection
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from asgiref.sync import sync_to_async
from cachetools import LRUCache
from django.db import DatabaseError, close_old_connections
from prometheus_client import Gauge

from channels.livechat.public import visits
from channels.livechat.public.sites import find_site, visitor_of
from inbox.live import announce, customers, sse
from inbox.models import Conversation
from webcare.server.addresses import network_of

if TYPE_CHECKING:
    from a2wsgi.asgi_typing import HTTPScope, Receive, Send

ADDRESS = re.compile(r"/chat/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/live/", re.ASCII)
PER_VISITOR = 6  # streams at once: tabs
PER_NETWORK = 200
MOST = 5000  # in this process
_CHANGED = b"event: change\ndata: {}\n\n"

log = logging.getLogger(__name__)

OPEN_STREAMS = Gauge("webcare_chat_streams", "Visitors' chats that listen to this process now.", registry=None)


class VisitorStream(sse.Stream):
    """The ASGI application behind `/chat/<account>/live/`."""

    def __init__(self) -> None:
        super().__init__()
        self._of: defaultdict[str, set[asyncio.Queue[bytes]]] = defaultdict(set)
        self._networks: dict[str, int] = defaultdict(int)
        self._visitor_of: LRUCache[str, str] = LRUCache(20_000)  # a conversation's visitor; "" where it has none

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Stream to one widget until it leaves or the server stops."""
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1")
        asked = ADDRESS.fullmatch(scope["path"])
        if asked is None or not sse.is_allowed_host(scope):
            await sse.refuse(send, HTTPStatus.BAD_REQUEST)
            return
        authorization = headers.get(b"authorization", b"").decode("latin-1")
        allowed, visitor = await _admit(UUID(asked[1]), origin, authorization)
        if not allowed:
            await sse.refuse(send, HTTPStatus.FORBIDDEN)
            return
        cors = [(b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"Origin")]
        network = network_of(scope["client"][0]) if scope.get("client") else ""
        if not visitor or scope["method"] != "GET":
            await sse.refuse(send, HTTPStatus.UNAUTHORIZED, cors)
        elif len(self._of[visitor]) >= PER_VISITOR or self._networks[network] >= PER_NETWORK or len(self) >= MOST:
            await sse.refuse(send, HTTPStatus.TOO_MANY_REQUESTS, cors)
        else:
            self._networks[network] += 1
            try:
                await self._serve(visitor, receive, send, cors)
            finally:
                self._networks[network] -= 1
                if not self._networks[network]:
                    del self._networks[network]
        if not self._of.get(visitor, True):
            del self._of[visitor]

    async def _serve(self, visitor: str, receive: Receive, send: Send, cors: sse.Headers) -> None:
        queue: asyncio.Queue[bytes] = asyncio.Queue(sse.BACKLOG)
        self._of[visitor].add(queue)
        OPEN_STREAMS.inc()
        try:
            await asyncio.to_thread(customers.stay, [visitor])
            await _tell([visitor])
            await self._stream_to(queue, receive, send, cors)
        finally:
            OPEN_STREAMS.dec()
            self._of[visitor].discard(queue)
            if not self._of[visitor]:
                await asyncio.shield(_leave(visitor))

    def __len__(self) -> int:
        return len(self._readers)

    async def _beat_once(self) -> None:
        await asyncio.to_thread(customers.stay, [visitor for visitor, queues in self._of.items() if queues])

    async def _hear(self, data: bytes) -> None:
        """Tell the visitors whose conversations changed. What they did themselves is no news to them."""
        if not self._readers:
            return
        told = json.loads(data)
        if told.get("event") in (announce.TOLD, announce.CUSTOMER):
            return
        codes = [code for code in told["ids"] if isinstance(code, str)]
        unknown = [code for code in codes if code not in self._visitor_of]
        if unknown:
            try:
                found = await _visitors_of(unknown)
            except DatabaseError:  # nobody is told less for it: they ask
                log.warning("Whose chats changed could not be looked up", exc_info=True)
                self._tell(_CHANGED)
                return
            self._visitor_of.update({code: found.get(code, "") for code in unknown})
        for visitor in {self._visitor_of.get(code, "") for code in codes} & self._of.keys():
            self._tell(_CHANGED, self._of[visitor])


@sync_to_async(thread_sensitive=False)
def _admit(code: UUID, origin: str, authorization: str) -> tuple[bool, str]:
    """Return whether a page of this origin may listen here, and which visitor shows their key."""
    try:
        site = find_site(code)
        if site is None or origin not in site.origins:
            return False, ""
        visitor = visitor_of(authorization, site)
        return True, visitor.external_id if visitor else ""
    finally:
        close_old_connections()


@sync_to_async(thread_sensitive=False)
def _visitors_of(codes: Collection[str]) -> dict[str, str]:
    try:
        rows = Conversation.objects.filter(code__in=codes, account__platform="livechat")
        return {str(code): visitor for code, visitor in rows.values_list("code", "identity__external_id")}
    finally:
        close_old_connections()


@sync_to_async(thread_sensitive=False)
def _tell(visitors: Collection[str]) -> None:
    try:
        visits.tell(visitors)
    finally:
        close_old_connections()


@sync_to_async(thread_sensitive=False)
def _leave(visitor: str) -> None:
    try:
        visits.leave(visitor)
    finally:
        close_old_connections()
