"""Answers of the WSGI application on their way out: whole where they are whole, in order where they are many parts."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.event_loops import run
from webcare.server.pages import Pages

Sent = list[dict[str, Any]]
_SCOPE: Any = {
    "type": "http", "http_version": "1.1", "method": "GET", "path": "/", "query_string": b"", "headers": [],
    "server": ("127.0.0.1", 8000), "client": ("127.0.0.1", 1),
}  # fmt: skip


class Parts:
    """A body of these parts. Where one is an error, it is raised."""

    def __init__(self, *parts: bytes | Exception) -> None:
        self.parts, self.made, self.closed = parts, 0, False

    def __iter__(self) -> Iterator[bytes]:
        for part in self.parts:
            if isinstance(part, Exception):
                raise part
            self.made += 1
            yield part

    def close(self) -> None:
        self.closed = True


async def answered(
    body: Parts,
    sent: Sent,
    before: Callable[[], Any] = lambda: asyncio.sleep(0),
    left: Callable[[], Any] = lambda: asyncio.sleep(60),
) -> None:
    """Have a body answered by the WSGI side.

    `before` is awaited before each message is sent, `left` until the reader goes away.
    """

    def application(_environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return body

    async def send(message: Any) -> None:
        await before()
        sent.append(message)

    async def receive() -> Any:
        await left()
        return {"type": "http.disconnect"}

    await Pages(application, threads=1)(_SCOPE, receive, send)


def read(sent: Sent) -> tuple[bytes, list[bool]]:
    assert sent[0] == {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}
    bodies = sent[1:]
    return b"".join(each["body"] for each in bodies), [each["more_body"] for each in bodies]


@pytest.mark.parametrize("parts", [(), (b"all",)], ids=("nothing", "one part"))
def test_whole_answer_leaves_in_two_messages(parts: tuple[bytes, ...]) -> None:
    sent, body = Sent(), Parts(*parts)
    run(answered(body, sent))
    assert read(sent) == (b"".join(parts), [False])
    assert body.closed


def test_parts_leave_in_their_order_and_end_once() -> None:
    sent, parts = Sent(), [str(number).encode() for number in range(50)]
    run(answered(Parts(*parts), sent))
    text, more = read(sent)
    assert text == b"".join(parts)
    assert more == [True] * 49 + [False]


def test_slow_reader_keeps_no_thread() -> None:
    sent, body, may_go = Sent(), Parts(b"a", b"b", b"c"), asyncio.Event()

    async def all_made() -> None:
        answer = asyncio.create_task(answered(body, sent, may_go.wait))
        while not body.closed:
            await asyncio.sleep(0.001)
        assert sent == []
        may_go.set()
        await answer

    run(all_made())
    assert read(sent) == (b"abc", [True, True, False])


@pytest.mark.parametrize("parts", [(), (b"a",), (b"a", b"b", b"c")], ids=str)
def test_answer_that_breaks_off_does_not_end(parts: tuple[bytes, ...]) -> None:
    sent, body = Sent(), Parts(*parts, ValueError("broken"))
    with pytest.raises(ValueError, match="broken"):
        run(answered(body, sent))
    assert all(each.get("more_body", True) for each in sent)
    assert body.closed


class Endless(Parts):
    """A body of very many parts, whose third waits for `goes_on`."""

    def __init__(self) -> None:
        super().__init__()
        self.goes_on, self.over = threading.Event(), threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        yield from (b"a", b"b")
        assert self.goes_on.wait(20)
        yield from (b"c" for _part in range(100_000))

    def close(self) -> None:
        self.over.set()


def test_who_went_away_has_no_more_made() -> None:
    sent, body = Sent(), Endless()

    async def leaves() -> None:
        while len(sent) < 2:
            await asyncio.sleep(0.001)
        body.goes_on.set()

    run(answered(body, sent, left=leaves))
    assert body.over.is_set()
    assert all(each["more_body"] for each in sent[1:]), "it did not come to its end"


def test_process_that_ends_waits_for_no_answer() -> None:
    body = Endless()

    def served() -> bool:
        loop = asyncio.new_event_loop()

        async def stopped() -> None:
            loop.stop()

        loop.create_task(answered(body, Sent(), stopped))
        loop.run_forever()
        body.goes_on.set()
        ended = body.over.wait(20)  # while the loop stands still
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.close()
        return ended

    with ThreadPoolExecutor(1) as pool:  # a browser test may have left a loop running in this thread
        assert pool.submit(served).result(40)
