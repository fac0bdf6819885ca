"""Everything for real accounts: database, Redis, web, the workers, beat."""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from webcare import embedded, workers
from webcare.launch.children import Child, FamilyChild, family_child, python_child, server_child
from webcare.launch.errors import LaunchError
from webcare.launch.guard import Guard
from webcare.launch.step import Step
from webcare.translations import compile_catalogues

ROOT = Path(__file__).resolve().parent.parent.parent
_PATIENCE_AT_END = 8.0


class Stopped(Exception):
    """Somebody asked for the end: Ctrl-C or SIGTERM."""


class Run:
    """One start of Webcare, from the first process to the last one's end."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.port = int(environment["PORT"])
        self.children: list[Child] = []
        self.guard = Guard()
        self._stop_asked = 0
        self._users: IO[str]  # our share of the servers' users
        with self._in_environment():
            self.services = embedded.locate()
            self.servers = embedded.servers(self.services)

    def run(self) -> int:
        """Start everything, stay until asked to stop, end everything. Raises LaunchError and EmbeddedError."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        try:
            embedded.prepare_folders(self.services)
            os.umask(0o077)  # logs and files from here on are their owner's alone
            with self._alone(), self._sharing_servers():
                self.check_ports()
                self.start()
                self.stay()
        except Stopped:
            return 0
        finally:
            self.end()
        return 0

    def check_ports(self) -> None:
        """Raise LaunchError when another program has a port of ours."""
        require_free_port(self.port, "PORT")

    def start(self) -> None:
        """Start everything and return when the web answers."""
        self.start_servers()
        self.manage("collecting static files", "collectstatic", "--no-input")
        self.manage("migrating the database", "migrate", "--no-input")
        self.start_webcare()
        self.say(f"Webcare is ready: http://127.0.0.1:{self.port}")

    def start_servers(self) -> None:
        """Start PostgreSQL and Redis as children of ours, or join those that run already."""
        with embedded.starting(self.services):
            embedded.end_outdated(self.servers, self._users)
            for server in self.servers:
                if server.wait_while_busy() == "down":
                    self.add(server_child(server))
            for server in self.servers:
                if server.process:
                    server.wait_until_ready(server.process)
                server.settle()

    def start_webcare(self) -> None:
        """Start web, and when it answers the workers and beat: people are served first."""
        self.start_web()
        self.wait_for("the web server to answer", self.web_answers)
        self.start_workers()
        self.start_beat()

    def start_web(self) -> None:
        """Start the web server; it answers some seconds later."""
        with contextlib.suppress(OSError):  # where the code cannot be written, they were compiled when it was installed
            compile_catalogues()
        self.family().add("web")

    def start_workers(self) -> None:
        """Start one worker that sends, one that reads, and one that asks the platforms and may hang."""
        self.family().add(*workers.NAMES)

    def start_beat(self) -> None:
        """Start what hands out the regular work. It needs the database's tables."""
        self.family().add("beat")

    def family(self) -> FamilyChild:
        """Return the parent of web, workers and beat, started when it is first asked for."""
        for child in self.children:
            if isinstance(child, FamilyChild):
                return child
        # Two heaps instead of one for each thread: what threads free is used again. No threads of arithmetic: members
        # part from one thread.
        environment = {"MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1", **self.environment}
        family = family_child(environment, self.services.logs, ROOT)
        self.add(family)
        return family

    def stay(self) -> None:
        """Keep everything running until asked to stop."""
        turn = 0
        while True:
            self.pause(0.2)
            turn += 1
            if turn % 50 == 0:
                for child in self.children:
                    child.limit_log()

    def end(self) -> None:
        """End everything that was started here, PostgreSQL and Redis last."""
        ours = [child for child in self.children if child.end_signal == signal.SIGTERM and child.name != "Redis"]
        for group in (ours, [child for child in self.children if child not in ours]):
            for child in group:
                child.signal(child.end_signal)
            deadline = time.monotonic() + _PATIENCE_AT_END
            while any(child.running() for child in group) and time.monotonic() < deadline and self._stop_asked < 2:
                time.sleep(0.05)
            for child in group:
                child.signal(signal.SIGKILL)
                if child.process:
                    child.process.wait()
        self.guard.release()

    def add(self, child: Child) -> Child:
        """Start a child and watch it from now on."""
        self.children.append(child)
        child.start()
        self._tell_guard()
        return child

    def add_python(self, name: str, arguments: list[str], **more: str) -> Child:
        """Start a process of our Python, with `more` in its environment, and watch it from now on."""
        return self.add(python_child(name, arguments, {**self.environment, **more}, self.services.logs, ROOT))

    def manage(self, doing: str, *arguments: str) -> None:
        """Run manage.py to its end; raises LaunchError with its last words when it fails."""
        with self.step(doing, [str(ROOT / "manage.py"), *arguments]) as step:
            self.wait_for(doing, step.ended, seconds=600)

    @contextlib.contextmanager
    def step(self, doing: str, arguments: list[str]) -> Iterator[Step]:
        """Run our Python with the arguments as a step of starting, which does not outlive the block."""
        step = Step(doing, arguments, self.environment, self.services.logs / "start.log", ROOT)
        try:
            yield step
        finally:
            step.kill()

    def wait_for(self, condition: str, reached: Callable[[], bool], seconds: float = 90.0) -> None:
        """Wait, looking after the children meanwhile; raises LaunchError when one keeps failing or time is up."""
        deadline = time.monotonic() + seconds
        while not reached():
            self.pause(0.1)
            if failing := next((child for child in self.children if child.failing), None):
                raise LaunchError(f"{failing.name} does not start (see {failing.log}).")
            if time.monotonic() > deadline:
                ends = "\n".join(f"  {child.log}:\n{child.last_lines(5)}" for child in self.children)
                raise LaunchError(f"waited {seconds:.0f} s in vain for {condition}.\n{ends}")

    def pause(self, seconds: float) -> None:
        """Look after the children once, then sleep; raises Stopped when somebody asked for the end."""
        if self._stop_asked:
            raise Stopped
        for child in self.children:
            try:
                notice = child.watch()
            except embedded.EmbeddedError as error:
                notice = f"{child.name}: {error}"
            if notice:
                self.say(notice)
        self._tell_guard()
        time.sleep(seconds)

    def web_answers(self) -> bool:
        """True when the web server gives any answer that is not an error of its own."""
        return answers(self.port, "/account/login/")

    def say(self, text: str) -> None:
        """Tell the person at the terminal."""
        with contextlib.suppress(OSError):
            print(text, flush=True)

    def _tell_guard(self) -> None:
        self.guard.watch([child.process.pid for child in self.children if child.process and child.running()])

    def _ask_to_stop(self, *_: object) -> None:
        self._stop_asked += 1

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lock that keeps a second start from the same data."""
        with (self.services.data / "launch.lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise LaunchError(
                    f"Webcare runs already from {self.services.data} (process {lock.read().strip() or 'unknown'})."
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    @contextlib.contextmanager
    def _sharing_servers(self) -> Iterator[None]:
        """Count as a user of the servers: a manage.py command that ends keeps them up."""
        with (self.services.data / "users.lock").open("w") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            self._users = users
            yield

    @contextlib.contextmanager
    def _in_environment(self) -> Iterator[None]:
        """Let code that reads the environment see the processes' one."""
        os.environ.update(self.environment)
        yield


def require_free_port(port: int, name: str) -> None:
    """Raise LaunchError when a port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise LaunchError(
                f"port {port} cannot be used ({error.strerror}): choose another with {name}, e.g. `{name}={port + 1}`."
            ) from error


def answers(port: int, path: str) -> bool:
    """True when a local server answers the path with anything below 500."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
