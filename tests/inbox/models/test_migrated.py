"""A database is made whole, and one of before is refused rather than mistaken."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from inbox.models import WatchedWord

pytestmark = pytest.mark.django_db


def test_migrations_say_what_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_a_new_database_knows_first_words() -> None:
    found = WatchedWord.objects.values_list("kind", flat=True)
    assert set(found) == {"cliche", "sensitive", "defensive"}


@pytest.mark.parametrize("name", ["0002_row_versions_and_append_only_log", "0002_queue_counts"])
def test_a_database_of_before_is_refused(name: str) -> None:
    call_command("migrate", verbosity=0)
    MigrationRecorder(connection).record_applied("inbox", name)
    with pytest.raises(CommandError, match="make reset"):
        call_command("migrate", verbosity=0)
