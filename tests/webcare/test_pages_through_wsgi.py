"""Answers of the WSGI application on their way out: whole where they are whole, in order where they are many parts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
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


async def answered(body: Parts, sent: Sent, before: Callable[[], Any] = lambda: asyncio.sleep(0)) -> None:
    """Have a body answered by the WSGI side; `before` is awaited before each message is sent."""

    def application(_environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return body

    async def send(message: Any) -> None:
        await before()
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("The body was read before.")

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
