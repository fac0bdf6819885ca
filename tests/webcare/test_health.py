"""What whoever starts and watches the processes asks, and what Django itself says of the settings."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as conf
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from pytest_django import Settings

from webcare import health


@pytest.mark.django_db
def test_it_says_whether_it_lives_and_answers(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    browser = Client(headers={"host": "10.0.0.7:8000"})  # by an address that is no host name of ours
    assert browser.get("/healthz").content == b"ok"
    assert browser.get("/inbox/").status_code in (301, 400)
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "redis": "ok"})
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.json()["redis"]) == (200, "away")

    def away() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", away)
    assert browser.get("/readyz").status_code == 503
    assert browser.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_a_database_that_is_not_migrated_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_ready", [])
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_of: ["one"])
    assert Client().get("/readyz").json()["database"] == "not migrated"


_SAY_COOKIES = """
import django; django.setup()
from django.conf import settings
from django.core.management import call_command
from inbox.team import attempts
from webcare.lib.message_storage import HostCookieStorage
call_command("check", deploy=True, fail_level="WARNING")
names = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.PUSH_COOKIE_NAME]
print(*names, attempts.COOKIE, HostCookieStorage.cookie_name)
"""


def test_django_has_nothing_to_say_of_real_settings() -> None:
    real = {
        **{name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"},
        "WEBCARE_TESTING": "0",
        "WEBCARE_DEMO": "0",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "CREDENTIAL_KEYS": Fernet.generate_key().decode(),
        "ALLOWED_HOSTS": "webcare.example.nl",
        "OIDC_ISSUER": "",
        "DJANGO_SETTINGS_MODULE": "webcare.settings",
    }
    asked = [sys.executable, "-c", _SAY_COOKIES]
    done = subprocess.run(asked, cwd=conf.BASE_DIR, env=real, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    cookies = done.stdout.splitlines()[-1].split()
    assert len(cookies) == 5
    assert [name for name in cookies if not name.startswith("__Host-")] == []
