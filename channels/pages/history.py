"""What happened to the accounts, in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from channels.accounts import news
from channels.accounts.health_text import moment
from channels.models import Account
from inbox.models import Event

SHOWN = 30
WORDS: dict[str, str | Promise] = {
    "account_added": _("Connected"),
    "account_reconnected": _("Connected again"),
    "account_changed": _("Settings changed"),
    "account_paused": _("Paused"),
    "account_resumed": _("Resumed"),
    "account_removed": _("Removed"),
    "account_tested": _("Tested"),
    "organisation_changed": _("Organisation settings changed"),
    "opening_changed": _("Opening hours changed"),
    "automatic_limited": _("Automatic messages stopped for an hour: unusually many"),
    "search_added": _("Search added"),
    "search_removed": _("Search removed"),
    "account_lost_access": _("The platform refused our access"),
    "account_access_back": _("Our access works again"),
    "delivery_replayed": _("A webhook delivery was read again"),
    "account_news": _("News from the platform"),
}


def happened(*, account: Account | None = None, since: datetime | None = None) -> list[dict[str, Any]]:
    """Return the newest acts and changes about accounts, as {"at", "account", "words", "who"}."""
    events = (
        Event.objects.filter(conversation=None, verb__in=WORDS)
        .select_related("account", "actor")
        .order_by("-at", "-pk")
    )
    if account:
        events = events.filter(account=account)
    if since:
        events = events.filter(at__gte=since)
    return [
        {
            "at": event.at,
            "when": moment(event.at),
            "account": event.account,
            "words": news.sentence(event.data) if event.verb == "account_news" else WORDS[event.verb],
            "who": event.actor.name if event.actor else "",
        }
        for event in events[:SHOWN]
    ]
