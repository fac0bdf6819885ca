"""Tells a worker that there is work in the database. The row is the queue: without a broker, work waits."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from celery import current_app

from webcare.lib.on_commit import after_commit

log = logging.getLogger(__name__)

# After a failure the broker is left alone for a while: only one request in so many seconds waits for it.
PAUSE = 5.0
_away_until = 0.0
# Seconds after which being woken is worth nothing: whoever is busy looks again, and beat does.
STALE = 10.0


def enqueue(task: str, *args: Any, countdown: float = 0) -> None:
    """Enqueue a task by its name when the transaction commits, to run `countdown` seconds later.

    By name, so that what enqueues need not import what runs. Never raises: beat finds the row when the broker is away.
    """
    after_commit(_send, task, args, countdown)


def _send(task: str, args: tuple[Any, ...], countdown: float, expires: float | None = None) -> None:
    global _away_until  # noqa: PLW0603  one broker per process
    if time.monotonic() < _away_until:
        return
    try:
        # Once, and quickly: a web request waits for this.
        limit: dict[str, Any] = {} if expires is None else {"expires": expires}
        current_app.signature(task).apply_async(args, countdown=countdown, retry=False, ignore_result=True, **limit)
    except Exception as error:  # noqa: BLE001  kombu and redis raise many kinds, and none of them may undo a commit
        _away_until = time.monotonic() + PAUSE
        log.warning("No broker for %s: %s. Beat will find the work.", task, type(error).__name__)


class Waker:
    """Wakes a worker for what comes in: at once, and then once for all that comes within a moment."""

    def __init__(self, task: str, pause: float = 0.05) -> None:
        self.task = task
        self.pause = pause  # seconds
        self._lock = threading.Lock()
        self._next_at = 0.0
        self._timer: threading.Timer | None = None

    def wake(self) -> None:
        """Wake a worker now, or in a moment where that was done just now."""
        with self._lock:
            if self._timer is not None:
                return
            wait = self._next_at - time.monotonic()
            if wait > 0:
                self._timer = threading.Timer(wait, self._wake_later)
                self._timer.daemon = True
                self._timer.start()
                return
            self._next_at = time.monotonic() + self.pause
        _send(self.task, (), 0, STALE)

    def _wake_later(self) -> None:
        with self._lock:
            self._timer = None
            self._next_at = time.monotonic() + self.pause
        _send(self.task, (), 0, STALE)
