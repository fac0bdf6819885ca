"""Removes a data folder with everything in it and what belongs to it elsewhere."""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path

from webcare import embedded
from webcare.launch.errors import LaunchError


def everything_of(folder: Path) -> None:
    """Stop the servers of a data folder and remove all of it; raises LaunchError while Webcare runs from it."""
    if not folder.exists():
        return
    services = embedded.locate(folder)
    with (folder / "launch.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LaunchError(f"Webcare runs from {folder}: stop it first.") from None
        for server in (embedded.Redis(services), embedded.Postgres(services)):
            server.stop()
        places = {folder, services.sockets} | ({services.home} if services.home != services.data else set())
        for place in places:
            shutil.rmtree(place, ignore_errors=True)
