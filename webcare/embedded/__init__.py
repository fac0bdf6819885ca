"""PostgreSQL and Redis of our own, started from their wheels when no server is configured.

`locate()` only computes addresses, so settings may call it. `start()` and `using()` start what does not run yet and
wait until it really accepts connections; several processes may do so at once. This package knows nothing of Django.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator, Sequence

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
    "data_dir",
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
    return not (_configured("DATABASE_URL") and _configured("REDIS_URL"))


def servers(services: Services) -> list[Server]:
    """Return the embedded servers that the environment does not replace by configured ones."""
    found: list[Server] = []
    if not _configured("DATABASE_URL"):
        found.append(Postgres(services))
    if not _configured("REDIS_URL"):
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
    """Start the servers (those the environment asks for, or the chosen ones) for the time of the block.

    The last of several processes to leave its block stops them: each holds a shared lock that the kernel drops with the
    process, so one that was killed is not counted. Raises EmbeddedError with one clear sentence.
    """
    chosen = servers(services) if chosen is None else chosen
    prepare_folders(services)
    with contextlib.ExitStack() as held:
        with starting(services):
            users = held.enter_context((services.data / "users.lock").open("w"))
            fcntl.flock(users, fcntl.LOCK_SH)
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


def _configured(name: str) -> bool:
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))
