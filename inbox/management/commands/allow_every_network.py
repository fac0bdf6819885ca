"""Lets people in from everywhere again, where the networks an admin chose shut everybody out."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand
from django.db import transaction

from inbox.models import Event, Organisation


class Command(BaseCommand):
    """`manage.py allow_every_network`."""

    help = "Let people sign in from everywhere again: forgets the networks that an admin chose."

    @transaction.atomic
    def handle(self, *_args: Any, **_options: Any) -> None:
        """Forget the networks; the log keeps that it was done."""
        if Organisation.objects.exclude(networks=[]).update(networks=[]):
            Event.note("organisation_changed", changed=["networks"], networks=[])
            self.stdout.write("People may sign in from everywhere.")
        else:
            self.stdout.write("No networks were chosen: people may sign in from everywhere already.")
