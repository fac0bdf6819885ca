"""Removes a data folder with everything in it and what belongs to it elsewhere."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
from pathlib import Path

from webcare import embedded
from webcare.launch.errors import LaunchError


def everything_of(folder: Path) -> None:
    """Stop the servers of a data folder and remove all of it; raises LaunchError while Webcare runs from it."""
    services = embedded.locate(folder)
    with contextlib.ExitStack() as held:
        if folder.exists():
            lock = held.enter_context((folder / "launch.lock").open("a+"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LaunchError(f"Webcare runs from {folder}: stop it first.") from None
        for server in (embedded.Redis(services), embedded.Postgres(services)):
            server.stop()
        for place in {folder, services.sockets, services.home}:
            shutil.rmtree(place, ignore_errors=True)
