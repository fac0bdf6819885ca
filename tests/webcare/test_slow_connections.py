"""Slow and odd connections at the real web server: they hold a socket, and nobody else waits for them."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import uvicorn
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.test import Client
from pytest_django import Settings

from inbox.models import Attachment
from tests import factories
from tests.support.event_loops import run
from webcare.server import bodies, connections, rate_limits
from webcare.server.connections import Connection

pytestmark = pytest.mark.django_db(transaction=True)
SLOW = 60
SOON = 10  # far below any limit of the server's; a page that waited for a slow sender would take longer
Address = tuple[str, int]


@pytest.fixture
def site(transactional_db: None, servers: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Address]:
    """A web server of this process, as `make run` starts it."""
    from inbox.live.sse import Stream
    from webcare import asgi

    # A server's end closes its stream: the one of the browser tests' server goes on.
    monkeypatch.setattr(asgi, "stream", Stream())
    door = socket.create_server(("127.0.0.1", 0))
    address: Address = door.getsockname()
    config = uvicorn.Config(
        asgi.application, host=address[0], port=address[1], http=Connection, ws="none", log_level="error",
        proxy_headers=False, timeout_graceful_shutdown=2,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([door],), daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    yield address
    server.should_exit = True
    thread.join(timeout=10)


def opened(site: Address, sent: bytes) -> socket.socket:
    """Return a connection on which this much was sent."""
    connection = socket.create_connection(site, timeout=SOON)
    connection.sendall(sent)
    return connection


def told(site: Address, sent: bytes) -> bytes:
    """Send bytes, and return the first line of the answer; b"" where the connection just ended."""
    with opened(site, sent) as connection, contextlib.suppress(ConnectionResetError):
        return connection.makefile("rb").readline().strip()
    return b""


def asked(site: Address, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
    """Ask once over a connection of its own."""
    connection = http.client.HTTPConnection(*site, timeout=SOON)
    try:
        connection.request(method, path, body=body, headers={"Host": "localhost", **headers})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def head(path: str, *lines: str, method: str = "POST") -> bytes:
    """Return a request's first lines."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode()


@pytest.mark.parametrize("path", ["/account/login/", "/webhooks/meta/", "/inbox/"])
def test_sixty_slow_senders_hold_nobody_up(site: Address, path: str) -> None:
    slow = [opened(site, head(path, "Content-Length: 1000") + b"a") for _ in range(SLOW)]
    try:
        assert asked(site, "GET", "/account/login/")[0] == 200
        assert asked(site, "POST", "/webhooks/meta/", b"{}")[0] == 403  # read, and its signature looked at
    finally:
        for connection in slow:
            connection.close()


