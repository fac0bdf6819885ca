"""Web, workers and beat as one family: whoever is killed comes back, and nobody outlives the parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Running = subprocess.Popen[bytes]


def soon(reached: Callable[[], object], what: str) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def pids(folder: Path, name: str) -> list[int]:
    """Return the processes that ran under a name."""
    return [int(path.name.rpartition("-")[2]) for path in folder.glob(f"{name}-*")]


def runs(pid: int) -> bool:
    """Whether a process is there, and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Running]:
    """A parent whose members write their numbers into the folder."""
    environment = {**os.environ, "FAMILY": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.webcare.small_family"], env=environment, stdin=subprocess.PIPE
    ) as process:
        yield process
        process.kill()


def tell(family: Running, *names: str) -> None:
    """Name whom to start."""
    assert family.stdin is not None
    family.stdin.write("".join(f"{name}\n" for name in names).encode())
    family.stdin.flush()


def test_killed_member_is_started_again(family: Running, tmp_path: Path) -> None:
    tell(family, "web", "beat")
    soon(lambda: pids(tmp_path, "web") and pids(tmp_path, "beat"), "both run")
    (web,), beat = pids(tmp_path, "web"), pids(tmp_path, "beat")

    os.kill(web, signal.SIGKILL)

    soon(lambda: len(pids(tmp_path, "web")) == 2, "another web")
    assert (pids(tmp_path, "beat"), family.poll()) == (beat, None)


def test_what_a_killed_member_left_is_ended(family: Running, tmp_path: Path) -> None:
    tell(family, "reader")
    soon(lambda: pids(tmp_path, "reader"), "it runs")
    (reader,), (child,) = pids(tmp_path, "reader"), pids(tmp_path, "child")

    os.kill(reader, signal.SIGKILL)

    soon(lambda: not runs(child), "its child is ended")


def test_family_ends_when_asked(family: Running, tmp_path: Path) -> None:
    tell(family, "web")
    soon(lambda: pids(tmp_path, "web"), "it runs")

    family.terminate()

    assert family.wait(30) == 0
    assert not runs(*pids(tmp_path, "web"))


def test_nobody_outlives_the_parent(family: Running, tmp_path: Path) -> None:
    tell(family, "web")
    soon(lambda: pids(tmp_path, "web"), "it runs")

    family.kill()

    soon(lambda: not runs(*pids(tmp_path, "web")), "it is ended")


def test_family_ends_when_the_launcher_is_gone(family: Running, tmp_path: Path) -> None:
    tell(family, "web")
    soon(lambda: pids(tmp_path, "web"), "it runs")
    assert family.stdin is not None

    family.stdin.close()

    assert family.wait(30) == 0


def test_member_that_keeps_ending_ends_the_family(family: Running) -> None:
    tell(family, "failing")

    assert family.wait(60) == 1


def test_members_part_with_all_loaded_and_nothing_open() -> None:
    """What is loaded before is there once; a thread or a connection would be shared, and repeated checks copied."""
    told = """
import os, sys, threading
from webcare import family
family.load()
sockets = [name for name in range(3, 100) if os.path.realpath(f"/proc/self/fd/{name}").count("socket:")]
print(threading.active_count(), len(os.listdir("/proc/self/task")), sockets)
import celery.bin.celery, celery.apps.beat, celery.apps.worker, uvicorn.loops.uvloop
before = set(sys.modules)
from webcare.celery import app
app.loader.import_default_modules()
print(sorted(set(sys.modules) - before), os.environ["CELERY_SKIP_CHECKS"])
"""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # as the launcher says
    command = [sys.executable, "-c", told]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=True)
    assert ran.stdout.splitlines()[-2:] == ["1 1 []", "[] 1"], ran.stdout
