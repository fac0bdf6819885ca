"""Fills in the sandbox's language model in the demo, once. It helps with nothing until an admin ticks something."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from assist.server import servers
from inbox.models import User

MODEL = "sandbox-1"


class Command(BaseCommand):
    """`manage.py seed_demo_assist`. Idempotent; refuses outside demo mode."""

    help = "Fill in the sandbox's language model (demo mode only)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Set it up as an admin would, and tick nothing."""
        if not settings.DEMO:
            raise CommandError("seed_demo_assist works in demo mode only. Start it with `make demo`.")
        if not settings.MEDIA_SANDBOX or servers.current() is not None:
            return
        admin = User.objects.filter(role=User.Role.ADMIN, is_demo=True).order_by("pk").first()
        if admin is None:
            raise CommandError("The demo's people are not there yet: seed_demo comes first.")
        servers.save(admin, address=f"{settings.MEDIA_SANDBOX}/assist/v1", model=MODEL, key="", helps=())
