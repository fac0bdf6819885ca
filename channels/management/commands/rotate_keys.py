"""manage.py rotate_keys: encrypt everything anew with the newest key, so that an older one may go."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from channels.accounts import rotation


class Command(BaseCommand):
    """Encrypts everything anew with the first key of CREDENTIAL_KEYS."""

    help = "Encrypts everything anew with the first of CREDENTIAL_KEYS. Run it before an older key is taken away."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how much was encrypted anew. Raises CommandError where something is opened by no key."""
        done = rotation.rotate()
        if done.unreadable:
            places = ", ".join(done.unreadable[:20])
            raise CommandError(f"Encrypted anew: {done.number}. No key opens {len(done.unreadable)}: {places}")
        self.stdout.write(f"Encrypted anew: {done.number}. The older keys may be taken out of CREDENTIAL_KEYS.")
