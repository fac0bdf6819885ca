"""Writes everything that is held of one person into a file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inbox.models import Event
from inbox.privacy import archive
from inbox.privacy.find import contact_of


class Command(BaseCommand):
    """`manage.py export_person 7c0f… --to ria.zip`."""

    help = (
        "Write all that is held of a person into a zip: a page to read, data, and their files."
        " CONTACT is the contact's code, as in the address of their page under Privacy."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Of whom, and where to."""
        parser.add_argument("contact", metavar="CONTACT", help="the contact's code, as in the address of their page")
        parser.add_argument("--to", metavar="FILE", required=True, help="the zip to write")
        parser.add_argument("--language", choices=sorted(archive.PAGE), default="nl", help="of the page (nl)")
        parser.add_argument("--without-notes", action="store_true", help="leave colleagues' notes out")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file beside its place first, so that a half one is never taken for a whole one."""
        contact = contact_of(options["contact"])
        if contact is None:
            raise CommandError(f"There is no contact {options['contact']!r}.")
        to = Path(options["to"])
        with tempfile.NamedTemporaryFile(dir=to.parent, prefix=f".{to.name}.", delete=False) as made:
            try:
                with_notes = not options["without_notes"]
                files = archive.write(contact, made, language=options["language"], with_notes=with_notes)
                os.replace(made.name, to)
            except BaseException:
                Path(made.name).unlink(missing_ok=True)
                raise
        Event.note("person_exported", contact=contact.pk, notes=with_notes)
        self.stdout.write(f"{to}: a page, data and {files} files.")
