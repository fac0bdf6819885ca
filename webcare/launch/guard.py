"""Ends what is left when the launcher itself is killed without a chance to clean up.

The kernel already ends the launcher's own children then; this ends what those had started. A shell waits at the end of
a pipe that only the launcher holds open: the pipe closes with it, however it dies.
"""

from __future__ import annotations

import subprocess

_WAIT_AND_END = """
while read -r line; do groups=$line; done
for group in $groups; do kill -s KILL -- "-$group"; done
"""


class Guard:
    """A shell that kills the process groups last told to it when this process is gone."""

    def __init__(self) -> None:
        self._told: list[int] = []
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", _WAIT_AND_END],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )

    def watch(self, groups: list[int]) -> None:
        """Tell it the groups that run now."""
        if groups != self._told and self._shell.stdin and self._shell.poll() is None:
            self._told = groups
            self._shell.stdin.write(" ".join(map(str, groups)) + "\n")
            self._shell.stdin.flush()

    def release(self) -> None:
        """End the guard; it kills nothing."""
        self.watch([])
        if self._shell.stdin:
            self._shell.stdin.close()
        self._shell.wait(5)
