"""A page of another site can read why it was refused, and nothing else."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest

from tests.support.event_loops import run
from webcare.server.visitors import Visitors

DOOR = "/chat/2b1c9a4e-0000-4000-8000-000000000000/messages/"


def answered(path: str, status: int, method: str = "GET") -> tuple[int, dict[bytes, bytes]]:
    """Ask behind it, where everything is answered with a status; return what the browser gets."""
    sent: list[Any] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": status, "headers": [(b"retry-after", b"9")]})
        await send({"type": "http.response.body", "body": b""})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("Nothing is read.")

    asked: Any = {"type": "http", "path": path, "method": method, "headers": []}
    run(Visitors(app)(asked, receive, send))
    return sent[0]["status"], dict(sent[0]["headers"])


@pytest.mark.parametrize("status", [403, 404, 413, 429, 503])
def test_a_refusal_is_read_by_any_page(status: int) -> None:
    told, headers = answered(DOOR, status)
    assert (told, headers[b"access-control-allow-origin"]) == (status, b"*")
    assert b"access-control-allow-credentials" not in headers
    assert b"access-control-allow-origin" not in answered("/account/login/", status)[1]
    assert b"access-control-allow-origin" not in answered(DOOR, HTTPStatus.OK)[1]


def test_who_asks_whether_it_may_ask_is_told_so_at_no_cost() -> None:
    status, headers = answered(DOOR, 503, "OPTIONS")  # whatever stands behind it would say
    assert (status, headers[b"access-control-allow-headers"]) == (204, b"authorization, content-type")
