"""Gives the demo goals and a public page, once: what somebody changed stays so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from inbox.models import User
from reports.goals import history
from reports.goals.models import Goal
from reports.promise import measured
from reports.promise.models import PromisePage

# In what people fill in: percents and minutes. One of them is missed.
GOALS = {
    "within_target": 85, "first_response_seconds_median": 30, "handling_seconds_median": 45, "response_rate": 98,
    "reopen_rate": 5,
}  # fmt: skip
SINCE = timedelta(days=90)
PAGE = {
    "is_public": True,
    "colour": "#6b3a1f",
    "website": "https://veldhuis.example/",
    "headline_nl": "Een vraag? Je krijgt een mens.",
    "headline_en": "A question? You get a person.",
    "intro_nl": "Stuur een bericht waar je toch al bent. Hieronder zie je wat we beloven, en hoe snel we echt waren.",
    "intro_en": "Send a message where you are anyway. Below is what we promise, and how fast we really were.",
    "rules_nl": "We lezen alles, ook wat niet aardig is.\nGegevens vragen we alleen in een privébericht.\n"
    "Wie scheldt, krijgt één keer een waarschuwing.",
    "rules_en": "We read everything, also what is not kind.\nWe ask for details in a private message alone.\n"
    "Who swears is warned once.",
    "complaints_nl": "Zeg het ons\nStuur een bericht met je bestelnummer. Een collega zoekt het uit.\n\n"
    "Nog niet opgelost?\nVraag naar de teamleider. Die belt je binnen twee werkdagen.",
    "complaints_en": "Tell us\nSend a message with your order number. A colleague finds out.\n\n"
    "Not solved yet?\nAsk for the team lead, who calls you within two working days.",
}


class Command(BaseCommand):
    """`manage.py seed_demo_reports [--measure]`. Idempotent; refuses outside demo mode."""

    help = "Give the demo goals and a public page (demo mode only)."

    def add_arguments(self, parser: CommandParser) -> None:
        """What was answered is measured when the history is there."""
        parser.add_argument("--measure", action="store_true", help="only measure what the public page shows")

    def handle(self, *args: Any, **options: Any) -> None:
        """Choose them as the demo's lead would."""
        if not settings.DEMO:
            raise CommandError("seed_demo_reports works in demo mode only. Start it with `make demo`.")
        if options["measure"]:
            measured.measure()
            return
        lead = User.objects.filter(role=User.Role.LEAD, is_demo=True).order_by("pk").first()
        if lead is None:
            raise CommandError("The demo's people are not there yet: seed_demo comes first.")
        if not Goal.objects.exists():
            for figure, value in GOALS.items():
                history.choose(lead, figure, timezone.localdate() - SINCE, value)
        PromisePage.objects.get_or_create(defaults=PAGE)
