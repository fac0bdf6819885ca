"""Sums up the figures of every day anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from reports import rollups
from reports.models import Sum


class Command(BaseCommand):
    """`manage.py rollups`."""

    help = "Sum up the figures of every day anew, as after a correction in the database."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it in one transaction: figures go on meanwhile."""
        rollups.roll(anew=True)
        self.stdout.write(f"{Sum.objects.count()} sums.")
