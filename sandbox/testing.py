"""Starts a sandbox for tests: a process of its own on a free port of the loopback address."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom

import requests

ROOT = Path(__file__).resolve().parent.parent
_NOT_HANDED_OUT = range(20_000, 32_000)  # connections get theirs above


@dataclass
class Running:
    """A sandbox that answers at `url`."""

    url: str
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End it gently, or at once when it does not listen."""
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it as kill -9 does."""
        self.process.kill()
        self.process.wait(5)


def start(data_dir: Path | None = None, port: int | None = None, mail_ports: tuple[int, int] | None = None) -> Running:
    """Start a sandbox (its world kept in `data_dir`, if given) and wait until it is healthy. Raises RuntimeError."""
    port = port or free_port()
    command = [sys.executable, "-m", "sandbox", "--port", str(port)]
    if data_dir is not None:
        command += ["--data", str(data_dir)]
    if mail_ports is not None:
        command += ["--mail-ports", *map(str, mail_ports)]
    running = Running(f"http://127.0.0.1:{port}", subprocess.Popen(command, cwd=ROOT))
    deadline = time.monotonic() + 60  # as long as a busy machine takes
    while time.monotonic() < deadline and running.process.poll() is None:
        try:
            if requests.get(f"{running.url}/control/health", timeout=1).ok:
                return running
        except requests.RequestException:
            time.sleep(0.05)
    running.kill()
    raise RuntimeError("the sandbox did not start")


def free_port() -> int:
    """A port nobody listens on, and that the system hands to nobody by itself: it is still free a moment later."""
    for port in SystemRandom().sample(_NOT_HANDED_OUT, 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("No port is free.")
