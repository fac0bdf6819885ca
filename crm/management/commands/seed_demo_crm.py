"""Connects the demo with the sandbox's Salesforce, once: who disconnects it keeps it so."""

from __future__ import annotations

from typing import Any

import requests
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from crm.connecting import connections
from crm.connecting.models import Connection
from crm.writing.kinds import Kind
from inbox.models import User

HOST = "veldhuis.my.salesforce.com"


class Command(BaseCommand):
    """`manage.py seed_demo_crm`. Idempotent; refuses outside demo mode."""

    help = "Connect the sandbox's Salesforce (demo mode only)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Connect it as an admin would, and have everything written."""
        if not settings.DEMO:
            raise CommandError("seed_demo_crm works in demo mode only. Start it with `make demo`.")
        if Connection.objects.exists():
            return
        admin = User.objects.filter(role=User.Role.ADMIN, is_demo=True).order_by("pk").first()
        if admin is None:
            raise CommandError("The demo's people are not there yet: seed_demo comes first.")
        try:
            app = requests.get(f"{settings.SALESFORCE_BASE}/control/salesforce/app", timeout=60).json()
        except requests.RequestException as error:
            raise CommandError(f"The sandbox does not answer at {settings.SALESFORCE_BASE}.") from error
        given = {"host": HOST, "consumer_key": app["consumer_key"], "consumer_secret": app["consumer_secret"]}
        more = {"version": "62.0", "external_id": "Webcare_Id__c", "handle_field": "X_Handle__c", "cases": "yes"}
        row = connections.connect(Connection.Brand.SALESFORCE, HOST, given | more, admin)
        connections.change(row, admin, writes=Kind.values, with_words=True, accounts=None, teams=None)
