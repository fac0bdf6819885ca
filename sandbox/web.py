"""Reading requests and writing answers, the same for both APIs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from sandbox.connections import cut
from sandbox.faults import Fault, Faults

HANG_SECONDS = 120.0


@dataclass
class Upload:
    """One file of a multipart body."""

    filename: str
    mime: str
    content: bytes


@dataclass
class Call:
    """One request, read completely."""

    method: str
    url: str  # as received, without query
    path: str
    headers: dict[str, str]
    query: list[tuple[str, str]]
    body: dict[str, Any] = field(default_factory=dict)  # JSON or form
    files: dict[str, Upload] = field(default_factory=dict)
    form_signed: list[tuple[str, str]] = field(default_factory=list)  # urlencoded body: part of an OAuth 1 signature
    async_failure: int | None = None  # a fault makes the message fail later, with this code
    raw: bytes = b""

    @property
    def params(self) -> dict[str, str]:
        """Query parameters, the last of each name."""
        return dict(self.query)

    @property
    def base(self) -> str:
        """The origin this request was sent to."""
        return self.url[: len(self.url) - len(self.path)]


@dataclass
class Reply:
    """What to answer: `body` is JSON, or ready bytes with a content type of their own."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    mime: str = "application/json; charset=UTF-8"


async def read(request: Request) -> Call:
    """Read a request with its JSON, form or multipart body."""
    path = request.url.path
    call = Call(
        request.method,
        str(request.url.replace(query="", fragment="")),
        path,
        {key.lower(): value for key, value in request.headers.items()},
        parse_qsl(request.url.query, keep_blank_values=True),
    )
    kind = call.headers.get("content-type", "").split(";")[0].strip()
    if kind == "multipart/form-data":
        await _read_multipart(call, await request.form())
        return call
    call.raw = await request.body()
    if kind == "application/x-www-form-urlencoded":
        call.form_signed = parse_qsl(call.raw.decode("utf-8", "replace"), keep_blank_values=True)
        call.body = dict(call.form_signed)
    elif call.raw:
        try:
            parsed = orjson.loads(call.raw)
        except orjson.JSONDecodeError:
            parsed = {}
        call.body = parsed if isinstance(parsed, dict) else {}
    return call


async def _read_multipart(call: Call, form: FormData) -> None:
    for key, value in form.multi_items():
        if isinstance(value, UploadFile):
            content = await value.read()
            call.files[key] = Upload(value.filename or "file", value.content_type or "", content)
        else:
            call.body[key] = value


def respond(reply: Reply) -> Response:
    """Turn a Reply into Starlette's response."""
    content = reply.body if isinstance(reply.body, bytes) else b"" if reply.body is None else orjson.dumps(reply.body)
    return Response(content, reply.status, headers={"content-type": reply.mime, **reply.headers})


async def serve(
    request: Request,
    platform_of: Callable[[Call], str],
    handle: Callable[[Call], Reply],
    broken: Callable[[Fault, Call], Reply | None],
    faults: Faults,
) -> Response:
    """Answer a request, with whatever fault is due for it.

    `broken(fault, call)` gives the platform's wrong answer, or None when it goes wrong later; the faults any server can
    have are dealt with here.
    """
    call = await read(request)
    if call.path.endswith("/subscriptions") or "/webhooks" in call.path:  # these call the client back
        return respond(await run_in_threadpool(handle, call))
    fault = faults.take(platform_of(call), call.method, call.path)
    if fault is None:
        return respond(handle(call))
    if fault.name == "slow":
        await asyncio.sleep(fault.seconds or 2.0)
        return respond(handle(call))
    if fault.name in ("hang", "hang_after_accept"):
        if fault.name == "hang_after_accept":
            handle(call)
        await _hang(request, fault.seconds or HANG_SECONDS)
        return Response(status_code=504)
    if fault.name == "reset_after_accept":
        handle(call)
        cut(request.scope)
        return Response(status_code=500)
    return respond(broken(fault, call) or handle(call))


async def _hang(request: Request, seconds: float) -> None:
    """Wait until the client gives up, at most `seconds`."""
    ends = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < ends and not await request.is_disconnected():
        await asyncio.sleep(0.1)
