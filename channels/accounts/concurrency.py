"""Who may hold a worker's threads: one account or platform that hangs must leave threads to all others."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Hashable

from celery.signals import worker_shutting_down

from channels.models import Account
from channels.platforms import connector_class

_ending = threading.Event()


@worker_shutting_down.connect
def _end(**_more: object) -> None:
    """What waits for room is found again in the database by whoever works next."""
    _ending.set()


class ConcurrencyLimit:
    """How much of one kind of work runs at once in this process: in all, for one API's platforms, for one account.

    Work without room waits here, without a thread, until other work ends. A process that dies loses
    nothing by it: the rows in the database are the queue.
    """

    def __init__(self, *, most: int, product: int = 0, account: int = 0) -> None:
        self._limits = {"all": most, "product": product or most, "account": account or most}
        self._running: Counter[tuple[str, object]] = Counter()
        self._waiting: dict[Hashable, tuple[Callable[[], object], int | None]] = {}
        self._products: dict[int, str] = {}
        self._lock = threading.Lock()

    def run(self, key: Hashable, work: Callable[[], object], account_id: int | None = None) -> None:
        """Work now and then on what waits, or leave the work to whoever ends next. The same `key` waits once."""
        self._look_up_product(account_id)
        with self._lock:
            if not self._has_room(account_id):
                self._waiting[key] = work, account_id
                return
            self._count(account_id, 1)
        while True:
            try:
                work()
            finally:
                with self._lock:
                    self._count(account_id, -1)
            with self._lock:
                following = self._next()
                if following is None:
                    return
                work, account_id = following
                self._count(account_id, 1)

    def _next(self) -> tuple[Callable[[], object], int | None] | None:
        free = (key for key, (_work, account_id) in self._waiting.items() if self._has_room(account_id))
        key = None if _ending.is_set() else next(free, None)
        return None if key is None else self._waiting.pop(key)

    def _has_room(self, account_id: int | None) -> bool:
        return all(self._running[holder] < self._limits[holder[0]] for holder in self._holders(account_id))

    def _count(self, account_id: int | None, number: int) -> None:
        for holder in self._holders(account_id):
            self._running[holder] += number

    def _holders(self, account_id: int | None) -> list[tuple[str, object]]:
        everybody: list[tuple[str, object]] = [("all", None)]
        if account_id is None:
            return everybody
        return [*everybody, ("product", self._products[account_id]), ("account", account_id)]

    def _look_up_product(self, account_id: int | None) -> None:
        """Find out by which API an account is reached; that never changes."""
        if account_id is None or account_id in self._products:
            return
        platform = Account.every.values_list("platform", flat=True).get(pk=account_id)
        self._products[account_id] = connector_class(platform).webhook_product or platform


# Of ten threads (webcare/workers.py). What each kind leaves to others is the point.
sending = ConcurrencyLimit(most=7, product=5, account=4)
polling = ConcurrencyLimit(most=5, product=3, account=2)
posting = ConcurrencyLimit(most=2)  # what rules do outside: addresses of others may hang
telling = ConcurrencyLimit(most=2)  # endpoints of others may hang
recording = ConcurrencyLimit(most=3)  # what the CRM is written: it may hang
pushing = ConcurrencyLimit(most=2)  # push services, named by browsers: some may hang
errands = ConcurrencyLimit(most=4, product=3, account=2)  # files, threads, profiles, checks
