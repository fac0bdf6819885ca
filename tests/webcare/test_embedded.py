"""The embedded servers, for real: each test has a data folder of its own."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import Mock

import psycopg
import pytest
import redis

from webcare import embedded
from webcare.embedded import server as embedded_server
from webcare.embedded.places import servers_user
from webcare.embedded.postgres import ORDER, Postgres
from webcare.embedded.redis import Redis
from webcare.launch import forget


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user may enter, unlike pytest's own; what a test starts in it is stopped afterwards."""
    with tempfile.TemporaryDirectory(prefix="webcare-frame-") as made:
        Path(made).chmod(0o755)
        yield Path(made)
        for data in list(Path(made).glob("**/start.lock")):
            forget.everything_of(data.parent)


def both(services: embedded.Services) -> list[embedded.Server]:
    return [embedded.Postgres(services), embedded.Redis(services)]


def count_a_visit(services: embedded.Services) -> tuple[int, int]:
    """Write a row and a key; return how many of each there are."""
    with psycopg.connect(services.database_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS visit (at timestamptz DEFAULT now())")
        connection.execute("INSERT INTO visit DEFAULT VALUES")
        row = connection.execute("SELECT count(*) FROM visit").fetchone()
    with redis.Redis.from_url(services.redis_url) as client:
        visits = client.incr("visits")
        client.execute_command("WAIT", 0, 0)
    assert row
    return int(row[0]), int(str(visits))


@pytest.mark.django_db
def test_the_database_and_redis_of_this_run_answer() -> None:
    from django.core.cache import cache
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        assert cursor.fetchone()[0].startswith("test_webcare_")
    cache.set("frame", "here")
    assert cache.get("frame") == "here"


def test_addresses_are_the_same_each_time_and_nothing_is_made(folder: Path) -> None:
    data = folder / "data"
    assert embedded.locate(data) == embedded.locate(data)
    assert not data.exists()


def test_data_is_kept_from_one_start_to_the_next(folder: Path) -> None:
    services = embedded.locate(folder / "data")
    for visit in (1, 2):
        with embedded.using(services, both(services)):
            assert count_a_visit(services) == (visit, visit)
    assert Postgres(services).state() == "down"


def test_servers_that_were_killed_come_back_with_their_data(folder: Path) -> None:
    services = embedded.locate(folder / "data")
    with embedded.using(services, both(services)):
        count_a_visit(services)
        # The append-only file is synced once a second; a killed process loses nothing of what the system already has.
        for server in both(services):
            for pid in server.processes():
                os.kill(pid, signal.SIGKILL)
    with embedded.using(services, both(services)):
        assert count_a_visit(services) == (2, 2)


@pytest.mark.long
def test_stale_pid_of_another_process_does_not_keep_it_down(folder: Path) -> None:
    services = embedded.locate(folder / "data")
    with embedded.using(services, [Postgres(services)]):
        pass
    lines = f"{os.getpid()}\n{services.postgres_data}\n1\n5432\n{services.sockets}\n\n0 0\nready\n"
    (services.postgres_data / "postmaster.pid").write_text(lines)
    (services.sockets / ".s.PGSQL.5432.lock").write_text(lines)
    with embedded.using(services, [Postgres(services)]):
        assert Postgres(services).state() == "ready"


@pytest.mark.long
def test_two_starters_share_one_server_and_the_last_stops_it(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from webcare import embedded; s = embedded.locate(Path(sys.argv[1]))\n"
        "with embedded.using(s, [embedded.Postgres(s), embedded.Redis(s)]):\n"
        "    print('up', flush=True); sys.stdin.readline()\n"
        "    import psycopg; psycopg.connect(s.database_url).close()"
    )
    data = folder / "data"
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    services = embedded.locate(data)
    for starter in starters:
        assert starter.stdout and starter.stdout.readline() == "up\n"
    assert len(Postgres(services).processes()) == 1
    for starter in starters:
        assert Postgres(services).state() == "ready"
        starter.communicate("done\n", timeout=30)
        assert starter.returncode == 0
    assert Postgres(services).state() == "down"


def test_a_backend_that_ends_while_one_looks_is_no_server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    services = embedded.locate(folder / "data")
    with embedded.using(services, both(services)):
        visit = psycopg.connect(services.database_url)
        backend, parent_of = visit.info.backend_pid, embedded_server._parent

        def ended_meanwhile(pid: int) -> int | None:
            if pid == backend:
                visit.close()
                deadline = time.monotonic() + 10
                while Path(f"/proc/{pid}").exists():
                    assert time.monotonic() < deadline
                    time.sleep(0.01)
            return parent_of(pid)

        monkeypatch.setattr(embedded_server, "_parent", ended_meanwhile)
        assert len(Postgres(services).processes()) == 1
        assert visit.closed


@pytest.mark.long
@pytest.mark.parametrize("name", ["with a space, and a comma", "long" * 30])
def test_any_path_works_through_a_short_private_socket_folder(folder: Path, name: str) -> None:
    services = embedded.locate(folder / name)
    assert len(f"{services.sockets}/.s.PGSQL.5432") <= 107
    with embedded.using(services, both(services)):
        assert count_a_visit(services) == (1, 1)
        assert services.sockets.stat().st_mode & 0o777 == 0o700


@pytest.mark.long
def test_a_folder_that_is_closed_to_others_stays_closed(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    services = embedded.locate(closed / "data")
    with embedded.using(services, both(services)):
        count_a_visit(services)
    assert closed.stat().st_mode & 0o777 == 0o700
    assert embedded.locate(closed / "data") == services


@pytest.mark.long
def test_data_of_a_removed_folder_is_not_shown_again(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    for _ in range(2):
        services = embedded.locate(closed / "data")
        with embedded.using(services, both(services)):
            assert count_a_visit(services) == (1, 1)
            shutil.rmtree(services.data)  # as somebody would, servers running
    forget.everything_of(closed / "data")
    assert not services.home.exists()


def test_a_full_disk_is_said_in_one_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    services = embedded.locate(folder / "data")
    monkeypatch.setattr(Postgres, "space_needed", lambda _: 2**60)
    with (
        pytest.raises(embedded.EmbeddedError, match="The disk of .* is full: PostgreSQL needs"),
        embedded.using(services, both(services)),
    ):
        pass


def test_a_folder_that_cannot_be_written_is_said_in_one_sentence(folder: Path) -> None:
    (folder / "file").touch()
    services = embedded.locate(folder / "file" / "data")
    with (
        pytest.raises(embedded.EmbeddedError, match="Nothing can be written at .* Set WEBCARE_DATA"),
        embedded.using(services, both(services)),
    ):
        pass
    done = subprocess.run(
        [sys.executable, "-m", "webcare.launch", "services", "--", "true"],
        env={"PATH": os.defpath, "WEBCARE_DATA": str(services.data)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.long
def test_data_of_another_version_is_left_alone(folder: Path) -> None:
    services = embedded.locate(folder / "data")
    with embedded.using(services, [Postgres(services)]):
        pass
    (services.postgres_data / "PG_VERSION").write_text("16\n")
    with (
        pytest.raises(embedded.EmbeddedError, match="was made by PostgreSQL 16"),
        embedded.using(services, [Postgres(services)]),
    ):
        pass


def test_former_redis_data_opens_in_valkey(folder: Path) -> None:
    services = embedded.locate(folder / "data")
    embedded.prepare_folders(services)
    # Redis up to 6.2 kept one plain file here. Valkey keeps a folder of files.
    command = b"*3\r\n$3\r\nSET\r\n$6\r\nvisits\r\n$2\r\n41\r\n"
    (services.redis_data / "appendonly.aof").write_bytes(b"*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n" + command)
    if owner := servers_user():
        os.chown(services.redis_data / "appendonly.aof", owner.pw_uid, owner.pw_gid)
    for visits in (41, 42):
        with embedded.using(services, [Redis(services)]), redis.Redis.from_url(services.redis_url) as client:
            assert client.get("visits") == str(visits).encode()
            client.incr("visits")


def newer(version: int) -> Callable[[embedded.Server], tuple[int, ...]]:
    return lambda _: (version,)


@pytest.mark.long
def test_former_server_is_replaced_unless_in_use(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    services = embedded.locate(folder / "data")
    embedded.prepare_folders(services)
    former = both(services)
    for server in former:
        server.start()
    count_a_visit(services)
    with embedded.using(services, both(services)):
        # One that is up to date is shared.
        assert [server.processes() for server in both(services)] == [[s.process and s.process.pid] for s in former]
        monkeypatch.setattr(embedded.Server, "bundled_version", newer(99))
        with (
            pytest.raises(embedded.EmbeddedError, match="PostgreSQL and Redis of an earlier installation"),
            embedded.using(services, both(services)),
        ):
            pass
        assert count_a_visit(services) == (2, 2)
        monkeypatch.undo()
    for server in former:
        server.start()
    monkeypatch.setattr(embedded.Server, "bundled_version", newer(99))
    with embedded.using(services, both(services)):
        assert all(server.process and server.process.poll() is not None for server in former)
        assert count_a_visit(services) == (3, 3)


def test_full_database_is_not_taken_for_gone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = psycopg.OperationalError("FATAL:  sorry, too many clients already")
    monkeypatch.setattr(Postgres, "_connect", Mock(side_effect=full))
    assert Postgres(embedded.locate(folder / "data")).state() == "busy"


@pytest.mark.long
def test_programs_run_from_copy_where_theirs_is_closed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    services = embedded.locate(folder / "data")
    owner = servers_user() or pwd.getpwuid(os.geteuid())
    monkeypatch.setattr("webcare.embedded.server.servers_user", lambda: owner)
    monkeypatch.setattr(embedded.Server, "_runs", lambda *_: False)
    with embedded.using(services, both(services)):
        assert count_a_visit(services) == (1, 1)
        for server in both(services):
            (pid,) = server.processes()
            assert os.readlink(f"/proc/{pid}/exe").startswith(str(services.home))


@pytest.mark.long
def test_backup_of_bundled_pg_dump_can_be_restored(folder: Path) -> None:
    commands = """
        psql -q "$DATABASE_URL" -c "CREATE TABLE kept AS SELECT 7 AS seven"
        pg_dump -Fc -f "$WEBCARE_DATA/backup.dump" "$DATABASE_URL"
        psql -q "$DATABASE_URL" -c "DROP TABLE kept"
        pg_restore --clean --if-exists -d "$DATABASE_URL" "$WEBCARE_DATA/backup.dump"
        psql -qAt "$DATABASE_URL" -c "SELECT seven FROM kept"
    """
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    done = subprocess.run(
        [sys.executable, "-m", "webcare.launch", "services", "--", "sh", "-ec", commands],
        env=kept | {"WEBCARE_DATA": str(folder / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("7", "")


def test_compose_database_has_the_same_order_and_encoding() -> None:
    compose = (Path(__file__).resolve().parents[2] / "docker-compose.yml").read_text()
    (made_with,) = re.findall(r"POSTGRES_INITDB_ARGS: (.+)", compose)
    assert tuple(made_with.split()) == ORDER
