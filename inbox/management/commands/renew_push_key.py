"""manage.py renew_push_key: another key for Web Push. Every browser has to be added again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from inbox.notifications.push import keys


class Command(BaseCommand):
    """Makes another key for Web Push, as when the old one may be known to others."""

    help = "Makes another key for Web Push. Browsers that were added forget Webcare: people add them again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many browsers have to be added again."""
        self.stdout.write(f"A new key was made. Browsers to be added again: {keys.renew()}.")
