"""A thousand browsers on the live stream, beside a bare ASGI stream that sends the same events."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import redis

from bench import stage
from bench.compare import Line, Pair, line, percentile
from bench.memory import resident_of
from bench.ready import Ready

BROWSERS, EVENTS, APART = 1000, 30, 0.4  # seconds between two events
WARM = 50  # browsers that come and go before


class Listener:
    """One browser on the stream."""

    def __init__(self, address: str, cookie: str) -> None:
        self._socket = socket.create_connection(stage.host_of(address), timeout=30)
        self._socket.sendall(_request(cookie))
        self._seen = b""
        self.wait_for(b"retry:")

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._socket.close()

    def wait_for(self, words: bytes) -> None:
        """Return when they have come."""
        while words not in self._seen:
            part = self._socket.recv(65536)
            if not part:
                raise RuntimeError("The live stream ended.")
            self._seen += part
        self._seen = self._seen.partition(words)[2]


@dataclass(slots=True)
class Heard:
    """What a thousand browsers heard of one server."""

    took: list[float] = field(default_factory=list)
    bytes: int = 0
    idle: float = 0.0  # KiB of the server for each connection


def measure(ready: Ready) -> Iterator[Line]:
    """Yield the time until all have an event, what crosses the wire for it, and the memory of one connection."""
    browsers = BROWSERS if ready.seconds > 5 else 200
    port = stage.PORT + 6
    raw = [sys.executable, "-m", "uvicorn", "bench.floors.raw_stream:application", "--port", str(port)]
    environment = {**ready.full.environment, "CHANNEL": ready.full.channel}
    with stage.process(
        [*raw, "--log-level", "warning", "--no-access-log", "--timeout-graceful-shutdown", "1"],
        environment,
        port,
        "stream",
    ) as address:
        theirs = _hear(ready, address, _pid_on(port), browsers)
    ours = _hear(ready, ready.full.address, _pid_on(stage.host_of(ready.full.address)[1]), browsers)
    note = f"p95 {percentile(ours.took, 0.95):.0f} and {percentile(theirs.took, 0.95):.0f} ms"
    yield line(
        f"live stream to {browsers:,} browsers, publish → received", Pair(ours.took, theirs.took), "≤ 1.5 ×", note=note
    )
    sent = ours.bytes / theirs.bytes
    yield Line("bytes of an event to a browser", ours.bytes, theirs.bytes, sent, sent, sent, "≤ 1.5 ×", "B")
    held = ours.idle / max(theirs.idle, 0.1)
    yield Line("memory of an idle connection", ours.idle, theirs.idle, held, held, held, "≤ 1.5 ×", "KiB")


def _hear(ready: Ready, address: str, pid: int, browsers: int) -> Heard:
    return asyncio.run(_all_hear(address, ready.full.cookies, ready.full.channel, pid, browsers))


async def _all_hear(address: str, cookies: Sequence[str], channel: str, pid: int, browsers: int) -> Heard:
    # The first ones make the process load what all share.
    for _reader, writer in await _opened(address, cookies, WARM):
        writer.close()
    await asyncio.sleep(1)
    heard, before = Heard(), resident_of(pid)
    opened = await _opened(address, cookies, browsers)
    await asyncio.sleep(1)
    heard.idle = (resident_of(pid) - before) * 1024 / browsers
    publisher = redis.Redis.from_url(stage.SERVICES.redis_url)
    for _event in range(EVENTS):
        news = json.dumps({"event": "change", "ids": [str(uuid.uuid4())]})
        began = time.perf_counter()
        publisher.publish(channel, news)
        parts = await asyncio.wait_for(asyncio.gather(*(_event_of(reader) for reader, _w in opened)), 30)
        heard.took += [(at - began) * 1000 for at, _size in parts]
        heard.bytes = max(size for _at, size in parts)
        await asyncio.sleep(APART / 4)
    for _reader, writer in opened:
        writer.close()
    return heard


async def _opened(
    address: str, cookies: Sequence[str], count: int
) -> list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    opened = []
    for number in range(count):
        reader, writer = await asyncio.open_connection(*stage.host_of(address))
        writer.write(_request(cookies[number % len(cookies)]))
        await reader.readuntil(b"retry: 2000\n\n")
        opened.append((reader, writer))
    return opened


async def _event_of(reader: asyncio.StreamReader) -> tuple[float, int]:
    size = 0
    while True:
        part = await reader.readuntil(b"\n\n")
        size += len(part)
        if b"event: change" in part:
            return time.perf_counter(), size


def _request(cookie: str) -> bytes:
    return f"GET /live/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\nCookie: {cookie}\r\n\r\n".encode()


def _pid_on(port: int) -> int:
    """Return which process listens on a port of this machine."""
    wanted = f"0100007F:{port:04X}"
    with open("/proc/net/tcp") as rows:
        inodes = {row.split()[9] for row in rows if row.split()[1] == wanted and row.split()[3] == "0A"}
    for pid in filter(str.isdecimal, os.listdir("/proc")):
        try:
            links = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
        except OSError:
            continue
        if any(link == f"socket:[{inode}]" for inode in inodes for link in links):
            return int(pid)
    raise RuntimeError(f"Nothing listens on port {port}.")
