"""A backup in a folder: the database, the customers' files, and a list of both to compare a restored one with.

The keys in the environment are not in it: keep CREDENTIAL_KEYS elsewhere. Without them no token and no second step can
be read again; a fingerprint of them says beforehand whether they fit.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import psycopg
import psycopg.conninfo
import psycopg.sql
from django.conf import settings
from django.utils import timezone

from webcare import embedded

_DUMP, _FILES, _LIST = "database.dump", "files.tar", "backup.json"


class BackupError(Exception):
    """A backup could not be made or used; the text says why."""


@dataclass(frozen=True)
class Place:
    """A database and a folder of files: what is backed up, or restored into."""

    database: Mapping[str, Any]
    files: Path

    @classmethod
    def here(cls) -> Place:
        """Return this installation's own."""
        return cls(settings.DATABASES["default"], Path(settings.MEDIA_ROOT))

    @property
    def environment(self) -> dict[str, str]:
        """How PostgreSQL's programs find the database: no password stands in a list of processes."""
        given = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
        return {name: str(self.database[key]) for name, key in given.items() if self.database.get(key)}


def make(folder: Path, place: Place | None = None) -> dict[str, int]:
    """Write a backup into an empty folder; return how many rows each table has. Raises BackupError."""
    place = place or Place.here()
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Counted and dumped from one moment, whatever is written meanwhile.
    with psycopg.connect(_address(place)) as connection, connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone() or ("",)
        _run(place, "pg_dump", "-Fc", "--no-owner", f"--snapshot={snapshot}", "-f", str(folder / _DUMP))
        rows = _rows(cursor)
    with tarfile.open(folder / _FILES, "w") as archive:
        if place.files.is_dir():
            archive.add(place.files, arcname=".")
    found = {
        "made_at": timezone.now().isoformat(),
        "rows": rows,
        "sha256": {name: _sha256(folder / name) for name in (_DUMP, _FILES)},
        "keys": [_fingerprint(key) for key in settings.CREDENTIAL_KEYS],
    }
    (folder / _LIST).write_text(json.dumps(found, indent=1), encoding="utf-8")
    for name in (_DUMP, _FILES, _LIST):
        (folder / name).chmod(0o600)
    return rows


def restore(folder: Path, place: Place | None = None, *, replace: bool = False) -> dict[str, int]:
    """Put a backup in place and compare it, row by row counted. Raises BackupError, before anything was changed."""
    place = place or Place.here()
    found = _checked(folder)
    with psycopg.connect(_address(place)) as connection, connection.cursor() as cursor:
        if not replace and any(_rows(cursor).get(name) for name in ("inbox_user", "inbox_message", "channels_account")):
            raise BackupError("There are people or messages here already. --replace puts the backup in their place.")
    _put_back(place, folder / _DUMP)
    shutil.rmtree(place.files, ignore_errors=True)
    place.files.mkdir(parents=True, mode=0o700)
    with tarfile.open(folder / _FILES) as archive:
        archive.extractall(place.files, filter="data")
    with psycopg.connect(_address(place)) as connection, connection.cursor() as cursor:
        rows = _rows(cursor)
    if rows != found["rows"]:
        different = sorted(name for name, _n in set(rows.items()) ^ set(found["rows"].items()))
        raise BackupError(f"The restored database differs from the backup in {', '.join(different)}.")
    return rows


def _checked(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / _LIST).read_text(encoding="utf-8"))
        broken = [name for name, digest in found["sha256"].items() if _sha256(folder / name) != digest]
    except (OSError, ValueError, KeyError):
        raise BackupError(f"{folder} holds no backup of Webcare.") from None
    if broken:
        raise BackupError(f"{', '.join(broken)} changed since the backup was made.")
    if not {_fingerprint(key) for key in settings.CREDENTIAL_KEYS} & set(found["keys"]):
        raise BackupError("None of CREDENTIAL_KEYS is of this backup: its tokens could not be read.")
    return found


def _rows(cursor: psycopg.Cursor[Any]) -> dict[str, int]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    names = [name for (name,) in cursor.fetchall()]
    rows = {}
    for name in names:
        cursor.execute(psycopg.sql.SQL("SELECT count(*) FROM {}").format(psycopg.sql.Identifier(name)))
        rows[name] = int((cursor.fetchone() or (0,))[0])
    return rows


def _put_back(place: Place, dump: Path) -> None:
    """Replace all tables in one transaction. pg_restore's own --clean cannot drop what partitions inherit."""
    environment = {**os.environ, **place.environment}
    script = [_program("pg_restore"), "--no-owner", "-f", "-", str(dump)]
    taker = [_program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-f", "-"]
    with tempfile.TemporaryFile() as said:
        with (
            contextlib.suppress(BrokenPipeError),  # psql ended: its own words say why
            subprocess.Popen(script, stdout=subprocess.PIPE, stderr=said) as source,
            subprocess.Popen(taker, stdin=subprocess.PIPE, stderr=said, env=environment) as target,
        ):
            given, taken = cast(IO[bytes], source.stdout), cast(IO[bytes], target.stdin)
            taken.write(b"BEGIN; DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n")
            shutil.copyfileobj(given, taken)
            # A dump that could not be read to its end is not kept.
            taken.write(b"COMMIT;\n" if source.wait() == 0 else b"ROLLBACK;\n")
        said.seek(0)
        if source.returncode or target.returncode:
            raise BackupError(f"pg_restore: {_last_line(said.read().decode(errors='replace'))}")


def _run(place: Place, program: str, *arguments: str) -> None:
    environment = {**os.environ, **place.environment}
    done = subprocess.run([_program(program), *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupError(f"{program}: {_last_line(done.stderr)}")


def _program(name: str) -> str:
    """Return one of PostgreSQL's programs: the packaged one, which reads servers of its version and before."""
    return str(embedded.Postgres(embedded.locate()).bin() / name)


def _last_line(said: str) -> str:
    return (said.strip().splitlines() or ["it failed"])[-1]


def _address(place: Place) -> str:
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return psycopg.conninfo.make_conninfo(
        **{name: str(place.database[key]) for name, key in names.items() if place.database.get(key)}
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fingerprint(key: str) -> str:
    """Return what names a key and tells nothing of it."""
    return hashlib.sha256(b"webcare.backup" + key.encode()).hexdigest()[:16]
