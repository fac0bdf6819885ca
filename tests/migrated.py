"""A migrated database to copy: migrating takes ten seconds on a busy machine, copying one.

It is named after the migrations, so a changed one is made anew. The test database is still migrated after it was
copied, and finds nothing to do.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg

from tests.environment import SERVICES

_ROOT = Path(__file__).parents[1]
_PREFIX = "migrated_webcare_"
_LOCK = 4242421  # one process makes it, others wait


def database(connection: psycopg.Connection[Any]) -> str:
    """Return the name of a database with every migration in it; make it where it is missing."""
    name = _PREFIX + _fingerprint()
    connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    try:
        made = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [_PREFIX])
        names = {row[0] for row in made.fetchall()}
        if name not in names:
            for former in names:
                connection.execute(f'DROP DATABASE IF EXISTS "{former}" WITH (FORCE)')
            _make(connection, name)
    finally:
        connection.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    return name


def _make(connection: psycopg.Connection[Any], name: str) -> None:
    # Under another name until it is whole: whoever is killed in the midst leaves no half of one.
    connection.execute(f'CREATE DATABASE "{name}_new"')
    url = SERVICES.database_url.replace("/webcare?", f"/{name}_new?")
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0", "--skip-checks"],
        cwd=_ROOT,
        env=os.environ | {"DATABASE_URL": url},
        check=True,
    )
    connection.execute(f'ALTER DATABASE "{name}_new" RENAME TO "{name}"')


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sorted(_ROOT.glob("*/migrations/*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    digest.update((_ROOT / "requirements.txt").read_bytes())  # packages bring migrations too
    return digest.hexdigest()[:16]
