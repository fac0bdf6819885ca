"""What is measured: databases of our own that stay between runs, and the real server on each of them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from bench.report import say
from webcare import embedded
from webcare.launch.run import Run

ROOT = Path(__file__).resolve().parent.parent
PLACE = embedded.data_dir() / "bench"
MADE_BY = "webcare bench 2"  # another number, and the databases are filled anew
_AWAY = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
PORT = int(os.environ.get("BENCH_PORT", "8710"))  # and some above it


@dataclass(frozen=True, slots=True)
class Size:
    """How much a database holds."""

    name: str
    conversations: int
    messages: int
    still_open: int


class Postgres(embedded.Postgres):
    """A server with the memory that a machine for a million conversations gives it."""

    def command(self) -> list[str]:
        """The command line, with more memory."""
        more = {
            "shared_buffers": "1GB", "max_wal_size": "4GB", "work_mem": "16MB", "maintenance_work_mem": "512MB",
            "max_connections": "300",
        }  # fmt: skip
        return [*super().command(), *(part for name, value in more.items() for part in ("-c", f"{name}={value}"))]


SERVICES = embedded.locate(PLACE)
SERVERS = (Postgres(SERVICES), embedded.Redis(SERVICES))


@contextlib.contextmanager
def servers() -> Iterator[None]:
    """Run PostgreSQL and Redis of the measurements' own."""
    with embedded.using(SERVICES, SERVERS):
        yield


def fill(size: Size) -> None:
    """Fill a database and sum up its figures, or bring one that is there up to date. It is never measured itself."""
    environment = environment_of(size.name)
    wanted = f"{MADE_BY}: {size.conversations} {size.messages} {size.still_open}"
    with contextlib.closing(psycopg.connect(SERVICES.database_url, autocommit=True)) as connection:
        if _note_of(connection, size.name) == wanted:
            manage(environment, "migrate", "--no-input", "-v0")
            return
        say(f"Filling {size.name}: {size.conversations:,} conversations, {size.messages:,} messages.")
        name = sql.Identifier(size.name)
        connection.execute(_AWAY.format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        manage(environment, "migrate", "--no-input", "-v0")
        amount = ("--conversations", size.conversations, "--messages", size.messages, "--open", size.still_open)
        manage(environment, "generate", *map(str, amount))
        inside(environment, "rolled")
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(wanted)))


@contextlib.contextmanager
def copied(size: Size, *, to: str = "copy") -> Iterator[dict[str, str]]:
    """Return the environment of a copy of a filled database, which is gone after the block. Nobody is served by it yet.

    What is measured is a copy: what one run leaves is not measured by the next. A copy of a run that was ended is
    taken away first.
    """
    name = f"{size.name}_{to}"
    copy, original = sql.Identifier(name), sql.Identifier(size.name)
    with contextlib.closing(psycopg.connect(SERVICES.database_url, autocommit=True)) as connection:
        connection.execute(_AWAY.format(copy))
        # Its files are copied: else every page of it would go through the log as well.
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(copy, original))
        try:
            yield environment_of(name)
        finally:
            connection.execute(_AWAY.format(copy))
            shutil.rmtree(PLACE / name, ignore_errors=True)


def _note_of(connection: psycopg.Connection, name: str) -> str | None:
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
    ).fetchone()
    return row[0] if row else None


def database_url(name: str) -> str:
    """Return the address of one of the databases."""
    return SERVICES.database_url.replace("@/webcare?", f"@/{name}?")


def environment_of(name: str, port: int = PORT) -> dict[str, str]:
    """Return the environment of processes that serve one of the databases, as for real accounts."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "webcare.settings",
        "DATABASE_URL": database_url(name),
        "REDIS_URL": SERVICES.redis_url,
        "WEBCARE_DATA": str(PLACE / name),
        "WEBCARE_DEMO": "0",
        "SECRET_KEY": "measured-measured-measured-measured-measured-0123456789",
        "CREDENTIAL_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECURE_SSL": "0",
        "PORT": str(port),
        # The real platforms are never spoken to.
        "X_API_BASE": "http://127.0.0.1:9",
        "GRAPH_API_BASE": "http://127.0.0.1:9",
    }


def manage(environment: dict[str, str], *arguments: str) -> None:
    """Run manage.py to its end."""
    (PLACE / "logs").mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True)


def inside(environment: dict[str, str], module: str, *arguments: str) -> Any:
    """Run a module of bench/inside with Webcare's settings, and return what it prints last, as JSON."""
    command = [sys.executable, "-m", f"bench.inside.{module}", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, timeout=3600)
    return json.loads(done.stdout.splitlines()[-1])


class Site(Run):
    """Webcare on one of the databases: the web server alone, or everything."""

    def __init__(self, environment: dict[str, str], port: int) -> None:
        super().__init__({**environment, "PORT": str(port)})
        self.address = f"http://127.0.0.1:{port}"
        embedded.prepare_folders(self.services)

    def say(self, text: str) -> None:
        """Say nothing but what went wrong."""
        if "ended" in text:
            say(text)


@contextlib.contextmanager
def web(environment: dict[str, str], port: int) -> Iterator[Site]:
    """Serve one database with the real web server, and nothing else."""
    site = Site(environment, port)
    try:
        site.start_web()
        site.wait_for("the web server to answer", site.web_answers)
        yield site
    finally:
        site.end()


@contextlib.contextmanager
def everything(environment: dict[str, str], port: int) -> Iterator[Site]:
    """Run web, workers and beat on one database."""
    site = Site(environment, port)
    try:
        site.start_webcare()
        yield site
    finally:
        site.end()


@contextlib.contextmanager
def process(command: list[str], environment: dict[str, str], port: int, log: str) -> Iterator[str]:
    """Run a server of somebody else's on a port, and return its address when it listens."""
    logs = SERVICES.logs / f"{log}.log"
    with logs.open("ab") as output:
        running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        wait_for_port(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        try:
            running.wait(10)
        except subprocess.TimeoutExpired:
            running.kill()


def wait_for_port(port: int) -> None:
    """Return when something listens there. RuntimeError after half a minute."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError(f"Nothing listens on port {port}: see {SERVICES.logs}.")


def at_rest() -> None:
    """Return when PostgreSQL wrote what former measurements left, and vacuums nothing; after a minute at most."""
    deadline = time.monotonic() + 60
    with contextlib.closing(psycopg.connect(SERVICES.database_url, autocommit=True)) as connection:
        connection.execute("CHECKPOINT")
        while time.monotonic() < deadline and _vacuums(connection):
            time.sleep(1)


def _vacuums(connection: psycopg.Connection) -> bool:
    row = connection.execute(
        "SELECT 1 FROM pg_stat_activity WHERE backend_type = 'autovacuum worker' LIMIT 1"
    ).fetchone()
    return row is not None


def host_of(url: str) -> tuple[str, int]:
    """Return host and port of an address."""
    parts = urllib.parse.urlsplit(url)
    return parts.hostname or "127.0.0.1", parts.port or 80