def test_slow_headers_are_ended(site: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEADER_SECONDS", 0.3)
    assert told(site, b"GET /account/login/ HTTP/1.1\r\nHost: loc") == b"HTTP/1.1 408 Request Timeout"
    assert told(site, b"") == b"HTTP/1.1 408 Request Timeout"


def test_a_second_request_has_the_same_time_for_its_headers(site: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEADER_SECONDS", 0.5)
    with opened(site, head("/live/", method="GET")) as connection:
        reading = connection.makefile("rb")
        while reading.readline().strip():
            pass
        connection.sendall(b"GET /account/login/ HTTP/1.1\r\nHo")
        assert reading.readline().strip() == b"HTTP/1.1 408 Request Timeout"


def test_headers_without_end_are_refused(site: Address) -> None:
    endless = head("/account/login/", method="GET")[:-2] + b"X-Long: " + b"a" * 300_000
    assert told(site, endless) in (b"HTTP/1.1 431 Request Header Fields Too Large", b"")


def test_a_slow_body_is_ended(site: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0.3)
    assert told(site, head("/inbox/", "Content-Length: 9") + b"a") == b"HTTP/1.1 408 Request Timeout"
    assert told(site, head("/inbox/", "Transfer-Encoding: chunked") + b"1\r\n") == b"HTTP/1.1 408 Request Timeout"


def test_the_oldest_of_too_many_bodies_gives_way(site: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "OPEN_OF_ADDRESS", 2)
    first, *others = (opened(site, head("/inbox/", "Content-Length: 9") + b"a") for _ in range(3))
    assert first.makefile("rb").readline().strip() == b"HTTP/1.1 408 Request Timeout"
    for connection in (first, *others):
        connection.close()


@pytest.mark.parametrize(
    ("path", "size"), [("/account/login/", 65 * 1024), ("/webhooks/meta/", 4 * 1024**2), ("/inbox/", 4 * 1024**2)]
)
def test_too_large_a_body_is_refused_before_it_comes(site: Address, path: str, size: int) -> None:
    refused = b"HTTP/1.1 413 " + http.client.responses[413].encode()
    assert told(site, head(path, f"Content-Length: {size}", "Expect: 100-continue")) == refused
    assert told(site, head(path, "Content-Length: " + "9" * 18)) == refused


def test_too_large_a_chunked_body_is_refused_as_it_comes(site: Address) -> None:
    chunk = b"8000\r\n" + b"a" * 0x8000 + b"\r\n"
    first = told(site, head("/account/login/", "Transfer-Encoding: chunked") + chunk * 3)
    assert first.startswith(b"HTTP/1.1 413") or first == b""


@pytest.mark.parametrize(
    ("path", "size", "ends"),
    [("/account/login/", 65 * 1024, "</html>\n"), ("/webhooks/meta/", 4 * 1024**2, "413 Request Entity Too Large\n")],
)
def test_who_reads_pages_is_told_in_words_what_was_too_large(site: Address, path: str, size: int, ends: str) -> None:
    sent = head(path, f"Content-Length: {size}", "Accept: text/html,*/*;q=0.8", "Accept-Language: nl")
    with opened(site, sent) as connection:
        said = connection.makefile("rb").read().decode()
    assert said.startswith("HTTP/1.1 413 ")
    assert said.endswith(ends)
    assert ("<h1>Dat was te groot</h1>" in said) == ("</html>" in said)


@pytest.fixture
def small_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Room for few bytes: four of an address, eight in all, two of them for webhooks."""
    for name, most in (("KEPT_OF_ADDRESS", 4), ("KEPT_AT_ONCE", 8), ("FOR_WEBHOOKS", 2)):
        monkeypatch.setattr(bodies, name, most)


async def kept(door: bodies.Bodies, address: str, size: int, path: str = "/") -> list[Any]:
    """Send a body through the door, and return what is answered: nothing where it was let in."""
    scope: Any = {
        "type": "http", "method": "POST", "http_version": "1.0", "path": path, "query_string": b"",
        "client": (address, 1), "headers": [(b"content-length", str(size).encode())],
    }  # fmt: skip
    answers: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"x" * size}

    async def send(message: Any) -> None:
        answers.append(message.get("status"))

    await door(scope, receive, send)
    return answers[:1]


async def crowd(*bodies_before: tuple[str, int], then: tuple[str, int, str]) -> tuple[list[Any], list[Any]]:
    """Keep bodies open, send one more; return its answer, and that of the same once the others are gone."""
    ended = asyncio.Event()

    async def page(scope: Any, receive: Any, send: Any) -> None:
        if not ended.is_set() and asyncio.current_task() is not asker:
            await ended.wait()

    asker = asyncio.current_task()
    door = bodies.Bodies(page)
    waiting = [asyncio.create_task(kept(door, *body)) for body in bodies_before]
    await asyncio.sleep(0)
    first = await kept(door, *then)
    ended.set()
    await asyncio.gather(*waiting)
    return first, await kept(door, *then)


@pytest.mark.usefixtures("small_room")
def test_one_address_cannot_fill_the_room() -> None:
    one_more = crowd(("192.0.2.1", 2), ("192.0.2.1", 1), then=("192.0.2.1", 2, "/"))
    assert run(one_more) == ([503], [])
    of_another = crowd(("192.0.2.1", 3), then=("198.51.100.1", 2, "/"))
    assert run(of_another) == ([], [])


@pytest.mark.usefixtures("small_room")
def test_webhooks_have_room_of_their_own() -> None:
    full = (("192.0.2.1", 3), ("198.51.100.1", 3))
    assert run(crowd(*full, then=("203.0.113.1", 2, "/"))) == ([503], [])
    webhook = crowd(*full, then=("203.0.113.1", 2, "/webhooks/meta/"))
    assert run(webhook) == ([], [])


def test_a_body_ends_whatever_its_pace(site: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LONGEST_SECONDS", 0.3)
    sent = head("/", "Content-Length: 900000") + b"x" * 800_000  # earns 49 seconds by its size
    assert told(site, sent) == b"HTTP/1.1 408 Request Timeout"


def test_who_waits_for_100_continue_gets_it(site: Address) -> None:
    with opened(site, head("/webhooks/meta/", "Content-Length: 2", "Expect: 100-continue")) as connection:
        reading = connection.makefile("rb")
        assert reading.readline() == b"HTTP/1.1 100 Continue\r\n"
        reading.readline()
        connection.sendall(b"{}")
        assert reading.readline().startswith(b"HTTP/1.1 403")


def test_a_chunked_body_is_read_whole(site: Address) -> None:
    chunked = b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
    assert told(site, head("/webhooks/meta/", "Transfer-Encoding: chunked") + chunked).startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize(
    "odd",
    [
        head("/inbox/", "Content-Length: 3", "Transfer-Encoding: chunked") + b"0\r\n\r\n",
        head("/inbox/", "Content-Length: 3", "Content-Length: 4") + b"abcd",
        head("/inbox/", "Content-Length: -1"),
        head("/inbox/", "Content-Length: 0x10"),
        head("/inbox/", "Transfer-Encoding: chunked") + b"zz\r\n",
        head("/inbox/", "Transfer-Encoding: gzip") + b"abc",
        b"GET /inbox/?q=\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /inbox/\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /inbox/ HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /account/login/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /account/login/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"GET /account/login/ HTTP/1.1\r\n\r\n",
        b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        head("/inbox/", method="TRACE"),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\r\n\r\n\x00\x00",
    ],
    ids=range(17),
)
def test_odd_requests_are_refused_without_an_error_of_ours(site: Address, odd: bytes) -> None:
    first = told(site, odd)
    assert first == b"" or first.split()[1][:1] in (b"3", b"4")
    assert asked(site, "GET", "/account/login/")[0] == 200


def test_http_1_0_and_half_closed_connections_are_answered(site: Address) -> None:
    assert told(site, b"GET /account/login/ HTTP/1.0\r\nHost: localhost\r\n\r\n") == b"HTTP/1.1 200 OK"
    with opened(site, head("/account/login/", method="GET")) as connection:
        connection.shutdown(socket.SHUT_WR)
        assert connection.makefile("rb").readline().strip() in (b"HTTP/1.1 200 OK", b"")
    assert asked(site, "GET", "/account/login/")[0] == 200


def test_pipelined_requests_are_answered_in_order(site: Address) -> None:
    pair = head("/webhooks/meta/", "Content-Length: 2") + b"{}" + head("/live/", "Connection: close", method="GET")
    with opened(site, pair) as connection:
        lines = [line for line in connection.makefile("rb").read().split(b"\r\n") if line.startswith(b"HTTP/1.1")]
    assert [line.split()[1] for line in lines] == [b"403", b"204"]


def test_names_that_cgi_cannot_tell_apart_are_dropped() -> None:
    came: list[Any] = []

    async def page(scope: Any, receive: Any, send: Any) -> None:
        came.extend(scope["headers"])

    scope: Any = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "http_version": "1.1"}
    scope["headers"] = [(b"host", b"localhost"), (b"x_forwarded_proto", b"https"), (b"x_forwarded-for", b"1.2.3.4")]
    nothing: Any = None
    run(bodies.Bodies(page)(scope, nothing, nothing))
    assert came == [(b"host", b"localhost")]


def large_file(tmp_path: Path, settings: Settings) -> tuple[str, Client, bytes]:
    """Return a large file's path, a browser that may see it, and what is in it."""
    settings.MEDIA_ROOT = tmp_path
    content = bytes(range(256)) * 16 * 1024 * 3
    row = Attachment(
        message=factories.make_inbound(), kind="video", state="stored", filename="film.mp4", mime_type="video/mp4"
    )
    row.file.save("film.mp4", ContentFile(content))
    browser = Client()
    browser.force_login(factories.make_user())
    return f"/files/{row.code}/", browser, content


def cookie_of(browser: Client) -> str:
    """Return the header with which somebody is signed in."""
    name = django_settings.SESSION_COOKIE_NAME
    return f"{name}={browser.cookies[name].value}"


def test_a_large_file_comes_whole_and_in_parts(site: Address, tmp_path: Path, settings: Settings) -> None:
    path, browser, content = large_file(tmp_path, settings)
    assert asked(site, "GET", path, Cookie=cookie_of(browser)) == (200, content)
    part = asked(site, "GET", path, Cookie=cookie_of(browser), Range="bytes=1000-700000")
    assert part == (206, content[1000:700001])
    assert asked(site, "HEAD", path, Cookie=cookie_of(browser)) == (200, b"")


def test_slow_readers_of_a_large_file_hold_nobody_up(site: Address, tmp_path: Path, settings: Settings) -> None:
    path, browser, _content = large_file(tmp_path, settings)
    slow = []
    for _ in range(SLOW):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.connect(site)
        connection.sendall(head(path, f"Cookie: {cookie_of(browser)}", method="GET"))
        slow.append(connection)
    try:
        assert asked(site, "GET", "/account/login/")[0] == 200
        assert asked(site, "POST", "/webhooks/meta/", b"{}")[0] == 403
    finally:
        for connection in slow:
            connection.close()


def test_a_reader_who_takes_nothing_is_cut_off(
    site: Address, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "STALL_SECONDS", 0.3)
    lost, cancel = threading.Event(), Connection.connection_lost

    def lose(self: Connection, exc: Exception | None) -> None:
        cancel(self, exc)
        lost.set()

    monkeypatch.setattr(Connection, "connection_lost", lose)
    path, browser, content = large_file(tmp_path, settings)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.settimeout(SOON)
        connection.connect(site)
        connection.sendall(head(path, f"Cookie: {cookie_of(browser)}", method="GET"))
        assert lost.wait(SOON)
        came = 0
        with contextlib.suppress(ConnectionResetError):
            while part := connection.recv(1024 * 1024):
                came += len(part)
    assert came < len(content)


def test_a_persons_streams_are_counted(site: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    from inbox.live import sse

    monkeypatch.setattr(sse, "PER_PERSON", 2)
    browser, other = Client(), Client()
    browser.force_login(factories.make_user())
    other.force_login(factories.make_user())
    asking = head("/live/", f"Cookie: {cookie_of(browser)}", method="GET")
    held = [opened(site, asking) for _ in range(2)]
    assert [connection.makefile("rb").readline().split()[1] for connection in held] == [b"200", b"200"]
    assert told(site, asking).split()[1] == b"429"
    assert told(site, head("/live/", f"Cookie: {cookie_of(other)}", method="GET")).split()[1] == b"200"
    held.pop().close()
    deadline = time.monotonic() + SOON
    while told(site, asking).split()[1] != b"200":
        assert time.monotonic() < deadline
    for connection in held:
        connection.close()


def test_every_answer_protects_the_browser(site: Address, settings: Settings) -> None:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 60, True
    assert told(site, b"GET /live/ HTTP/1.1\r\nHost: evil.example\r\n\r\n").split()[1] == b"400"
    for method, path, status in [
        ("GET", "/live/", 204), ("GET", "/healthz", 200), ("GET", "/account/login/", 200), ("GET", "/nowhere/", 404),
        ("GET", "/static/css/tokens.css", 200), ("POST", "/webhooks/meta/", 403), ("TRACE", "/inbox/", 405),
    ]:  # fmt: skip
        connection = http.client.HTTPConnection(*site, timeout=SOON)
        connection.request(method, path)
        answer = connection.getresponse()
        connection.close()
        assert answer.status == status, path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        assert answer.headers["Strict-Transport-Security"] == "max-age=60; includeSubDomains", path
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], path
        assert answer.headers["Referrer-Policy"] == "same-origin", path
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin", path
        assert method == "POST" or path.startswith("/static/") or "no-store" in answer.headers["Cache-Control"], path


def test_what_needs_no_signing_in_is_asked_so_often(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [120.0]
    monkeypatch.setattr(rate_limits, "monotonic", lambda: clock[0])
    monkeypatch.setattr(rate_limits, "MOST", 3)

    async def page(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    limited: Any = rate_limits.RateLimits(page)

    def ask(path: str, address: str = "192.0.2.1") -> int:
        answered: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            answered.append(message)

        run(limited({"type": "http", "path": path, "client": (address, 5)}, None, send))
        return int(answered[0]["status"])

    assert [ask(path) for path in ("/account/passkey/", "/approve/x/", "/readyz", "/account/login/")] == [200] * 3 + [
        429
    ]
    assert (ask("/inbox/"), ask("/account/login/", "192.0.2.2")) == (200, 200)
    clock[0] += 60
    assert ask("/account/login/") == 200


@pytest.mark.parametrize("path", ["/api/v1/conversations/", "/webhooks/x/"])
def test_programs_are_told_not_led_to_https(path: str, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_PROXY_SSL_HEADER = True, ("HTTP_X_FORWARDED_PROTO", "https")

    def look(path: str, scheme: str, *headers: tuple[bytes, bytes]) -> None:
        scope = {"method": "GET", "path": path, "scheme": scheme, "query_string": b"", "http_version": "1.1"}
        bodies._check_head(cast("Any", scope | {"headers": [(b"host", b"localhost"), *headers]}))

    with pytest.raises(bodies.Refused):
        look(path, "http")
    look(path, "https")
    look(path, "http", (b"x-forwarded-proto", b"https"))
    look("/inbox/", "http")
    settings.SECURE_PROXY_SSL_HEADER = None
    with pytest.raises(bodies.Refused):
        look(path, "http", (b"x-forwarded-proto", b"https"))
