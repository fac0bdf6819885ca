"""Prints the figures of a period."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from channels.models import Account
from reports.figures import Value, values_of
from reports.scope import is_practised, scope_of
from reports.split import SPLITS, by_code
from webcare.lib.text import is_uuid


class Command(BaseCommand):
    """`manage.py figures --from 2026-11-01 --to 2026-11-30 --json`."""

    help = "Print the figures of a period: the same as on the page."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which days, and which account."""
        parser.add_argument("--from", dest="first", type=_day, required=True, help="the first day, like 2026-11-01")
        parser.add_argument("--to", dest="last", type=_day, required=True, help="the last day, which counts too")
        parser.add_argument("--account", default="", help="the code of one account (all)")
        parser.add_argument("--by", choices=list(SPLITS), help="the same of each of these too, by its code")
        parser.add_argument("--json", action="store_true", help="as one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print them, one a line, or as JSON."""
        accounts = Account.objects.all()
        if options["account"]:
            accounts = accounts.filter(code=options["account"]) if is_uuid(options["account"]) else accounts.none()
            if not accounts.exists():
                raise CommandError(f"There is no account {options['account']!r}.")
        every, days = not options["account"] and not is_practised(), (options["first"], options["last"])
        scope = scope_of(*days, accounts.values_list("pk", flat=True), every=every)
        figures = values_of(scope)
        by = by_code(scope, options["by"]) if options["by"] else {}
        if options["json"]:
            split = {"by": {key: _plain(found) for key, found in by.items()}} if options["by"] else {}
            self.stdout.write(json.dumps({"figures": _plain(figures), **split}))
            return
        self._print(figures)
        for key, found in by.items():
            self.stdout.write(f"\n{options['by']} {key}")
            self._print(found)

    def _print(self, figures: Mapping[str, Value]) -> None:
        for name, found in figures.items():
            self.stdout.write(f"{name:32} {'–' if found.value is None else found.value:>12}  n={found.n}")


def _plain(figures: Mapping[str, Value]) -> dict[str, Any]:
    return {name: found._asdict() for name, found in figures.items()}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day like 2026-11-01.") from None
