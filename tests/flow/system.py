"""A running Webcare for the flow tests, seen from outside: its pages, its database, its processes, the platforms."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import requests

from sandbox.testing import free_port
from webcare import embedded
from webcare.embedded.postgres import Postgres
from webcare.embedded.redis import Redis
from webcare.launch import forget

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 90.0  # seconds; a busy machine is slow, and nothing here is about speed
PASSWORD = "webcare-demo"
# Of the launcher's own processes, how each is known by its command line. The family's members are known by their names.
_COMMANDS = {"family": "\0webcare.family\0", "sandbox": "\0sandbox\0"}
_INSIDE = 20  # seconds after which what a living process holds was surely let go


def eventually(reached: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Wait until something is true and return it; fails with what was waited for."""
    deadline = time.monotonic() + seconds
    while not (found := reached()):
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s in vain: {what}"
        time.sleep(0.1)
    return found


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    return [int(child) for child in told(pid, f"task/{pid}/children").split()]


def told(pid: int, what: str) -> str:
    """Return what the kernel tells of a process; "" where it is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/{what}").read_text()
    return ""


class System:
    """Everything the launcher starts, on free ports, with its data in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.services = embedded.locate(folder / "demo")
        self.port, self.sandbox_port = free_port(), free_port()
        self.url, self.sandbox = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{self.sandbox_port}"
        self.output = folder / "launcher.log"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.flow.flow_run"],
                cwd=ROOT,
                env={
                    "PATH": os.environ["PATH"],
                    "WEBCARE_DATA": str(self.services.data),
                    "PORT": str(self.port),
                    "SANDBOX_PORT": str(self.sandbox_port),
                    # A platform that hangs is given up soon, to spare the tests' time.
                    "PLATFORM_READ_TIMEOUT": "5",
                },
                stdout=output,
                stderr=output,
            )

    def ready(self) -> None:
        """Wait until everything serves; people read English here and their answers leave at once."""
        eventually(lambda: "is ready" in self.said() or self.process.poll() is not None, "the start", 180)
        assert self.process.poll() is None, self.said()
        self.change("UPDATE inbox_user SET language = 'en', undo_seconds = 0")

    def end(self) -> None:
        """End all processes, as Ctrl-C does, else with force, and remove the data."""
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(30)
        self.process.kill()
        self.process.wait()
        eventually(lambda: not self.servers(), "the servers' end", 30)
        forget.everything_of(self.services.data)

    def said(self) -> str:
        """What the launcher told at its terminal."""
        return self.output.read_text(errors="replace")

    # -- processes ---------------------------------------------------------------------------------------------------
    def servers(self) -> list[int]:
        """The main processes of PostgreSQL and Redis."""
        return [*Postgres(self.services).processes(), *Redis(self.services).processes()]

    def pid(self, name: str) -> int | None:
        """The process with this name: family, web, sender, reader, worker, beat, sandbox, Redis or PostgreSQL."""
        if name in ("Redis", "PostgreSQL"):
            server = (Redis if name == "Redis" else Postgres)(self.services)
            return next(iter(server.processes()), None)
        if name in _COMMANDS:
            return next((pid for pid in children(self.process.pid) if _COMMANDS[name] in told(pid, "cmdline")), None)
        family = self.pid("family")
        return next((pid for pid in children(family) if told(pid, "comm").strip() == name), None) if family else None

    def kill(self, name: str) -> None:
        """End a process as kill -9 does and wait until the launcher has started another."""
        pid = eventually(lambda: self.pid(name), f"{name} runs")
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: self.pid(name) not in (None, pid), f"another {name}")

    def manage(self, *arguments: str) -> subprocess.Popen[str]:
        """Start manage.py with the demo's environment."""
        environment = json.loads((self.services.data / "environment.json").read_text())
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    # -- database ----------------------------------------------------------------------------------------------------
    def rows(self, statement: LiteralString, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the database; it may be away for a while, since some tests kill it."""

        def ask() -> list[list[tuple[Any, ...]]]:
            with contextlib.suppress(psycopg.OperationalError), self._connection() as connection:
                return [connection.execute(statement, values).fetchall()]
            return []

        found: list[tuple[Any, ...]] = eventually(ask, "the database answers")[0]
        return found

    def change(self, statement: LiteralString, *values: Any) -> None:
        """Change something in the database."""
        with self._connection() as connection:
            connection.execute(statement, values)

    def let_time_pass(self) -> None:
        """Do as if some minutes went by: what waits is due now, and what a killed process held is free.

        What may be in the hands of a living process is left alone: nothing takes as long as `_INSIDE`.
        """
        with contextlib.suppress(psycopg.OperationalError):
            for statement in _LATER:
                self.change(statement, _INSIDE)

    @contextlib.contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        url = self.services.database_url
        with contextlib.closing(psycopg.connect(url, autocommit=True, connect_timeout=5)) as connection:
            yield connection

    # -- platforms ---------------------------------------------------------------------------------------------------
    def control(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        """Ask the sandbox's control API."""
        answer = requests.request(method, f"{self.sandbox}{path}", json=body, timeout=30)
        assert answer.ok, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def say(self, platform: str, kind: str, author: str, text: str, **more: Any) -> str:
        """Let somebody say something on a platform; return its id there."""
        who = {"username": author, "name": author.title()}
        body = {"platform": platform, "kind": kind, "from": who, "text": text, **more}
        return str(self.control("POST", "/control/messages", **body)["id"])

    def said_on(self, platform: str) -> list[dict[str, Any]]:
        """Everything said on a platform, oldest first."""
        answer = requests.get(f"{self.sandbox}/control/messages", params={"platform": platform}, timeout=30)
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found

    def webhooks(self, *, on: bool) -> None:
        """Register Webcare's webhooks with the platforms, or take them away."""
        for product in ("x", "meta"):
            if not on:
                self.control("DELETE", "/control/webhooks", product=product)
                continue
            token = self.rows("SELECT verify_token FROM channels_account WHERE platform = 'facebook' LIMIT 1")
            url = f"{self.url}/webhooks/{product}/"
            self.control("POST", "/control/webhooks", product=product, url=url, verify_token=token[0][0])


class Agent:
    """An agent in Webcare's pages without a browser, who tries again."""

    def __init__(self, system: System, email: str = "farah@veldhuis.example") -> None:
        self.system, self.email = system, email
        self.session = requests.Session()
        self.session.trust_env = False

    def sign_in(self) -> None:
        """Sign in through the form."""
        url = f"{self.system.url}/account/login/"
        self.session.get(url, timeout=30).raise_for_status()
        form = {"login": self.email, "password": PASSWORD, "csrfmiddlewaretoken": self._token()}
        answer = self.session.post(url, data=form, headers={"Referer": url}, timeout=30)
        assert "/inbox/" in answer.url, answer.text

    def answer(self, conversation: str, text: str) -> str:
        """Send an answer as often as needed until it was taken; return its code, by which doubles are known."""
        form = self._composer(conversation)
        form |= {"text": text, "do": "send"}

        def taken() -> bool:
            with contextlib.suppress(requests.RequestException):
                form["csrfmiddlewaretoken"] = self._token()
                url = f"{self.system.url}/inbox/{conversation}/reply/"
                answer = self.session.post(url, data=form, headers={"Referer": url}, timeout=20, allow_redirects=False)
                # What came in meanwhile is read, and what the guard says is waved through, as by somebody in a hurry.
                form.update(re.findall(r'name="(seen|anyway|hinted)" value="([^"]*)"', answer.text))
                return answer.status_code == 302 and conversation in answer.headers["Location"]
            return False

        eventually(taken, f"the answer {text!r} is taken")
        return form["code"]

    def _composer(self, conversation: str) -> dict[str, str]:
        def opened() -> dict[str, str]:
            with contextlib.suppress(requests.RequestException):
                page = self.session.get(f"{self.system.url}/inbox/{conversation}/", timeout=20)
                fields = dict(re.findall(r'name="(code|seen|reply_to)" value="([^"]*)"', page.text))
                tab = re.search(r'name="tab" value="(\w+)" checked', page.text)
                if page.ok and tab and len(fields) == 3:
                    return {**fields, "tab": tab[1]}
            return {}

        found: dict[str, str] = eventually(opened, f"the conversation {conversation} opens")
        return found

    def _token(self) -> str:
        return str(self.session.cookies.get("csrftoken") or "")


_LATER: tuple[LiteralString, ...] = (
    "UPDATE inbox_message SET claimed_at = claimed_at - interval '10 minutes'"
    " WHERE state = 'sending' AND claimed_at < now() - %s * interval '1 second'",
    "UPDATE inbox_message SET retry_at = now() WHERE state IN ('retry', 'unknown')"
    " AND retry_at > now() AND received_at < now() - %s * interval '1 second'",
    "UPDATE channels_stream SET locked_until = NULL"
    " WHERE locked_until < now() + interval '3 minutes' - %s * interval '1 second'",
    "UPDATE channels_stream SET next_poll_at = now()"
    " WHERE next_poll_at > now() AND last_polled_at < now() - %s * interval '0.2 second'",
    "UPDATE channels_delivery SET retry_at = now() WHERE status = 'waiting'"
    " AND retry_at > now() AND received_at < now() - %s * interval '1 second'",
    "UPDATE channels_delivery SET claimed_at = claimed_at - interval '10 minutes' WHERE status = 'waiting'"
    " AND claimed_at < now() - %s * interval '1 second'",
    "UPDATE inbox_pendingestimate SET due_at = now() WHERE tries > 0 AND NOT given_up"
    " AND due_at < now() + interval '90 seconds' - %s * interval '1 second'",
    # Of a chat: nobody came back to see it, and what was to be mailed broke off.
    "UPDATE channels_chatmessage SET at = at - interval '4 minutes' WHERE is_ours AND delivered_at IS NULL"
    " AND mailed_at IS NULL AND at > now() - interval '3 minutes' AND at < now() - %s * interval '0.1 second'",
    "UPDATE channels_chatmessage SET mailing_at = mailing_at - interval '20 minutes'"
    " WHERE mailing_at < now() - %s * interval '1 second'",
    "UPDATE channels_chatmessage SET mail_after = now()"
    " WHERE mail_after > now() AND at < now() - %s * interval '1 second'",
    "UPDATE crm_write SET due_at = now() WHERE state = 'waiting'"
    " AND due_at > now() AND tried_at < now() - %s * interval '1 second'",
)
