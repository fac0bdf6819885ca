"""Fills an empty database with years of made-up history, to measure with."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from inbox.generate.fill import Amount, NotEmpty, fill


class Command(BaseCommand):
    """`manage.py generate --conversations 1000000 --messages 5000000 --open 50000`."""

    help = "Fill an empty database with made-up conversations (refuses one with accounts or people of its own)."

    def add_arguments(self, parser: CommandParser) -> None:
        """How much, and how fast."""
        parser.add_argument("--conversations", type=int, default=20_000, help="how many in all (20000)")
        parser.add_argument("--messages", type=int, default=100_000, help="how many in all, notes too (100000)")
        parser.add_argument("--open", type=int, default=1_000, help="how many conversations are open (1000)")
        parser.add_argument("--seed", type=int, default=1, help="another number makes other history (1)")
        parser.add_argument("--jobs", type=int, default=3, help="how many connections write at once (3)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill, and say how long it took."""
        began = time.monotonic()
        try:
            amount = Amount(options["conversations"], options["messages"], options["open"], options["seed"])
            with contextlib.ExitStack() as bars:
                fill(amount, partial(self._progress, bars), jobs=options["jobs"])
        except (NotEmpty, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{amount.messages:,} messages in {time.monotonic() - began:,.0f} s.")

    def _progress(self, bars: contextlib.ExitStack, doing: str, total: int) -> Callable[[int], object]:
        """Show a bar for what begins now; the one before it is done."""
        bars.close()
        return bars.enter_context(tqdm(total=total, desc=doing, file=self.stderr, mininterval=1)).update
