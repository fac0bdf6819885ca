"""The live stream, driven as an ASGI server would."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from inbox import live
from inbox.models import Conversation
from inbox.stream import Stream
from tests.factories import make_account, make_inbound, make_user

Answer = TypeVar("Answer")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cookie(client: Client) -> Iterator[bytes]:
    client.force_login(make_user())
    yield f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}".encode()


async def listen(cookie: bytes, during: Any, wanted: int) -> tuple[int, bytes]:
    """Open the stream, run `during` once it has begun, and return (status, what came) after `wanted` events."""
    stream, sent, leave = Stream(), asyncio.Queue[Any](), asyncio.Event()

    async def receive() -> Any:
        await leave.wait()
        return {"type": "http.disconnect"}

    headers = [(b"host", b"localhost"), *([(b"cookie", cookie)] if cookie else [])]
    scope: Any = {"type": "http", "path": "/live/", "headers": headers}
    running = asyncio.ensure_future(stream(scope, receive, sent.put))
    status = (await asyncio.wait_for(sent.get(), 5))["status"]
    body = b""
    while status == 200 and body.count(b"event:") < wanted:
        body += (await asyncio.wait_for(sent.get(), 5))["body"]
        if b"event: catchup" in body and during is not None:
            during, act = None, during
            await asyncio.to_thread(in_a_thread, act)
    leave.set()
    await asyncio.wait_for(running, 5)
    await stream.close()
    return status, body


def run(story: Coroutine[Any, Any, Answer]) -> Answer:
    """Run it in a thread of its own: where a browser test came before, this one has an event loop already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, story).result(30)


def in_a_thread(act: Any) -> None:
    act()
    connection.close()


def test_a_change_is_named_to_who_listens(cookie: bytes) -> None:
    conversation = make_inbound(make_account(), "Waar blijft mijn pakket?").conversation
    assert conversation is not None

    status, body = run(listen(cookie, lambda: live.announce([conversation.pk]), wanted=2))

    assert status == 200
    assert f'event: change\ndata: {{"ids": ["{conversation.code}"]}}'.encode() in body
    assert b"pakket" not in body


def test_it_first_asks_the_page_to_catch_up(cookie: bytes) -> None:
    _status, body = run(listen(cookie, None, wanted=1))
    assert body.startswith(b"retry: ")
    assert b"event: catchup" in body


@pytest.mark.parametrize("given", [b"", b"sessionid=made-up", b"other=1"])
def test_nobody_listens_without_signing_in(given: bytes) -> None:
    status, body = run(listen(given, None, wanted=1))
    assert (status, body) == (204, b"")


def test_a_reader_who_lags_behind_is_told_to_catch_up() -> None:
    async def fill() -> list[bytes]:
        stream, slow = Stream(), asyncio.Queue[bytes](2)
        stream._readers.add(slow)
        for number in range(4):
            stream._tell(str(number).encode())
        return [slow.get_nowait() for _ in range(slow.qsize())]

    assert run(fill())[0] == b"event: catchup\ndata: {}\n\n"
    assert Conversation.objects.count() == 0
