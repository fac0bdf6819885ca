"""Installs the peer into a virtual environment of its own, once; says so where it cannot."""

from __future__ import annotations

import subprocess
import sys

from bench.helpdesk import peer
from bench.report import say

REQUIREMENTS = peer.HERE / "requirements-helpdesk.txt"


def main() -> int:
    """Install what is not installed. Never fails: the measurements do without."""
    if peer.is_installed():
        return 0
    say("Installing django-helpdesk to measure beside …")
    peer.PLACE.parent.mkdir(parents=True, exist_ok=True)
    uv = [sys.executable, "-m", "uv"]
    make = subprocess.run([*uv, "venv", "-q", "--clear", "--python", sys.executable, str(peer.PLACE)], check=False)
    into = ["--python", str(peer.PYTHON), "--require-hashes", "-r", str(REQUIREMENTS)]
    if make.returncode or subprocess.run([*uv, "pip", "install", "-q", *into], check=False).returncode:
        say("It cannot be installed here.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
