"""Fixtures for all tests: the servers, a database of this process' own, the sandbox."""

from __future__ import annotations

import contextlib
import gc
import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.utils import translation
from playwright.sync_api import Browser, expect, sync_playwright

from tests import chromium, migrated
from tests.environment import SERVICES
from tests.support import profiles

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from sandbox.testing import Running

# Playwright keeps an event loop in this thread; our own use of the database beside it is safe.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
profiles.register()
expect.set_options(timeout=60_000)  # a busy machine is slow, and no browser's test is about speed


@pytest.fixture(scope="session")
def django_db_modify_db_settings(servers: None) -> None:
    """Name the test database after this process, and copy it from a migrated one. Drop what killed runs left."""
    from django.conf import settings

    with contextlib.closing(psycopg.connect(SERVICES.database_url, autocommit=True)) as connection:
        settings.DATABASES["default"].setdefault("TEST", {}).update(
            NAME=f"test_webcare_{os.getpid()}", TEMPLATE=migrated.database(connection)
        )
        for (name,) in connection.execute(
            "SELECT datname FROM pg_database WHERE datname ~ '^test_webcare_[0-9]+'"
        ).fetchall():
            pid = int(re.findall(r"\d+", name)[0])
            if pid == os.getpid() or not _runs(pid):
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(autouse=True)
def _language_of_nobody() -> Iterator[None]:
    """Forget whose language a test left active: that of the last request stays in its thread."""
    yield
    translation.deactivate()


@pytest.fixture
def estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moods, languages and look-alikes of what factories let in are told at once, as if a worker had come by."""
    from inbox.triage import estimates
    from tests import factories

    monkeypatch.setattr(factories, "tell_behind", estimates.estimate_due)


@pytest.fixture(scope="session", autouse=True)
def _code_is_no_garbage() -> None:
    """All code is loaded by now: leave it out where circular garbage is looked for."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _dropped_whoever_looks() -> Iterator[None]:
    """At the end drop the test database, also while autovacuum or an ending thread still has it open."""
    from django.db.backends.postgresql.creation import DatabaseCreation

    def drop(creation: DatabaseCreation, name: str, _verbosity: int) -> None:
        with creation.connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseCreation, "_destroy_test_db", drop)
        yield


@pytest.fixture(scope="session", autouse=True)
def _emptied_quickly() -> Iterator[None]:
    """After a test with real transactions, delete the rows it left, and keep the connection with all that it planned.

    Django truncates every table there is and makes its permissions anew: ten times the work, 400 times a run.
    """
    from django.test import TransactionTestCase

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: _empty())
        patch.setattr(TransactionTestCase, "_should_reload_connections", lambda case: False)
        yield


@pytest.fixture(scope="session", autouse=True)
def _noted_once_a_page(django_test_environment: None) -> Iterator[None]:
    """Keep the context of each page, as Django's test client does, but not of each of the fifty templates in it."""
    from django.template.base import Template
    from django.test.signals import template_rendered

    def render(template: Template, context: Any) -> SafeString:
        if context.template is template:
            template_rendered.send(sender=template, template=template, context=context)
        return template.nodelist.render(context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", render)
        yield


@pytest.fixture(scope="session", autouse=True)
def _signed_in_by_one_session() -> Iterator[None]:
    """Sign test clients in as Django does, but without keeping an empty session first, two thousand times a run."""
    from django.conf import settings
    from django.contrib.auth import login
    from django.http import HttpRequest
    from django.test import Client

    from webcare.lib.session_store import SessionStore

    def sign_in(client: Client, user: Any, backend: str | None = None) -> None:
        request = HttpRequest()
        request.session = SessionStore()
        login(request, user, backend)
        request.session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = str(request.session.session_key)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "_login", sign_in)
        yield


@pytest.fixture(scope="session", autouse=True)
def _plans_outlive_tests() -> Iterator[None]:
    """Keep what the database prepared when a test rolls back: psycopg forgets it, lest a table was made anew."""
    from psycopg._preparing import PrepareManager

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PrepareManager, "clear", lambda _manager: False)
        patch.setattr(PrepareManager, "prepared_max", 500)  # all that all tests ask
        yield


def _empty() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        # Most tables never had a row, and take no space.
        cursor.execute(
            "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND pg_relation_size(oid) > 0"
            " AND relnamespace = 'public'::regnamespace"
            " AND NOT relname = ANY(%s)",
            [["django_migrations", "django_content_type", "auth_permission", "inbox_referenceversion"]],
        )
        tables = [name for (name,) in cursor.fetchall()]
        # Neither foreign keys nor the log that only grows stand in the way of who cleans up.
        cursor.execute("SET session_replication_role = replica")
        try:
            cursor.execute("; ".join(f"DELETE FROM {name}" for name in tables))  # noqa: S608  our own tables
            # The triggers that would do it are off.
            cursor.execute("UPDATE inbox_referenceversion SET version = gen_random_uuid()")
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Running]:
    """The sandbox's own process on a free port, one for the whole run."""
    from sandbox import testing

    running = testing.start()
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def sandbox(running_sandbox: Running) -> Running:
    """The sandbox with an empty world; `sandbox.url` is its address for X_API_BASE and GRAPH_API_BASE."""
    import requests

    requests.post(f"{running_sandbox.url}/control/reset", json={}, timeout=10).raise_for_status()
    return running_sandbox


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run: two of them do not get along in one process."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium.find(),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-features=IsolateOrigins,site-per-process",  # one site is looked at: a process less a page
            ],
        )
        yield started
        started.close()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
