"""`manage.py doctor`: every account's signs of health, as text or JSON; ends with 1 where one is bad."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from channels.accounts import doctor, spending
from channels.models import Account


class Command(BaseCommand):
    """Print what is known of each account's way in and out. Asks no platform."""

    help = "Print the signs of health of every connected account. Ends with 1 where something is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how it is printed."""
        parser.add_argument("--json", action="store_true", help="one JSON object, for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print all accounts. Raises SystemExit(1) where one cannot be heard or answered."""
        found = []
        for account in Account.objects.present().select_related("checkup").prefetch_related("streams"):
            checkup = getattr(account, "checkup", None)
            cost, day = spending.spent(account), spending.allowance(account)
            streams = list(account.streams.all())
            signs = doctor.signs_of(account, streams, checkup, spent=cost, allowance=day)
            found.append((account, signs, checkup))
        if options["json"]:
            self.stdout.write(json.dumps({"accounts": [doctor.as_data(*each) for each in found]}))
        else:
            for account, signs, _checkup in found:
                self.stdout.write(f"{account.at_handle} ({account.platform}): {doctor.level_of(signs)}")
                for sign in signs:
                    self.stdout.write(f"  {sign.level:5} {sign.title}: {sign.text} {sign.detail}".rstrip())
        if any(doctor.level_of(signs) == doctor.BAD for _account, signs, _checkup in found):
            raise SystemExit(1)
