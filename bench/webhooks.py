"""What is pushed: how fast it is accepted, how fast stored bodies are read, how soon a browser knows."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import psycopg

from bench import stage
from bench.browser import Browser
from bench.compare import Line, percentile
from bench.ready import Ready
from bench.streams import Listener
from inbox.generate.words import Words, length_of

ACCOUNT, SECRET = "generated-4", "generated-"  # noqa: S105  of inbox/generate/team.py
RATE, CONNECTIONS = 200, 16
BEFORE = 50  # uncounted: a process opens its connections with the first ones
STORED = 2000
BACKLOG = 100_000  # a night in which nothing was read; of a quick run a tenth
ROUND_TRIPS = 30
_CHANCE = random.Random()  # noqa: S311  no secret
_WORDS = Words("nl", _CHANCE)
_BEGUN = 20  # read ones, after which the time counts
_PATIENCE, _LONGEST = 60.0, 30.0  # seconds until reading begins, and of reading


def measure(ready: Ready) -> Iterator[Line]:
    """Yield accepting, then reading and the way to a browser, with everything running."""
    asyncio.run(_accept(ready.full.address, RATE, BEFORE))
    accepted = asyncio.run(_accept(ready.full.address, RATE, RATE * ready.seconds))
    note = f"{len(accepted.took):,} in {accepted.seconds:.1f} s, {accepted.refused} refused"
    p99 = percentile(accepted.took, 0.99)
    yield Line(f"webhooks accepted at {RATE}/s, p99", p99, bar="≤ 20 ms", note=note)
    with stage.everything(ready.full.environment, stage.PORT + 5) as site, connected(ready) as database:
        yield Line("stored webhooks read, one message each", read_rate(database, ready), bar="≥ 500 /s", unit="/s")
        took = [_round_trip(site.address, ready) for _turn in range(ROUND_TRIPS)]
        note = f"median {statistics.median(took):.0f} ms"
        yield Line("platform → browser by webhook, p95", percentile(took, 0.95), bar="≤ 500 ms", note=note)
        yield _backlog(database, ready, site.address)


def _backlog(database: psycopg.Connection, ready: Ready, address: str) -> Line:
    """Measure reading a long backlog, into which a new message comes now and then: it goes before the old ones."""
    stored, took = BACKLOG if ready.seconds > 5 else BACKLOG // 10, list[float]()

    def come_in() -> None:
        began = time.perf_counter()
        asyncio.run(_accept(address, 1000, 1))
        while _newest_waits(database) and time.perf_counter() - began < _LONGEST:
            time.sleep(0.01)
        took.append((time.perf_counter() - began) * 1000)

    rate = read_rate(database, ready, stored, meanwhile=come_in)
    note = f"one that comes in meanwhile is read after {statistics.median(took):.0f} ms" if took else ""
    return Line(f"backlog of {stored:,} stored webhooks, read", rate, bar="≥ 500 /s", unit="/s", note=note)


def body(number: int) -> bytes:
    """Return a delivery with one message of somebody new."""
    now, sender = str(int(time.time())), f"3161{random.randrange(10**7):07d}"
    # Words as all others have them: what stays behind is searched by the next measurement.
    text = {"body": _WORDS.from_customer("neutral", length_of("whatsapp", _CHANCE))}
    message = {"from": sender, "id": f"wamid.{uuid.uuid4().hex}", "timestamp": now, "type": "text", "text": text}
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "31000000000", "phone_number_id": ACCOUNT},
        "contacts": [{"profile": {"name": f"Klant {number}"}, "wa_id": sender}],
        "messages": [message],
    }
    change = {"field": "messages", "value": value}
    made = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}
    return json.dumps(made).encode()


def signed(content: bytes) -> bytes:
    """Return the whole request of a delivery."""
    digest = hmac.new(SECRET.encode(), content, hashlib.sha256).hexdigest()
    head = (
        "POST /webhooks/meta/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"X-Hub-Signature-256: sha256={digest}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


@dataclass(slots=True)
class Accepted:
    """How accepting went."""

    took: list[float] = field(default_factory=list)
    refused: int = 0
    seconds: float = 0.0


async def _accept(address: str, rate: int, count: int) -> Accepted:
    """Send so many deliveries at a rate, and take the time from when each was due."""
    due: asyncio.Queue[tuple[int, float] | None] = asyncio.Queue()
    accepted, began = Accepted(), time.perf_counter()
    senders = [asyncio.create_task(_send(address, due, accepted)) for _sender in range(CONNECTIONS)]
    for number in range(count):
        at = began + number / rate
        await asyncio.sleep(max(at - time.perf_counter(), 0))
        due.put_nowait((number, at))
    for _sender in senders:
        due.put_nowait(None)
    await asyncio.gather(*senders)
    accepted.seconds = time.perf_counter() - began
    return accepted


async def _send(address: str, due: asyncio.Queue[tuple[int, float] | None], accepted: Accepted) -> None:
    reader, writer = await asyncio.open_connection(*stage.host_of(address))
    while (job := await due.get()) is not None:
        writer.write(signed(body(job[0])))
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((part for part in head.lower().split(b"\r\n") if part.startswith(b"content-length:")), b":0")
        await reader.readexactly(int(length.split(b":")[1]))
        accepted.refused += b" 200 " not in head.split(b"\r\n")[0] + b" "
        accepted.took.append((time.perf_counter() - job[1]) * 1000)
    writer.close()


def connected(ready: Ready) -> psycopg.Connection:
    """Return a connection to the database that is served."""
    return psycopg.connect(ready.full.environment["DATABASE_URL"], autocommit=True)


def _waiting(database: psycopg.Connection) -> int:
    row = database.execute("SELECT count(*) FROM channels_delivery WHERE status = 'waiting'").fetchone()
    return int(row[0]) if row else 0


def _newest_waits(database: psycopg.Connection) -> bool:
    row = database.execute("SELECT status = 'waiting' FROM channels_delivery ORDER BY id DESC LIMIT 1").fetchone()
    return bool(row and row[0])


def read_rate(
    database: psycopg.Connection, ready: Ready, count: int = STORED, meanwhile: Callable[[], None] | None = None
) -> float:
    """Return how many of so many stored bodies are read in a second, from the first ones on, for half a minute.

    What is done `meanwhile` is done a few times.
    """
    stage.inside(ready.full.environment, "deliveries", str(count))
    stored = left = _waiting(database)
    deadline = time.monotonic() + _PATIENCE
    while left > stored - _BEGUN and time.monotonic() < deadline:
        time.sleep(0.02)
        left = _waiting(database)
    began, first = time.perf_counter(), left
    while left and time.perf_counter() - began < _LONGEST:
        if meanwhile is not None:
            meanwhile()
        time.sleep(1 if meanwhile is not None else 0.05)
        left = _waiting(database)
    rate = (first - left) / (time.perf_counter() - began)
    # What is left would stand in the way of what is measured next.
    database.execute("UPDATE channels_delivery SET status = 'read', read_at = now() WHERE status = 'waiting'")
    return rate


def _round_trip(address: str, ready: Ready) -> float:
    """Return the milliseconds from a webhook until a browser that listens has the new row."""
    browser = Browser(address, ready.full.cookie)
    with Listener(address, ready.full.cookie) as listener:
        began = time.perf_counter()
        asyncio.run(_accept(address, 1000, 1))
        listener.wait_for(b"event: change")
        browser.get(f"/inbox/updates/?since={ready.full.since}")
        return (time.perf_counter() - began) * 1000
