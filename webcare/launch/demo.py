"""Everything with the platforms' sandbox and its fictional customers."""

from __future__ import annotations

import contextlib
import hashlib
import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import psycopg

from webcare.launch.errors import LaunchError
from webcare.launch.run import ROOT, Run, answers, require_free_port
from webcare.launch.surroundings import MAIL_ABOVE

# One process for all steps, since starting Django takes seconds; it waits for a line between them.
_PREPARE = """
import django, sys, time
django.setup()
from django.core.management import CommandError, call_command
call_command("migrate", interactive=False, verbosity=0)
print("migrated", flush=True)
call_command("seed_demo")
call_command("seed_demo_reports")
call_command("seed_demo_crm")
call_command("seed_demo_assist")
call_command("seed_monitoring")
print("seeded", flush=True)
sys.stdin.readline()
for patience in (1, 2, 4, 8, 0):  # on a busy machine the web's first answers take longer than a platform waits
    try:
        call_command("seed_demo", webhooks=True)
        break
    except CommandError:
        if not patience:
            raise
        time.sleep(patience)
print("connected", flush=True)
if sys.stdin.readline().strip() == "settle":
    call_command("seed_demo", history=True)
    call_command("seed_demo_reports", measure=True)
    print("settled", flush=True)
    sys.stdin.readline()
    call_command("seed_demo", today=True)
"""
_SETTLED_HOURS = 4  # what is older than this the demo's team has dealt with (inbox/demo/people.py closes it)
_LONG = 600.0  # seconds for what takes a while on a slow machine, each with a sign of its own that it failed


def fingerprint(port: int, sandbox_port: int, root: Path = ROOT) -> str:
    """Return what a demo's data is prepared by: the code that fills it, and the ports."""
    files = [
        root / "requirements.txt",
        *(path for path in sorted((root / "inbox" / "demo").iterdir()) if path.is_file()),
        *sorted(root.glob("*/migrations/*.py")),
        *sorted(root.glob("*/management/commands/seed_demo*.py")),
    ]
    made = hashlib.sha256(f"{port} {sandbox_port}".encode())
    for path in files:
        made.update(path.read_bytes())
    return made.hexdigest()


class Demo(Run):
    """One start of the demo."""

    def __init__(self, environment: dict[str, str]) -> None:
        super().__init__(environment)
        self.sandbox_port = int(environment["SANDBOX_PORT"])

    def check_ports(self) -> None:
        """Raise LaunchError when another program has a port of ours."""
        super().check_ports()
        require_free_port(self.sandbox_port, "SANDBOX_PORT")
        if self.port == self.sandbox_port:
            raise LaunchError("PORT and SANDBOX_PORT must differ.")

    def start(self) -> None:
        """Start everything and return when the web answers and messages have arrived."""
        self.say("Starting Webcare …")
        folder = str(self.services.data / "sandbox")
        mail = [str(self.sandbox_port + above) for above in MAIL_ABOVE]
        where = ["--port", str(self.sandbox_port), "--data", folder, "--mail-ports", *mail]
        self.add_python("sandbox", ["-m", "sandbox", *where])
        self.start_servers()
        self.wait_for("the sandbox to answer", lambda: answers(self.sandbox_port, "/control/health"))
        self.environment["DJANGO_SETTINGS_MODULE"] = "webcare.settings"
        people = self.prepared_before()
        if people is None:
            people = self.prepare()
        else:
            self.start_webcare()
        self.wait_for("messages to arrive", self.messages_arrived)
        self.scenario("live")
        self.say(people)
        self.say(f"The customers' phones: http://127.0.0.1:{self.sandbox_port}")
        self.say(f"Webcare is ready: http://127.0.0.1:{self.port}")

    def prepare(self) -> str:
        """Migrate, make people and accounts, start Webcare, let the history come in; return whom to sign in as."""
        with self.step("preparing the demo", ["-c", _PREPARE]) as preparing:
            # Each takes seconds to begin. Where nobody was before, they do so while the tables are made; else pages
            # that are open, and tasks that wait, would meet half of them.
            first = not self._memory.exists()
            if first:
                self.start_web()
                self.start_workers()
            self.wait_for("the database's tables", preparing.says("migrated"), _LONG)
            if not first:
                self.start_web()
                self.start_workers()
            self.start_beat()
            self.wait_for("the demo's people and accounts", preparing.says("seeded"), _LONG)
            self.wait_for("the web server to answer", self.web_answers)
            preparing.go_on()
            self.wait_for("the webhooks", preparing.says("connected"), _LONG)
            # Settled only once: later, what is old and open was left open by the person at the page.
            if first:
                self.scenario("fill", hours_ago=_SETTLED_HOURS)
                preparing.go_on("settle")
                self.wait_for("the history to come in", preparing.says("settled"), _LONG)
            self.scenario("fill")
            preparing.go_on()
            self.wait_for("today's messages to come in", preparing.ended, _LONG)
        people = preparing.output().partition("migrated\n")[2].partition("seeded")[0].rstrip()
        self._memory.write_text(json.dumps({"made_by": fingerprint(self.port, self.sandbox_port), "people": people}))
        return people

    def prepared_before(self) -> str | None:
        """Return the sign-ins when this code prepared this data for these ports, else None.

        Preparing again would change nothing then, and takes half of the time of a start.
        """
        with contextlib.suppress(OSError, ValueError):
            memory = json.loads(self._memory.read_text())
            if memory["made_by"] == fingerprint(self.port, self.sandbox_port) and self.messages_arrived():
                return str(memory["people"])
        return None

    @property
    def _memory(self) -> Path:
        return self.services.data / "prepared.json"

    def scenario(self, action: str, **options: float) -> None:
        """Ask the sandbox's fictional customers for something; raises LaunchError with its answer when it refuses."""
        with contextlib.suppress(TimeoutError):
            self._ask_sandbox("/control/scenario", {"action": action, **options})

    def messages_arrived(self) -> bool:
        """True when the database holds a customer's message."""
        try:
            with contextlib.closing(
                psycopg.connect(self.environment.get("DATABASE_URL") or self.services.database_url)
            ) as connection:
                return connection.execute("SELECT 1 FROM inbox_message LIMIT 1").fetchone() is not None
        except psycopg.Error:
            return False

    def _ask_sandbox(self, path: str, body: dict[str, Any]) -> None:
        request = urllib.request.Request(  # noqa: S310 - our own loopback address
            f"http://127.0.0.1:{self.sandbox_port}{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                answer.read()
        except urllib.error.HTTPError as error:
            raise LaunchError(f"the sandbox refused {path}: {error.read().decode(errors='replace')[:300]}") from error
        except urllib.error.URLError as error:
            raise LaunchError(f"the sandbox did not answer {path}: {error.reason}") from error
