"""The peer from our side: whether it is installed, and how it is filled, served and asked."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql

from bench import stage

HERE = stage.ROOT / "bench"
PLACE = stage.PLACE / "helpdesk"
PYTHON = PLACE / "bin" / "python"


def is_installed() -> bool:
    """Whether `make bench` could install it; without it the table leaves its lines out."""
    return PYTHON.exists() and not subprocess.run([PYTHON, "-c", "import helpdesk"], check=False).returncode


def environment(tickets: int) -> dict[str, str]:
    """Return the environment of its processes, on a database of that many tickets."""
    return {
        **os.environ,
        "DATABASE_URL": stage.database_url(f"helpdesk_{tickets}"),
        "DJANGO_SETTINGS_MODULE": "bench.helpdesk.settings",
        "WEBCARE_DATA": str(stage.PLACE),
    }


def filled(tickets: int) -> dict[str, str]:
    """Fill its database where it is not; return an agent's cookie, the list's and a ticket's address."""
    name = f"helpdesk_{tickets}"
    with contextlib.closing(psycopg.connect(stage.SERVICES.database_url, autocommit=True)) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    found: dict[str, str] = _run("fill", tickets, tickets)
    return found


def mails(tickets: int, count: int) -> list[float]:
    """Let it read so many mails; return the milliseconds of each."""
    took: list[float] = _run("mail", tickets, count)
    return took


@contextlib.contextmanager
def served(tickets: int, port: int) -> Iterator[str]:
    """Serve it below gunicorn and yield its address."""
    command = [str(PYTHON), "-m", "gunicorn", "-w1", "-b", f"127.0.0.1:{port}", "--keep-alive", "60"]
    with stage.process([*command, "bench.helpdesk.wsgi:application"], environment(tickets), port, "helpdesk") as url:
        yield url


def _run(module: str, tickets: int, argument: int) -> Any:
    command = [str(PYTHON), "-m", f"bench.helpdesk.{module}", str(argument)]
    done = subprocess.run(
        command, cwd=stage.ROOT, env=environment(tickets), check=True, stdout=subprocess.PIPE, timeout=600
    )
    return json.loads(done.stdout.splitlines()[-1])
