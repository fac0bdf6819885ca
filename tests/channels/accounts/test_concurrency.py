"""Whoever hangs holds a few threads; everybody else goes on, and what waited is done."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from functools import partial
from unittest.mock import patch

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from channels.accounts import concurrency
from channels.accounts.concurrency import ConcurrencyLimit
from channels.intake import polling
from channels.models import Stream
from tests.factories import make_account
from webcare import workers
from webcare.celery import app


class Work:
    """Work on items in the threads of a worker; items in `hanging` hang until `let_go`."""

    def __init__(self, limits: ConcurrencyLimit) -> None:
        self.limit = limits
        self.hanging: set[str] = set()
        self.let_go = threading.Event()
        self.begun: list[str] = []
        self.done: list[str] = []
        self.threads = ThreadPoolExecutor(workers.THREADS)

    def give(self, item: str, account: int, product: str = "x") -> Future[None]:
        """Hand an item to the worker."""
        self.limit._products[account] = product  # as if it had been looked up
        return self.threads.submit(self.limit.run, item, partial(self._do, item), account)

    def _do(self, item: str) -> None:
        self.begun.append(item)
        if item in self.hanging:
            assert self.let_go.wait(20)
        self.done.append(item)


@pytest.fixture
def work() -> Iterator[Work]:
    """Five at once, three for one product, two for one account."""
    made = Work(ConcurrencyLimit(most=5, product=3, account=2))
    yield made
    made.let_go.set()
    made.threads.shutdown(wait=True)


def eventually(reached: Callable[[], bool]) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + 10
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_an_account_that_hangs_leaves_room_to_the_others(work: Work) -> None:
    work.hanging = {f"hangs {n}" for n in range(20)}
    for item in sorted(work.hanging):
        work.give(item, 1)
    eventually(lambda: len(work.begun) == 2)
    for account, product in ((2, "x"), (3, "meta"), (4, "meta")):
        work.give(f"of {account}", account, product)
    eventually(lambda: {"of 2", "of 3", "of 4"} <= set(work.done))
    assert len(work.begun) == 5
    work.let_go.set()
    eventually(lambda: len(work.done) == 23)
    assert len(work.begun) == 23, "something was done twice"


def test_platform_that_hangs_leaves_room_to_another(work: Work) -> None:
    work.hanging = {f"hangs {n}" for n in range(20)}
    for account, item in enumerate(sorted(work.hanging)):
        work.give(item, account)
    eventually(lambda: len(work.begun) == 3)
    work.give("of another", 99, "meta")
    eventually(lambda: "of another" in work.done)


def test_what_waits_is_done_once_however_often_it_is_handed_out(work: Work) -> None:
    work.hanging = {"a", "b"}
    for item in ("a", "b"):
        work.give(item, 1)
    eventually(lambda: set(work.begun) == {"a", "b"})
    wait([work.give("again", 1) for _ in range(10)])
    work.let_go.set()
    eventually(lambda: "again" in work.done)
    eventually(lambda: not work.limit._waiting and not any(work.limit._running.values()))
    assert work.done.count("again") == 1


def test_mistake_gives_its_room_back(work: Work) -> None:
    def mistake() -> None:
        raise KeyError

    for _ in range(10):
        with pytest.raises(KeyError):
            work.limit.run("mistake", mistake)
    work.give("after it", 1)
    eventually(lambda: work.done == ["after it"])


def test_a_worker_that_ends_leaves_what_waits_to_the_database(work: Work) -> None:
    work.hanging = {"a", "b"}
    for item in ("a", "b", "waits"):
        work.give(item, 1)
    eventually(lambda: len(work.begun) == 2 and bool(work.limit._waiting))
    ending = threading.Event()
    ending.set()
    with patch.object(concurrency, "_ending", ending):
        work.let_go.set()
        eventually(lambda: not any(work.limit._running.values()))
    assert "waits" not in work.begun


def test_hanging_work_of_each_kind_leaves_threads_to_others() -> None:
    assert concurrency.polling._limits["all"] + concurrency.errands._limits["all"] < workers.THREADS
    assert concurrency.sending._limits["all"] < workers.THREADS
    pool = django_settings.DATABASES["default"]["OPTIONS"].get("pool")
    assert pool is None or pool["max_size"] > workers.THREADS


def test_every_task_has_a_queue_that_one_of_the_workers_reads() -> None:
    app.loader.import_default_modules()
    read = [queue for queues in workers.QUEUES.values() for queue in queues]
    ours = {name for name in app.tasks if name.startswith(("channels.", "inbox."))}
    queues = {name: app.amqp.router.route({}, name)["queue"].name for name in ours}
    assert set(queues.values()) == set(read)
    assert {name for name, queue in queues.items() if queue in workers.SENDING} == {
        "inbox.tasks.deliver_message",
        "inbox.tasks.sweep_outbox",
        "inbox.tasks.sweep_automatic",
        "inbox.tasks.tell_opening_hours",
    }
    assert {name for name, queue in queues.items() if queue in workers.READING} == {
        "inbox.tasks.estimate_messages",
        "inbox.tasks.apply_rules",
        "inbox.tasks.answer_incidents",
        "channels.tasks.read_delivery",
        "channels.tasks.read_deliveries",
        "channels.tasks.read_waiting",
        "channels.tasks.take_in_chat",
    }


@pytest.mark.django_db
def test_many_searches_do_not_crowd_out_other_accounts() -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    busy, other = make_account(), make_account()
    for number in range(polling.AT_ONCE + 10):
        Stream.objects.create(account=busy, name="search", query=f"q{number}", next_poll_at=long_ago)
    late = Stream.objects.create(account=other, name="mentions", next_poll_at=timezone.now())
    assert polling.due().index(late.pk) == 1
    assert len(polling.due()) == polling.AT_ONCE
