"""A real browser at the real server: uvicorn with the live stream, in this process, on this test's database."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
import weakref
from collections.abc import Callable, Collection, Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.signals import connection_created
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request
from uvicorn import Config, Server

from channels.models import Account
from inbox.models import Conversation, User
from tests import factories

Open = Callable[..., Page]
# What a page asks once its service worker has taken over passes by `route` and `expect_request`.
_NO_WORKER: dict[str, Any] = {"service_workers": "block"}


@pytest.fixture(scope="session")
def server(servers: None) -> Iterator[Server]:
    """Webcare's one server process as a thread of ours: one for all tests of this worker."""
    from webcare.asgi import application

    # The server takes it over bound: no other process of the run can take the port in between.
    door = socket.create_server(("127.0.0.1", 0))
    port = door.getsockname()[1]
    server = Server(
        Config(application, host="127.0.0.1", port=port, ws="none", log_level="warning", timeout_graceful_shutdown=10)
    )
    thread = threading.Thread(target=server.run, args=([door],), daemon=True)
    with _connections_of_threads() as opened:
        thread.start()
        _wait_until(lambda: server.started, "the server started")
        yield server
        # Its threads keep them. One that ends with its connection open is complained of after the last test.
        for one in list(opened):
            one.close()
    server.should_exit = True
    thread.join(timeout=10)


@contextlib.contextmanager
def _connections_of_threads() -> Iterator[Collection[psycopg.Connection]]:
    """Know which connections to the database other threads than this one have opened since."""
    opened: weakref.WeakSet[psycopg.Connection] = weakref.WeakSet()

    def note(connection: Any, **_more: object) -> None:
        if threading.current_thread() is not threading.main_thread():
            opened.add(connection.connection)

    connection_created.connect(note)
    yield opened
    connection_created.disconnect(note)


@pytest.fixture
def site(transactional_db: None, server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a running Webcare, on this test's database."""
    # Its threads keep their connections, as they do from the pool.
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", None)
    yield f"http://127.0.0.1:{server.config.port}"
    # What is still being answered would write among the rows of the next test.
    _wait_until(lambda: not server.server_state.tasks, "every request was answered")


def _wait_until(reached: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline, f"not within a minute: {what}"
        time.sleep(0.02)


@pytest.fixture
def account(transactional_db: None) -> Account:
    """The brand's X account."""
    return factories.make_account("x", name="Veldhuis Wonen", handle="VeldhuisNL", signature="initials")


@pytest.fixture
def conversation(account: Account) -> Conversation:
    """One that waits, in public."""
    found = factories.make_inbound(account, "Mijn kast is nog steeds niet bezorgd, waar blijft hij nou?").conversation
    assert found is not None
    return found


def requests_of(page: Page, *ends: str) -> list[str]:
    """Record, from now on, the paths a page asks for that end so. The list grows as it asks."""
    asked: list[str] = []

    def note(request: Request) -> None:
        path = urlsplit(request.url).path
        if path.endswith(ends):
            asked.append(path)

    page.on("request", note)
    return asked


def picture(page: Page, name: str) -> None:
    """Keep what the page looks like where somebody asked for it."""
    folder = os.environ.get("WEBCARE_SCREENSHOTS", "")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png")


@pytest.fixture
def agent(transactional_db: None) -> User:
    """The person at the browser: as long as can be to take an answer back, however slow the machine."""
    return factories.make_user(first_name="Farah", last_name="Bensaïd", language="en", undo_seconds=60)


def _is_complaint(line: ConsoleMessage) -> bool:
    # A request that leaving the page cuts off is none; what a server refuses has a line of its own.
    return line.type == "error" and not line.text.startswith(("htmx:afterRequest", "htmx:sendError", "htmx:sendAbort"))


@pytest.fixture
def new_context(browser: Browser, site: str) -> Iterator[Callable[..., BrowserContext]]:
    """Open browser profiles with Playwright's options. All are closed when the test ends, also when it fails."""
    with contextlib.ExitStack() as opened:
        yield lambda **options: opened.enter_context(browser.new_context(**(_NO_WORKER | options)))


@pytest.fixture
def visit(browser: Browser, site: str, agent: User) -> Iterator[Open]:
    """Open a page as the agent. Anything the browser complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def go(
        path: str = "/inbox/", *, width: int = 1440, height: int = 900, person: User | None = None, **options: Any
    ) -> Page:
        options = _NO_WORKER | {"viewport": {"width": width, "height": height}} | options
        context = browser.new_context(**options)
        contexts.append(context)
        client = Client()
        client.force_login(person or agent)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}])
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: complaints.append(f"{error}"))
        page.on("console", lambda line: complaints.append(line.text) if _is_complaint(line) else None)
        page.goto(site + path)
        return page

    yield go
    for context in contexts:
        context.close()
    assert complaints == []
