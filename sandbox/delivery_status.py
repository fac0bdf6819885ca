"""What a customer's phone reports about the brand's messages: sent at once, delivered a second later, then read."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sandbox.model import Event, Message
from sandbox.world import STATUS_RANK, World

logger = logging.getLogger(__name__)
PLATFORMS = ("facebook", "instagram", "whatsapp")
FRESH = timedelta(minutes=1)
SKIPPED, LATE = 5, 7  # of WhatsApp's messages, every 5th skips `delivered`, every 7th reports `sent` after `read`


class DeliveryStatuses:
    """Walks each message up its statuses on real time; goes on after a restart where it was."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._due: list[tuple[float, int, str, str, dict[str, Any]]] = []
        self._order = itertools.count()
        self._sent = itertools.count(1)
        self._ready = threading.Condition()
        self._running = True
        self._thread = threading.Thread(target=self._run, name="statuses", daemon=True)
        world.listen(self._on_event)
        for message in world.messages():
            if message.by_brand and message.to and message.status in ("accepted", "sent", "delivered"):
                self._plan(message)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; what was not reported yet is reported by the next process."""
        with self._ready:
            self._running = False
            self._ready.notify()

    def _on_event(self, event: Event) -> None:
        if event.name == "added" and event.message and event.message.by_brand and event.message.to:
            self._plan(event.message)

    def _plan(self, message: Message) -> None:
        if message.platform not in PLATFORMS:
            return
        old = self.world.now() - message.at > FRESH
        rank = STATUS_RANK[message.status or "accepted"]
        with self._ready:
            for status, after, detail in self._steps(message):
                if STATUS_RANK[status] > rank or status == "sent" and rank == 0:
                    moment = time.monotonic() + (0 if old else after)
                    heapq.heappush(
                        self._due, (moment, next(self._order), message.id, status, detail | {"after": after})
                    )
            self._ready.notify()

    def _steps(self, message: Message) -> Iterator[tuple[str, float, dict[str, Any]]]:
        settings = self.world.settings
        delivered, read = float(settings.get("delivered_after", 1)), float(settings.get("read_after", 3))
        failure = message.extra.get("fail")
        if failure:
            yield "failed", 0.3, {"code": failure}
            return
        count = next(self._sent) if message.platform == "whatsapp" else 0
        skipped, late = count and count % SKIPPED == 0, count and count % LATE == 0
        if message.platform == "whatsapp" and not late:
            yield "sent", 0.0, {}
        if message.platform != "instagram" and not skipped and delivered >= 0:
            yield "delivered", delivered, {}
        if read >= 0:
            yield "read", read, {}
        if late:
            yield "sent", max(read, delivered, 0) + 0.2, {}

    def _run(self) -> None:
        while True:
            with self._ready:
                if not self._running:
                    return
                wait = self._due[0][0] - time.monotonic() if self._due else 60.0
                if wait > 0:
                    self._ready.wait(wait)
                    continue
                _moment, _order, id, status, detail = heapq.heappop(self._due)
            message = self.world.message(id)
            if message is not None and not message.deleted:
                self.world.set_status(id, status, at=message.at + timedelta(seconds=detail.pop("after")), **detail)
