"""Fills a demo's monitoring: queries of its two brands, the sandbox's blog and forum, and two posts on X to find."""

from __future__ import annotations

from typing import Any

import requests
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from channels.models import Account
from inbox.models import User
from monitoring.feeds import subscribing
from monitoring.feeds.models import Feed
from monitoring.queries import saving
from monitoring.queries.models import Query

_QUERIES = (
    ("Veldhuis", "veldhuis -vacature", "veldhuiswonen"),
    ("Lijn Noord", '"lijn noord"', "lijnnoord"),
    ("Garantie", "veldhuis (garantie OR kapot OR klantenservice)", "veldhuiswonen"),
)
# User name, name, and what they write without addressing anybody.
_POSTS = (
    ("tineke_zwolle", "Tineke", "Wie heeft er ervaring met de garantie van Veldhuis? Mijn stoel is na drie weken al "
     "kapot, wat een waardeloos ding."),
    ("ov_fan", "OV-fan", "Lijn Noord was vandaag weer keurig op tijd, top!"),
)  # fmt: skip
_FEEDS = (
    ("thuisblog", "Thuis met Tess", Feed.Kind.BLOG),
    ("keukentafel", "De Keukentafel", Feed.Kind.FORUM),
)


class Command(BaseCommand):
    """`manage.py seed_monitoring`. Idempotent; refuses outside demo mode."""

    help = "Make the demo's queries and feeds (demo mode only)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, as a team lead would."""
        if not settings.DEMO:
            raise CommandError("seed_monitoring works in demo mode only.")
        lead = User.objects.filter(role=User.Role.LEAD).order_by("pk").first()
        if lead is None or Query.objects.exists():
            return
        for name, text, handle in _QUERIES:
            account = Account.objects.filter(platform="x", handle__iexact=handle).first()
            saving.save(Query(name=name, text=text, account=account), lead, [])
        for site, title, kind in _FEEDS:
            subscribing.add(f"{settings.MEDIA_SANDBOX}/web/{site}/feed.xml", title, kind, lead)
        for username, author, words in _POSTS:
            post = {"platform": "x", "kind": "post", "from": {"username": username, "name": author}, "text": words}
            address = f"{settings.MEDIA_SANDBOX}/control/messages"
            requests.post(address, json=post | {"ref": f"found-{username}"}, timeout=60).raise_for_status()
