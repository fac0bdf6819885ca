"""Two web processes and two of each worker on one database, beside one of each: what it brings, and nothing twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence

import psycopg

from bench import stage
from bench.browser import Browser
from bench.compare import Line, in_turns, interval
from bench.ready import Ready
from bench.webhooks import ACCOUNT, STORED, connected, read_rate
from webcare import workers

BROWSERS = 8


def measure(ready: Ready) -> Iterator[Line]:
    """Yield pages and stored webhooks a second."""
    one = [ready.full.address]
    with stage.web(ready.full.environment, stage.PORT + 8) as second:
        both = [*one, second.address]
        turns = max(ready.pairs // 4, 2)
        pair = in_turns(lambda: _pages(ready, both), lambda: _pages(ready, one), pairs=turns, warm=1)
    found = interval(pair.ours, pair.theirs)
    rates = [sorted(each)[len(each) // 2] for each in (pair.ours, pair.theirs)]
    yield Line("list pages a second, two web processes vs one", rates[0], rates[1], found.ratio, found.low, found.high,
               unit="/s")  # fmt: skip
    with stage.everything(ready.full.environment, stage.PORT + 5) as site, connected(ready) as database:
        alone = read_rate(database, ready)
        for name in workers.NAMES:
            arguments = [f"second-{name}@%h" if part == f"{name}@%h" else part for part in workers.arguments(name)]
            site.add_python(f"second-{name}", ["-m", *arguments], **workers.environment(name))
        time.sleep(ready.seconds)
        before = _stored(database)
        together = read_rate(database, ready)
        twice = _stored(database) - before - STORED
    note = f"{max(twice, 0)} of {STORED:,} stored twice"
    yield Line(
        "stored webhooks read, two of each worker vs one", together, alone, together / alone, unit="/s", note=note
    )


def _pages(ready: Ready, addresses: Sequence[str], seconds: float = 2.0) -> float:
    """Return how many list pages eight browsers get in a second."""
    counted: list[int] = []

    def ask(address: str, cookie: str) -> None:
        browser, count, until = Browser(address, cookie), 0, time.monotonic() + seconds
        while time.monotonic() < until:
            browser.get("/inbox/")
            count += 1
        counted.append(count)

    threads = [
        threading.Thread(target=ask, args=(addresses[number % len(addresses)], ready.full.cookies[number]))
        for number in range(BROWSERS)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counted) / (time.monotonic() - began)


def _stored(database: psycopg.Connection) -> int:
    row = database.execute(
        "SELECT count(*) FROM inbox_message m JOIN channels_account a ON a.id = m.account_id WHERE a.external_id = %s",
        [ACCOUNT],
    ).fetchone()
    return int(row[0]) if row else 0
