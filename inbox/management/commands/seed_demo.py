"""Fills a demo: people to sign in as, what they laid ready, and the sandbox's accounts connected."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from channels.accounts.connecting import CannotConnect
from channels.errors import ChannelError
from inbox.demo import content
from inbox.demo import people as demo_people


class Command(BaseCommand):
    """`manage.py seed_demo [--webhooks | --history | --today]`. Idempotent; refuses outside demo mode."""

    help = "Make the demo's people and connect the sandbox's accounts (demo mode only)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Webhooks are a step of their own: the sandbox calls the web server back, which has to be up by then."""
        parser.add_argument("--webhooks", action="store_true", help="only register the webhooks with the sandbox")
        parser.add_argument("--history", action="store_true", help="only close what is over in the history")
        parser.add_argument("--today", action="store_true", help="only give what came in today its team and labels")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, and print whom to sign in as."""
        if not settings.DEMO:
            raise CommandError("seed_demo works in demo mode only: its passwords are known. Start it with `make demo`.")
        try:
            if options["webhooks"]:
                demo_people.register_webhooks()
                return
            if options["history"]:
                demo_people.close_history()
                return
            if options["today"]:
                demo_people.sort_today()
                return
            people = demo_people.seed_people()
            demo_people.seed_accounts()
            content.seed()
        except (demo_people.SandboxRefused, ChannelError, CannotConnect) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Sign in with the password {demo_people.PASSWORD} as")
        for user in people:
            self.stdout.write(f"  {user.email:26} {user.role:6} {user.name}")
