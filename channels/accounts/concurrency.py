"""Who may hold a worker's threads: one account or platform that hangs must leave threads to all others."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Hashable

from celery.signals import worker_shutting_down

from channels.models import Account
from channels.registry import connector_class

_ending = threading.Event()


@worker_shutting_down.connect
def _end(**_more: object) -> None:
    """What waits for a turn is found again in the database by whoever works next."""
    _ending.set()


class Turns:
    """The turns of one kind of work in this process: so many at once, so many for one API's platforms, for one account.

    What finds no turn waits here, without holding a thread, for the next one that ends. A process that dies loses
    nothing by it: the rows in the database are the queue.
    """

    def __init__(self, *, most: int, product: int = 0, account: int = 0) -> None:
        self._limits = {"all": most, "product": product or most, "account": account or most}
        self._held: Counter[tuple[str, object]] = Counter()
        self._waiting: dict[Hashable, tuple[Callable[[], object], int | None]] = {}
        self._products: dict[int, str] = {}
        self._lock = threading.Lock()

    def take(self, key: Hashable, work: Callable[[], object], account_id: int | None = None) -> None:
        """Work now and then on what waits, or leave the work to whoever has its turn. The same `key` waits once."""
        self._learn(account_id)
        with self._lock:
            if not self._may(account_id):
                self._waiting[key] = work, account_id
                return
            self._hold(account_id, 1)
        while True:
            try:
                work()
            finally:
                with self._lock:
                    self._hold(account_id, -1)
            with self._lock:
                following = self._next()
                if following is None:
                    return
                work, account_id = following
                self._hold(account_id, 1)

    def _next(self) -> tuple[Callable[[], object], int | None] | None:
        free = (key for key, (_work, account_id) in self._waiting.items() if self._may(account_id))
        key = None if _ending.is_set() else next(free, None)
        return None if key is None else self._waiting.pop(key)

    def _may(self, account_id: int | None) -> bool:
        return all(self._held[holder] < self._limits[holder[0]] for holder in self._holders(account_id))

    def _hold(self, account_id: int | None, number: int) -> None:
        for holder in self._holders(account_id):
            self._held[holder] += number

    def _holders(self, account_id: int | None) -> list[tuple[str, object]]:
        everybody: list[tuple[str, object]] = [("all", None)]
        if account_id is None:
            return everybody
        return [*everybody, ("product", self._products[account_id]), ("account", account_id)]

    def _learn(self, account_id: int | None) -> None:
        """Find out by which API an account is reached; that never changes."""
        if account_id is None or account_id in self._products:
            return
        platform = Account.objects.values_list("platform", flat=True).get(pk=account_id)
        self._products[account_id] = connector_class(platform).webhook_product or platform


# Of ten threads (webcare/workers.py). What each kind leaves to others is the point.
sending = Turns(most=7, product=5, account=4)
polling = Turns(most=5, product=3, account=2)
errands = Turns(most=4, product=3, account=2)  # files, threads, profiles, checks
