"""The embedded servers, for real: each test has a data folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from webcare import embedded


@pytest.mark.django_db
def test_the_database_and_redis_of_this_run_answer() -> None:
    from django.core.cache import cache
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        assert cursor.fetchone()[0].startswith("test_webcare_")
    cache.set("frame", "here")
    assert cache.get("frame") == "here"


def test_addresses_are_the_same_each_time_and_nothing_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert embedded.locate(folder) == embedded.locate(folder)
    assert not folder.exists()
