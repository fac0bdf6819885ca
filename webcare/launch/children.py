"""One process of ours: in a group of its own, watched, restarted, and ended with its children."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from webcare.embedded import Server
from webcare.embedded.server import dying_with_us

_LARGEST_LOG = 5 * 1024 * 1024
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_STEADY = 20.0  # seconds after which a process counts as running well
_FAILURES_TO_SHOW = 3


class Child:
    """A process with a name, a way to start it, and a log file."""

    def __init__(
        self, name: str, log: Path, spawn: Callable[[], subprocess.Popen[bytes]], *, end_signal: int = signal.SIGTERM
    ) -> None:
        self.name = name
        self.log = log
        self.end_signal = end_signal
        self._spawn = spawn
        self._pause = _FIRST_PAUSE
        self._failures = 0
        self._started = 0.0
        self._again_at: float | None = None
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process now."""
        self._again_at = None
        self._started = time.monotonic()
        self.process = self._spawn()

    def watch(self) -> str | None:
        """Look after the process once; return a sentence for the terminal when something happened."""
        now = time.monotonic()
        if self._again_at is not None:
            if now >= self._again_at:
                self.start()
            return None
        if self.process is None or (code := self.process.poll()) is None:
            if self._failures and now - self._started > _STEADY:
                self._failures, self._pause = 0, _FIRST_PAUSE
            return None
        self.signal(signal.SIGKILL)  # what it leaves behind of its group
        self._failures = self._failures + 1 if now - self._started < _STEADY else 1
        self._again_at = now + self._pause
        notice = f"{self.name} ended ({_how(code)}); starting it again in {self._pause:.1f} s."
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        if self.failing and self._failures % _FAILURES_TO_SHOW == 0:
            notice += f" Last lines of {self.log}:\n{self.last_lines()}"
        return notice

    @property
    def failing(self) -> bool:
        """True when it ended several times in a row, soon after each start."""
        return self._failures >= _FAILURES_TO_SHOW

    def signal(self, number: int) -> None:
        """Send a signal to the process and everything it started."""
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def running(self) -> bool:
        """True while the process itself runs."""
        return self.process is not None and self.process.poll() is None

    def last_lines(self, count: int = 10) -> str:
        """Return the end of the log, indented."""
        with contextlib.suppress(OSError), self.log.open("rb") as file:
            file.seek(max(0, self.log.stat().st_size - 20_000))
            return "\n".join(f"    {line}" for line in file.read().decode(errors="replace").splitlines()[-count:])
        return "    (none)"

    def limit_log(self) -> None:
        """Keep the log small: the process goes on writing to the same file, which is copied aside and emptied."""
        limit_log(self.log)


class FamilyChild(Child):
    """The parent of web, workers and beat (webcare/family.py): told whom to start, again after its own every start."""

    def __init__(self, log: Path, spawn: Callable[[], subprocess.Popen[bytes]]) -> None:
        super().__init__("webcare", log, spawn)
        self.members: list[str] = []

    def start(self) -> None:
        """Start the parent, and all who were named so far."""
        super().start()
        self._tell(self.members)

    def add(self, *names: str) -> None:
        """Start these too."""
        self.members += names
        self._tell(names)

    def limit_log(self) -> None:
        """Keep the members' logs small too."""
        for name in (self.log.stem, *self.members):
            limit_log(self.log.with_name(f"{name}.log"))

    def _tell(self, names: Iterable[str]) -> None:
        if self.process and self.process.stdin:
            with contextlib.suppress(BrokenPipeError):  # it ended just now: told at its next start
                self.process.stdin.write("".join(f"{name}\n" for name in names).encode())
                self.process.stdin.flush()


def limit_log(log: Path) -> None:
    """Copy a log aside and empty it, where it is large."""
    with contextlib.suppress(OSError):
        if log.stat().st_size > _LARGEST_LOG:
            shutil.copyfile(log, log.with_suffix(".log.1"))
            os.truncate(log, 0)


def python_child(name: str, arguments: list[str], environment: dict[str, str], logs: Path, root: Path) -> Child:
    """Return a Child that runs our Python with the arguments; the kernel ends it when this process dies."""
    log = logs / f"{name}.log"
    return Child(name, log, _python(log, arguments, environment, root))


def family_child(environment: dict[str, str], logs: Path, root: Path) -> FamilyChild:
    """Return the Child that web, workers and beat come from."""
    log = logs / "webcare.log"
    return FamilyChild(log, _python(log, ["-m", "webcare.family"], environment, root, subprocess.PIPE))


def _python(
    log: Path, arguments: list[str], environment: dict[str, str], root: Path, stdin: int = subprocess.DEVNULL
) -> Callable[[], subprocess.Popen[bytes]]:
    import sys

    def spawn() -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, *arguments],
                cwd=root,
                env={**environment, "PYTHONUNBUFFERED": "1"},
                stdin=stdin,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=dying_with_us(signal.SIGKILL),
            )

    return spawn


def server_child(server: Server) -> Child:
    """Return a Child for an embedded server."""
    return Child(server.name, server.log, lambda: server.spawn(ends_with_us=True), end_signal=server.end_signal)


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
