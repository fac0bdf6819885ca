"""Gives a test run its own environment before settings are read: a plugin, loaded ahead of pytest-django.

Each run has its own database and Redis, so several runs at once never meet. All runs share one embedded PostgreSQL
below `.webcare/tests`, apart from the data of a demo.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from webcare import embedded
from webcare.translations import compile_catalogues

_base = embedded.data_dir()
_data = _base if _base.name == "tests" else _base / "tests"  # a worker of the run inherits the environment made here
SERVICES = embedded.locate(_data)
_own = Path(tempfile.mkdtemp(prefix="webcare-tests-"))
_own.chmod(0o711)  # for root, Redis runs as another user, who must get through
(_own / "static").mkdir()  # WhiteNoise warns where there is none
OWN_REDIS = embedded.locate(_own)
atexit.register(shutil.rmtree, _own, ignore_errors=True)

# Circular garbage is looked for rarely: collecting tests and making pages makes objects by the ten thousand.
gc.set_threshold(50_000, 20, 100)

# Compiled code is kept, also where the environment says otherwise: a third of a run goes into making it anew.
sys.dont_write_bytecode = False
for name in (
    "PYTHONDONTWRITEBYTECODE",
    "SECRET_KEY",
    "CREDENTIAL_KEYS",
    "ALLOWED_HOSTS",
    "WEBCARE_DEMO",
    "DEBUG",
    "SECURE_SSL",
    "PUBLIC_URL",
):
    os.environ.pop(name, None)
os.environ |= {
    "WEBCARE_TESTING": "1",
    "WEBCARE_DATA": str(_data),
    "DATABASE_URL": SERVICES.database_url,
    "REDIS_URL": OWN_REDIS.redis_url,
    "STATIC_ROOT": str(_own / "static"),
    "MEDIA_ROOT": str(_own / "media"),
    # The real platforms are never spoken to: a test that needs one sets the sandbox's address.
    "X_API_BASE": "http://127.0.0.1:9",
    "GRAPH_API_BASE": "http://127.0.0.1:9",
    "YOUTUBE_API_BASE": "http://127.0.0.1:9",
    "GOOGLE_TOKEN_BASE": "http://127.0.0.1:9",
    "X_LOGIN_BASE": "http://127.0.0.1:9",
    "X_OAUTH1_LOGIN_BASE": "http://127.0.0.1:9",
    "META_LOGIN_BASE": "http://127.0.0.1:9",
    "GOOGLE_LOGIN_BASE": "http://127.0.0.1:9",
    "MICROSOFT_LOGIN_BASE": "http://127.0.0.1:9",
    "MICROSOFT_TOKEN_BASE": "http://127.0.0.1:9",
    **dict.fromkeys(("MICROSOFT_IMAP", "MICROSOFT_SMTP", "GOOGLE_IMAP", "GOOGLE_SMTP"), "127.0.0.1:9"),
}


compile_catalogues()


@pytest.fixture(scope="session")
def servers() -> Iterator[None]:
    """PostgreSQL (shared by all runs, stopped by the last) and a Redis for this process alone."""
    with contextlib.ExitStack() as running:
        running.enter_context(embedded.using(SERVICES, [embedded.Postgres(SERVICES, durable=False)]))
        running.enter_context(embedded.using(OWN_REDIS, [embedded.Redis(OWN_REDIS)]))
        yield
