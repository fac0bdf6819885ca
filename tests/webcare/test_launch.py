"""The launcher, for real: what it starts, keeps alive, and never leaves behind."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

import manage
from tests.support.profiles import cases
from webcare import embedded
from webcare.embedded.postgres import Postgres
from webcare.embedded.redis import Redis
from webcare.launch import forget, surroundings
from webcare.launch.demo import fingerprint
from webcare.launch.errors import LaunchError
from webcare.launch.run import require_free_port

GOOD = {
    "SECRET_KEY": "made-up for these tests only, and long enough",
    "CREDENTIAL_KEYS": "ZGV2ZWxvcG1lbnQtb25seS1rZXktMzItYnl0ZXMhISE=",
    "ALLOWED_HOSTS": "webcare.example.nl",
}
ROOT = Path(__file__).resolve().parent.parent.parent


class Started:
    """A launcher in a process of its own, and how to find everything it started."""

    def __init__(self, folder: Path) -> None:
        self.services = embedded.locate(folder / "data")
        self.mark = uuid.uuid4().hex
        self.again()

    def again(self) -> None:
        environment = {
            "PATH": os.environ["PATH"],
            "WEBCARE_DATA": str(self.services.data),
            "PORT": "0",
            "FAMILY": self.mark,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.webcare.small_run"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout
        line = self.process.stdout.readline()
        if line != "up\n":
            raise AssertionError(line + self.process.communicate()[0])

    def family(self) -> list[int]:
        """Processes with our mark on their command line, apart from the launcher."""
        found = []
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                if self.mark.encode() in entry.read_bytes():
                    found.append(int(entry.parent.name))
        return found

    def servers(self) -> list[int]:
        return [*Postgres(self.services).processes(), *Redis(self.services).processes()]


@pytest.fixture
def started() -> Iterator[Started]:
    with tempfile.TemporaryDirectory(prefix="webcare-frame-") as made:
        Path(made).chmod(0o755)
        launched = Started(Path(made))
        try:
            yield launched
        finally:
            launched.process.kill()
            launched.process.communicate()
            eventually(lambda: not launched.family() and not launched.servers())
            forget.everything_of(launched.services.data)


def eventually(reached: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@cases("number", [signal.SIGINT, signal.SIGTERM])
def test_a_polite_end_leaves_no_process(started: Started, number: signal.Signals) -> None:
    eventually(lambda: len(started.family()) == 2)
    started.process.send_signal(number)
    started.process.communicate(timeout=30)
    assert started.process.returncode == 0
    assert not started.family()
    assert not started.servers()


def test_killed_launcher_leaves_no_process(started: Started) -> None:
    eventually(lambda: len(started.family()) == 2)
    started.process.kill()
    eventually(lambda: not started.family() and not started.servers())


@pytest.mark.long
def test_it_continues_with_the_same_data_after_it_was_killed(started: Started) -> None:
    with psycopg.connect(started.services.database_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    started.process.kill()
    started.process.communicate()
    started.again()
    with psycopg.connect(started.services.database_url) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


@pytest.mark.long
def test_whatever_is_killed_is_started_again(started: Started) -> None:
    eventually(lambda: len(started.family()) == 2)
    before = {*started.family(), *started.servers()}
    for pid in before:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def all_new() -> bool:
        family, servers = started.family(), started.servers()
        return len(family) == 2 and len(servers) == 2 and not before & {*family, *servers}

    eventually(all_new)
    eventually(lambda: Postgres(started.services).state() == Redis(started.services).state() == "ready")


def test_second_start_on_the_same_data_is_refused(started: Started) -> None:
    with pytest.raises(AssertionError, match=f"runs already from .* \\(process {started.process.pid}\\)"):
        Started(started.services.data.parent)


def test_a_taken_port_is_said_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(LaunchError, match=r"port \d+ cannot be used .* choose another with PORT"):
            require_free_port(taken.getsockname()[1], "PORT")


def test_real_use_is_refused_without_secrets_and_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "CREDENTIAL_KEYS", "ALLOWED_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(LaunchError, match="without SECRET_KEY .* CREDENTIAL_KEYS .* ALLOWED_HOSTS"):
        surroundings.for_run()
    monkeypatch.setenv("SECRET_KEY", GOOD["SECRET_KEY"])
    monkeypatch.setenv("CREDENTIAL_KEYS", GOOD["CREDENTIAL_KEYS"])
    with pytest.raises(LaunchError, match="without ALLOWED_HOSTS"):
        surroundings.for_run()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECRET_KEY", "short", "at least 40 random"),
        ("SECRET_KEY", "x" * 60, "at least 40 random"),
        ("CREDENTIAL_KEYS", "c", "Key 1 of CREDENTIAL_KEYS"),
        ("CREDENTIAL_KEYS", GOOD["CREDENTIAL_KEYS"] + ",AAAA", "Key 2 of CREDENTIAL_KEYS"),
        ("ALLOWED_HOSTS", "*", "host names such as"),
        ("ALLOWED_HOSTS", "webcare.example.nl, *.example.nl", "host names such as"),
        ("ALLOWED_HOSTS", "https://webcare.example.nl", "host names such as"),
    ],
)
def test_real_use_is_refused_with_weak_settings(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for given, good in GOOD.items():
        monkeypatch.setenv(given, good)
    assert surroundings.for_run()
    (tmp_path / "kept").write_text(f"{value}\n")
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "kept"))
    with pytest.raises(LaunchError, match=said):
        surroundings.for_run()


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_every_process_refuses_weak_settings(name: str) -> None:
    environment = {"PATH": os.environ["PATH"], **GOOD, "DATABASE_URL": "postgresql://a/b", "REDIS_URL": "redis://a"}
    asked = [sys.executable, "-c", "import django; django.setup()"]
    environment |= {"DJANGO_SETTINGS_MODULE": "webcare.settings", name: "*"}
    tried = subprocess.run(asked, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert f"ImproperlyConfigured: {name} must be" in tried.stderr


def test_debug_switches_off_no_protection_outside_the_demo() -> None:
    environment = {"PATH": os.environ["PATH"], **GOOD, "DATABASE_URL": "postgresql://a/b", "REDIS_URL": "redis://a"}
    asked = "from django.conf import settings as s; print(s.DEBUG, s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_NAME)"
    environment |= {"DJANGO_SETTINGS_MODULE": "webcare.settings", "DEBUG": "1"}
    outcome = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert outcome.stdout.split() == ["False", "True", "__Host-sessionid"]


def test_one_data_folder_is_one_demo_for_every_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBCARE_DATA", str(tmp_path))
    monkeypatch.setattr(os, "environ", {**os.environ, "TIME_ZONE": "Europe/Brussels"})
    started = surroundings.for_demo()
    surroundings.speak_to_demo()
    assert os.environ["WEBCARE_DATA"] == started["WEBCARE_DATA"] == str(tmp_path / "demo")
    assert os.environ["SECRET_KEY"] == started["SECRET_KEY"]
    assert os.environ["TIME_ZONE"] == "Europe/Brussels"
    assert embedded.locate() == embedded.locate(tmp_path / "demo")


def test_a_bare_command_says_that_it_is_about_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "environ", {"WEBCARE_DATA": str(tmp_path)})
    monkeypatch.setattr(sys, "argv", ["manage.py", "version"])
    surroundings.for_demo()
    manage.main()
    assert "this is about the demo" in capsys.readouterr().err
    monkeypatch.setattr(os, "environ", {"WEBCARE_DATA": str(tmp_path), **GOOD})
    manage.main()
    assert capsys.readouterr().err == ""


def test_real_use_is_never_demo_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**GOOD, "WEBCARE_DEMO": "1"}.items():
        monkeypatch.setenv(name, value)
    assert surroundings.for_run()["WEBCARE_DEMO"] == "0"


def test_the_demo_makes_its_secrets_once_and_for_its_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBCARE_DATA", str(tmp_path))
    first, second = surroundings.for_demo(), surroundings.for_demo()
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert first["CREDENTIAL_KEYS"] == second["CREDENTIAL_KEYS"]
    kept = tmp_path / "demo" / "environment.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert json.loads(kept.read_text())["WEBCARE_DEMO"] == "1"


def test_demo_is_prepared_again_when_its_content_changed(tmp_path: Path) -> None:
    before = fingerprint(8000, 9009)
    shutil.copytree(ROOT / "inbox", tmp_path / "inbox", ignore=shutil.ignore_patterns("__pycache__"))
    for app in ("assist", "crm", "reports"):
        shutil.copytree(ROOT / app / "management", tmp_path / app / "management")
    for app in ("api", "assist", "channels", "crm", "monitoring", "publishing", "reports"):
        shutil.copytree(ROOT / app / "migrations", tmp_path / app / "migrations")
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    assert fingerprint(8000, 9009, tmp_path) == before != fingerprint(8001, 9009, tmp_path)
    (tmp_path / "inbox" / "demo" / "content.toml").write_text("")
    assert fingerprint(8000, 9009, tmp_path) != before


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_a_wrong_port_is_said_in_one_sentence(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(LaunchError, match="PORT must be a port number"):
        surroundings.port("PORT", 8000)
