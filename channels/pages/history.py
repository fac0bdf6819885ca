"""What happened to the accounts, in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from channels.accounts.health_text import moment
from channels.models import Account
from inbox.history.describe import tell
from inbox.history.verbs import OF_ACCOUNTS
from inbox.models import Event

SHOWN = 30


def happened(*, account: Account | None = None, since: datetime | None = None) -> list[dict[str, Any]]:
    """Return the newest acts and changes about accounts, as {"at", "when", "account", "told"}."""
    events = (
        Event.objects.filter(conversation=None, verb__in=OF_ACCOUNTS)
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
            "told": tell(
                event.verb,
                event.data,
                event.actor.name if event.actor else "",
                {},
                event.account.platform if event.account else "",
            ),
        }
        for event in events[:SHOWN]
    ]
