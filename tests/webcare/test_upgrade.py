"""An upgrade keeps everything, and the former release goes on while it is under way.

`released/` holds a filled database of each release. A new release adds its own: `manage.py generate --conversations 150
--messages 700 --open 60`, then `pg_dump --no-owner --no-privileges`.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter

from webcare import backup

RELEASES = Path(__file__).parent / "released"
# The newest migration of each app in the newest release: processes of that release may still run beside later ones.
RELEASED = {
    "api": "0001_initial",
    "channels": "0002_initial",
    "crm": "0001_initial",
    "inbox": "0001_initial",
    "monitoring": "0001_initial",
    "publishing": "0001_initial",
    "reports": "0001_initial",
}
NAME = "upgraded_webcare"


@pytest.mark.django_db
def test_the_former_release_works_beside_each_new_migration(capsys: pytest.CaptureFixture[str]) -> None:
    loader = MigrationLoader(connection)
    linter = MigrationLinter(analyser_string="postgresql", no_cache=True, quiet=["warning"])
    for app, name in sorted(loader.disk_migrations):
        if app in RELEASED and name > RELEASED[app]:
            linter.lint_migration(loader.disk_migrations[app, name])
    assert not linter.has_errors, capsys.readouterr().out  # e.g. a new column without db_default


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("backwards", [False, True])
def test_indexes_begun_again_after_a_kill_keep_what_was_made(backwards: bool) -> None:
    loader = MigrationLoader(connection)
    migration = loader.get_migration("inbox", "0009_counted_from_indexes")
    state = loader.project_state(migration.dependencies[0])

    def run(*, back: bool) -> None:
        with connection.schema_editor(atomic=False) as editor:
            (migration.unapply if back else migration.apply)(state.clone(), editor)

    news, formers = ["conv_by_due", "conv_by_window"], ["conv_open_due", "conv_open_window"]
    made, gone = (formers, news) if backwards else (news, formers)
    if not backwards:
        run(back=True)
    kept = indexes(*gone)
    assert len(kept) == 2
    run(back=backwards)
    finished, unfinished = indexes(*made).items()
    with connection.cursor() as cursor:  # as a kill leaves it, while it makes the second
        for name, field in zip(gone, ("due_at", "window_closes_at"), strict=True):
            cursor.execute(f"CREATE INDEX {name} ON inbox_conversation ({field}, id)")
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s", [unfinished[1]])
    run(back=backwards)
    again = indexes(*made, *gone)
    assert list(again) == made
    assert again[finished[0]] == finished[1]
    assert again[unfinished[0]] != unfinished[1]
    if backwards:
        run(back=False)


def indexes(*names: str) -> dict[str, int]:
    """Return which of some indexes are there and used, with their ids."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, oid FROM pg_class JOIN pg_index ON indexrelid = oid"
            " WHERE relname = ANY(%s) AND indisvalid ORDER BY relname",
            [list(names)],
        )
        return dict(cursor.fetchall())


def test_the_newest_release_is_what_its_migrations_say() -> None:
    released = gzip.decompress(sorted(RELEASES.glob("*.sql.gz"))[-1].read_bytes()).decode()
    for app, name in RELEASED.items():
        assert f"\t{app}\t{name}\t" in released


@pytest.fixture(params=sorted(RELEASES.glob("*.sql.gz")), ids=lambda path: path.name.removesuffix(".sql.gz"))
def released(request: pytest.FixtureRequest, servers: None) -> Iterator[str]:
    """The address of a database as that release left it."""
    here = os.environ["DATABASE_URL"]
    there = urllib.parse.urlsplit(here)._replace(path=f"/{NAME}").geturl()
    with psycopg.connect(here, autocommit=True) as connected:
        connected.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connected.execute(f"CREATE DATABASE {NAME}")
        put = [backup._program("psql"), "-qX", "-v", "ON_ERROR_STOP=1", there]
        subprocess.run(put, input=gzip.decompress(request.param.read_bytes()), check=True, stdout=subprocess.DEVNULL)
        yield there
        connected.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def rows(address: str) -> dict[str, int]:
    """Return how many rows each table has."""
    with psycopg.connect(address) as connected:
        return backup._rows(connected.cursor())


def run(address: str, *arguments: str) -> str:
    """Run a program of ours on the database; return what it printed. Raises CalledProcessError.

    As a demo: the generated people are its own, and lose their work elsewhere.
    """
    environment = {**os.environ, "DATABASE_URL": address, "WEBCARE_DEMO": "1"}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True, capture_output=True, text=True)
    return done.stdout


@pytest.mark.long
def test_an_upgrade_keeps_every_row_and_opens_every_page(released: str) -> None:
    before = rows(released)
    assert before["inbox_message"] > 500
    run(released, "manage.py", "migrate", "--no-input", "-v0")
    after = rows(released)
    own = ("auth_", "django_")  # what Django counts about itself
    assert {name: after.get(name) for name in before if not name.startswith(own)} == {
        name: number for name, number in before.items() if not name.startswith(own)
    }
    run(released, "manage.py", "migrate", "--check")
    seen = json.loads(run(released, "-m", "tests.support.looking_around").splitlines()[-1])
    assert set(seen["pages"].values()) == {200}
    assert seen["drift"] == 0
