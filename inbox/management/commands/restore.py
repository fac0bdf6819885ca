"""Puts a backup in place, and compares what came back with what was written down."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from webcare import backup


class Command(BaseCommand):
    """`manage.py restore FOLDER`."""

    help = "Put a backup in place. Stop the other processes first; run migrate after it when Webcare is newer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask where it is, and whether to give up what is there."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--replace", action="store_true", help="give up what is in the database and the files now")

    def handle(self, *_args: Any, folder: Path, replace: bool, **_options: Any) -> None:
        """Restore it, and say how much came back."""
        try:
            rows = backup.restore(folder, replace=replace)
        except backup.BackupError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{sum(rows.values())} rows of {len(rows)} tables are back, as many as were written down.")
