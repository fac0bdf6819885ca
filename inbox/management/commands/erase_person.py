"""Erases one person, and prints the receipt."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from inbox.models import Erasure
from inbox.privacy import erasing, naming
from inbox.privacy.find import contact_of

_PAUSE = 1.0  # seconds between looking whether it can go on


class Command(BaseCommand):
    """`manage.py erase_person 7c0f… --reason "asked for it"`."""

    help = (
        "Erase a person: everything they said and everything said about them. Numbers in figures stay."
        " CONTACT is the contact's code, as in the address of their page under Privacy."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Whom, why, and how long to wait for what is under way."""
        parser.add_argument("contact", metavar="CONTACT", help="the contact's code, as in the address of their page")
        parser.add_argument("--reason", metavar="TEXT", required=True, help="why; it stands on the receipt")
        parser.add_argument("--wait", type=int, default=180, help="seconds to wait for an answer that is leaving (180)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it here and now. What cannot end now is ended by the workers."""
        contact = contact_of(options["contact"])
        if contact is None:
            raise CommandError(f"There is no contact {options['contact']!r}.")
        row = erasing.ask(contact, None, options["reason"])
        until = time.monotonic() + options["wait"]
        row = erasing.go_on(row.pk)
        while row.done_at is None and time.monotonic() < until:
            time.sleep(_PAUSE)
            row = erasing.go_on(row.pk)
        if row.done_at is None:
            raise CommandError(f"{row.number} is not done: {row.waits_for}. The workers go on with it.")
        self.stdout.write(_receipt(row))


def _receipt(row: Erasure) -> str:
    done = timezone.localtime(row.done_at).isoformat(timespec="seconds")
    lines = [f"Receipt {row.number}", f"done          {done}", f"reason        {row.reason}"]
    lines += [f"{kind:14}{n}" for kind, n in row.counts.items() if n]
    lines += [f"names them    {one.title}: {one.address}" for one in naming.still(row) if not one.is_changed]
    return "\n".join([*lines, f"fingerprint   {row.fingerprint}"])
