"""A process that does one step of starting and ends."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from webcare.embedded.server import dying_with_us
from webcare.launch.errors import LaunchError


class Step:
    """Our Python at work on one step; its output goes to a file, since nobody reads while it works."""

    def __init__(self, doing: str, arguments: list[str], environment: dict[str, str], log: Path, root: Path) -> None:
        self._doing = doing
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=root,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=dying_with_us(signal.SIGKILL),
            )

    def output(self) -> str:
        """Return what it has said so far."""
        return self._log.read_text(errors="replace")

    def says(self, word: str) -> Callable[[], bool]:
        """Return a question: has it said the word on a line of its own? Asking raises LaunchError when it failed."""
        return lambda: word in self.output().splitlines() or (self.ended() and False)

    def go_on(self, word: str = "") -> None:
        """Let it go on after it waited for a line."""
        with contextlib.suppress(BrokenPipeError):
            if self._process.stdin:
                self._process.stdin.write(f"{word}\n".encode())
                self._process.stdin.flush()

    def ended(self) -> bool:
        """True when it came to a good end; raises LaunchError with its last words when it failed."""
        code = self._process.poll()
        if code:
            last = "\n".join(f"    {line}" for line in self.output().strip().splitlines()[-12:])
            raise LaunchError(f"{self._doing} failed:\n{last}")
        return code == 0

    def kill(self) -> None:
        """End it if it still works."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()
