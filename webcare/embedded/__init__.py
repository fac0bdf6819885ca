"""PostgreSQL and Redis of our own, started from their wheels when no server is configured.

`locate()` only computes addresses, so settings may call it. `start()` and `using()` start what does not run yet and
wait until it really accepts connections; several processes may do so at once. This package knows nothing of Django.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from webcare.embedded.errors import EmbeddedError
from webcare.embedded.places import Services, data_dir, locate, prepare_folders
from webcare.embedded.postgres import Postgres
from webcare.embedded.redis import Redis
from webcare.embedded.server import Server

__all__ = [
    "EmbeddedError",
    "Postgres",
    "Redis",
    "Server",
    "Services",
    "configured",
    "data_dir",
    "end_outdated",
    "locate",
    "prepare_folders",
    "servers",
    "start",
    "starting",
    "stop",
    "using",
    "wanted",
]


def wanted() -> bool:
    """Return True when the database or Redis is not configured, so that the embedded ones are needed."""
    return not (configured("DATABASE_URL") and configured("REDIS_URL"))


def servers(services: Services) -> list[Server]:
    """Return the embedded servers that the environment does not replace by configured ones."""
    found: list[Server] = []
    if not configured("DATABASE_URL"):
        found.append(Postgres(services))
    if not configured("REDIS_URL"):
        found.append(Redis(services))
    return found


def start(services: Services) -> None:
    """Start what does not run yet and return when all of it accepts; raises EmbeddedError with one clear sentence."""
    prepare_folders(services)
    with starting(services):
        for server in servers(services):
            server.start()


def stop(services: Services) -> None:
    """Stop the servers of this data folder; servers that do not run are left as they are."""
    for server in reversed(servers(services)):
        server.stop()


@contextlib.contextmanager
def using(services: Services, chosen: Sequence[Server] | None = None) -> Iterator[None]:
    """Start the servers for the time of the block.

    The last of several processes to leave its block stops them: each holds a shared lock, which the kernel drops with
    the process. Raises EmbeddedError with one clear sentence.
    """
    chosen = servers(services) if chosen is None else chosen
    prepare_folders(services)
    with contextlib.ExitStack() as held:
        with starting(services):
            users = held.enter_context((services.data / "users.lock").open("w"))
            fcntl.flock(users, fcntl.LOCK_SH)
            end_outdated(chosen, users)
            for server in chosen:
                server.start()
        try:
            yield
        finally:
            # Without its folder, removed meanwhile, nobody can share these servers any more.
            lock = starting(services) if services.data.exists() else contextlib.nullcontext()
            with lock, contextlib.suppress(BlockingIOError):
                # Only the last user gets it exclusively. The start lock keeps newcomers out meanwhile.
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                for server in reversed(chosen):
                    server.stop()


def end_outdated(chosen: Sequence[Server], users: IO[str]) -> None:
    """End servers that an earlier installation left running, unless others use them. Raises EmbeddedError.

    Needs the start lock, and `users`: the caller's share of users.lock.
    """
    outdated = [server for server in chosen if server.is_outdated()]
    if not outdated:
        return
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        names = " and ".join(server.name for server in outdated)
        raise EmbeddedError(
            f"{names} of an earlier installation of Webcare still in use at {outdated[0].services.data}: "
            "stop what was started before the upgrade, then try again."
        ) from None
    for server in outdated:
        server.stop()
    fcntl.flock(users, fcntl.LOCK_SH)


@contextlib.contextmanager
def starting(services: Services) -> Iterator[None]:
    """Hold the lock under which servers of one data folder are started and stopped."""
    try:
        lock = (services.data / "start.lock").open("w")
    except OSError as error:
        raise EmbeddedError(
            f"Webcare cannot write in {services.data}: {error.strerror}. Set WEBCARE_DATA to another folder."
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def configured(name: str) -> str:
    """Return the value of a variable, or of the file that the variable with _FILE names, "" without either.

    Raises EmbeddedError for a file that cannot be read.
    """
    if value := os.environ.get(name, ""):
        return value
    file = os.environ.get(f"{name}_FILE", "")
    try:
        return Path(file).read_text().strip() if file else ""
    except OSError as error:
        raise EmbeddedError(f"{name}_FILE names {file}, which cannot be read: {error.strerror}.") from error
