"""A family in little, run by test_family.py: members that only wait, one with a child of its own, one that fails."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from webcare.family import Family

FOLDER = Path(os.environ["FAMILY"])


def live(name: str) -> None:
    """Note who runs, and wait."""
    if name == "failing":
        sys.exit(3)
    if name == "reader":
        child = subprocess.Popen(["sleep", "600"])
        (FOLDER / f"child-{child.pid}").touch()
    (FOLDER / f"{name}-{os.getpid()}").touch()
    time.sleep(600)


if __name__ == "__main__":
    sys.exit(Family(live).run())
