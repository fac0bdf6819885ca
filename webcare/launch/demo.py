"""Everything with the platforms' sandbox and its fictional customers."""

from __future__ import annotations

import contextlib
import json
import urllib.request
from typing import Any

import psycopg

from webcare.launch.errors import LaunchError
from webcare.launch.run import Run, answers, require_free_port

_PREPARE = (
    "import django; django.setup(); from django.core.management import call_command as call; "
    "call('migrate', interactive=False, verbosity=0); call('seed_demo')"
)


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
        self.add_python(
            "sandbox",
            ["-m", "sandbox", "--port", str(self.sandbox_port), "--data", str(self.services.data / "sandbox")],
        )
        self.start_servers()
        self.wait_for("the sandbox to answer", lambda: answers(self.sandbox_port, "/control/health"))
        self.environment["DJANGO_SETTINGS_MODULE"] = "webcare.settings"
        people = self.finish("preparing the demo", ["-c", _PREPARE])
        self.start_webcare()
        self.scenario("fill")
        self.wait_for("the web server to answer", self.web_answers)
        # Only now: the sandbox calls the address back before it accepts it.
        self.manage("registering the webhooks", "seed_demo", "--webhooks")
        self.wait_for("messages to arrive", self.messages_arrived)
        self.scenario("live")
        if people.strip():
            self.say(people.rstrip())
        self.say(f"The customers' phones: http://127.0.0.1:{self.sandbox_port}")
        self.say(f"Webcare is ready: http://127.0.0.1:{self.port}")

    def scenario(self, action: str) -> None:
        """Ask the sandbox's fictional customers for something; raises LaunchError with its answer when it refuses."""
        with contextlib.suppress(TimeoutError):
            self._ask_sandbox("/control/scenario", {"action": action})

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
