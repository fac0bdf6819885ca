"""Web, workers and beat as one family: what they all need is loaded once, before they part, and is there once.

The launcher names whom to start, one a line. Who ends is started again at once. Where one keeps ending, the family
ends, and the launcher says so.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from webcare import embedded, workers
from webcare.embedded.server import adopting_orphans, dying_with_us, named

WEB, BEAT = "web", "beat"
PAUSE = 0.5  # seconds before somebody is started again
STEADY = 20.0  # seconds after which somebody counts as running well
MOST_FAILURES = 3  # one after the other, each soon after its start

# What a member would load by itself once it has parted: loaded before, it is there once.
MEMBERS_NEED = (
    "celery.bin.celery",  # and a shell for its command line, 11 MB
    "celery.bin.beat",
    "celery.bin.worker",
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.concurrency.thread",
    "celery.concurrency.prefork",
    "celery.events.receiver",
    "celery.worker.components",
    "celery.worker.consumer",
    "celery.worker.consumer.delayed_delivery",
    "psycopg_pool",
    "uvicorn",
    "uvicorn.lifespan.on",
    "uvicorn.loops.uvloop",
    "webcare.asgi",
    "webcare.server.connections",
    "webcare.urls",  # the pages
)


@dataclass
class Family:
    """The parent of all: starts its members, and looks after them."""

    live: Callable[[str], None]  # what a member does, in its own process
    members: dict[int, str] = field(default_factory=dict)  # by process
    started: dict[str, float] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    due: dict[str, float] = field(default_factory=dict)  # who is to be started again, and when
    ending: bool = False

    def run(self) -> int:
        """Start whom the launcher names, until it asks for the end or is gone."""
        signal.signal(signal.SIGTERM, self._end)
        adopting_orphans()
        waiting = b""
        while not self.ending:
            if select.select([0], [], [], 0.2)[0]:
                told = os.read(0, 4096)
                self.ending |= not told
                *names, waiting = (waiting + told).split(b"\n")
                self.due |= dict.fromkeys((name.decode() for name in names), 0.0)
            self._note_ends()
            if name := next((name for name, times in self.failures.items() if times >= MOST_FAILURES), None):
                _say(f"{name} keeps ending.")
                self.ending = True
                break
            for name in [name for name, at in self.due.items() if at <= time.monotonic()]:
                self._start(name)
        return self._wait_for_all()

    def _end(self, *_signal: object) -> None:
        self.ending = True

    def _start(self, name: str) -> None:
        del self.due[name]
        self.started[name] = time.monotonic()
        ask = dying_with_us(signal.SIGKILL)
        pid = os.fork()
        if pid:
            self.members[pid] = name
            return
        try:
            if ask:
                ask()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            self.live(name)
            os._exit(0)
        except SystemExit as end:
            os._exit(end.code if isinstance(end.code, int) else 1)
        except BaseException:  # noqa: BLE001  whatever it is, this process ends here
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(1)

    def _note_ends(self) -> None:
        while self.members:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            if name := self.members.pop(pid, None):
                soon = time.monotonic() - self.started[name] < STEADY
                self.failures[name] = self.failures.get(name, 0) + 1 if soon else 1
                self.due[name] = time.monotonic() + PAUSE
                _say(f"{name} ended ({os.waitstatus_to_exitcode(status)}); starting it again.")
                self._end_orphans()

    def _end_orphans(self) -> None:
        """End what a member that was killed has left: a reader's own processes."""
        found = Path(f"/proc/self/task/{os.getpid()}/children")
        ours = found.read_text().split() if found.exists() else []
        for pid in {int(pid) for pid in ours} - self.members.keys():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _wait_for_all(self) -> int:
        asked = self.ending
        for pid in self.members:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        while self.members:
            self.members.pop(os.wait()[0], None)
        return 0 if asked and not any(times >= MOST_FAILURES for times in self.failures.values()) else 1


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def load() -> None:
    """Load what members need. Nothing here may open a connection or begin a thread: members would share it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webcare.settings")
    for module in MEMBERS_NEED:
        import_module(module)
    from webcare.celery import app  # noqa: PLC0415

    app.loader.import_default_modules()  # and Django's checks: a member that repeats them copies all that they read
    os.environ["CELERY_SKIP_CHECKS"] = "1"
    app.finalize()
    gc.collect()
    gc.freeze()  # what the collector marks is copied


def live(name: str) -> None:
    """Become a member of the family."""
    services = embedded.locate()
    _write_to(services.logs / f"{name}.log")
    named(name)
    if name == WEB:
        _serve()
    elif name == BEAT:
        _celery(["beat", "-l", "warning", "-s", str(services.data / "beat-schedule"), "--pidfile="])
    else:
        if workers.environment(name):
            _without_pool()
        _celery(workers.arguments(name)[3:])


def _write_to(log: Path) -> None:
    with log.open("ab") as output, open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)


def _serve() -> None:
    import uvicorn  # noqa: PLC0415

    uvicorn.run(
        "webcare.asgi:application",
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        http="webcare.server.connections:Connection",
        ws="none",
        proxy_headers=False,  # webcare/asgi.py reads what proxies say
        server_header=False,
        timeout_graceful_shutdown=2,  # open live streams would otherwise keep it from ending
        log_level="warning",
    )


def _celery(arguments: list[str]) -> None:
    from webcare.celery import app  # noqa: PLC0415

    app.start(arguments)


def _without_pool() -> None:
    """Keep one connection, as a process of one thread does (DATABASE_POOL=0)."""
    from django.db import connections  # noqa: PLC0415

    settings = connections.settings["default"]
    settings["OPTIONS"].pop("pool", None)
    settings |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}


if __name__ == "__main__":
    load()
    sys.exit(Family(live).run())
