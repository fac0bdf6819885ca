"""What asking and answering costs where a platform charges by use: an estimate, from what was read and sent.

The platform's own bill counts: it reads the same post once a day, and may have other prices by then.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.utils import timezone

from channels.connectors import connector_class
from channels.models import Account, Reading
from inbox.models import Message

LINK = r"https?://|\mwww\."


def spent(account: Account, now: datetime | None = None) -> Decimal | None:
    """Return how many dollars this month cost so far, about. None where the platform charges nothing."""
    prices = connector_class(account.platform).prices
    if not prices:
        return None
    since = (now or timezone.now()).astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    read = Reading.objects.filter(account=account, at__gte=since, stream__in=prices).order_by()
    total: Decimal = sum(
        (prices[stream] * items for stream, items in read.values_list("stream").annotate(Sum("items"))), Decimal()
    )
    sent = Message.objects.filter(account=account, direction="outbound", state="sent", sent_at__gte=since)
    with_link = Q(visibility="public", text__iregex=LINK)
    counts = sent.aggregate(all=Count("pk"), linked=Count("pk", filter=with_link))
    total += prices["link"] * counts["linked"] + prices["answer"] * (counts["all"] - counts["linked"])
    return total


def is_over(account: Account, now: datetime | None = None) -> bool:
    """Whether this month's budget is used up: then the platform is asked nothing more."""
    if account.budget is None:
        return False
    cost = spent(account, now)
    return cost is not None and cost >= account.budget
