"""A start of Webcare in little, run by test_launch.py: real servers, and children that only wait."""

from __future__ import annotations

import os
import sys

from webcare.launch.run import Run

# A child that starts a grandchild, which ignores a polite request to end.
_FAMILY = (
    "import subprocess, sys, time; "
    "subprocess.Popen(['/bin/sh', '-c', 'trap \"\" TERM; while :; do sleep 1; done', sys.argv[1]]); "
    "time.sleep(600)"
)


class SmallRun(Run):
    """Servers and one family of processes."""

    def start(self) -> None:
        """Start them and say so."""
        self.start_servers()
        self.add_python("family", ["-c", _FAMILY, os.environ["FAMILY"]])
        self.say("up")


if __name__ == "__main__":
    sys.exit(SmallRun(dict(os.environ)).run())
