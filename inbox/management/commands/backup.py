"""Writes a backup: the database, the customers' files, and a list to compare a restored one with."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from webcare import backup


class Command(BaseCommand):
    """`manage.py backup FOLDER`."""

    help = "Write a backup into an empty folder. Keep CREDENTIAL_KEYS elsewhere: they are not in it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask where to."""
        parser.add_argument("folder", type=Path)

    def handle(self, *_args: Any, folder: Path, **_options: Any) -> None:
        """Write it, and say how much it holds."""
        try:
            rows = backup.make(folder)
        except backup.BackupError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{sum(rows.values())} rows of {len(rows)} tables are in {folder}.")
