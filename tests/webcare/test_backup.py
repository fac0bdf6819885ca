"""A backup brings everything back, and nothing is given up for one that is broken or another's."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.fernet import Fernet
from django.core.files.base import ContentFile
from django.db import connection
from pytest_django import Settings

from inbox.models import Attachment, Message
from tests import factories
from webcare import backup

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "restored_webcare"


@pytest.fixture
def here(settings: Settings, tmp_path: Path) -> backup.Place:
    """A conversation with a picture, in this test's database and folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
    message = factories.make_inbound(factories.make_account(), "Waar blijft mijn kast?")
    file = Attachment(message=message, kind="image", state="stored", filename="kast.png", mime_type="image/png")
    file.file.save("kast.png", ContentFile(b"bytes"))
    return backup.Place(connection.settings_dict, tmp_path / "media")


@pytest.fixture
def there(here: backup.Place, tmp_path: Path) -> Iterator[backup.Place]:
    """Another, empty database and folder."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME}")
        cursor.execute(f"CREATE DATABASE {NAME}")
    yield backup.Place({**connection.settings_dict, "NAME": NAME}, tmp_path / "elsewhere")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {NAME}")


def contents(place: backup.Place) -> dict[str, Any]:
    """A digest of every table, and every file."""
    found: dict[str, Any] = {}
    with psycopg.connect(backup._address(place)) as asked:
        for name in backup._rows(asked.cursor()):
            row = asked.execute(f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {name} t").fetchone()  # noqa: S608
            found[name] = row
    return found | {path.name: path.read_bytes() for path in place.files.rglob("*.png")}


def test_everything_comes_back(here: backup.Place, there: backup.Place, settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    rows = backup.make(folder, here)
    assert rows["inbox_message"] == 1
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert backup.restore(folder, there) == rows
    assert contents(there) == contents(here)
    with pytest.raises(backup.BackupError, match="--replace"):
        backup.restore(folder, there)
    factories.make_inbound(factories.make_account(), "Nog iets")
    assert backup.restore(folder, here, replace=True) == rows
    assert Message.objects.count() == 1
    # A dump that breaks off changes nothing.
    whole, broken = folder / "database.dump", tmp_path / "broken.dump"
    broken.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(backup.BackupError, match="pg_restore"):
        backup._put_back(here, broken)
    assert Message.objects.count() == 1
    with pytest.raises(backup.BackupError, match="not empty"):
        backup.make(folder, here)
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(backup.BackupError, match="CREDENTIAL_KEYS"):
        backup.restore(folder, there, replace=True)
    shutil.copy(folder / "backup.json", folder / "files.tar")
    with pytest.raises(backup.BackupError, match=r"files\.tar changed"):
        backup.restore(folder, there, replace=True)
