"""What asking and answering costs where a platform charges by use: an estimate, from what was read and sent.

The platform's own bill counts: it reads the same post once a day, and may have other prices by then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal

from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from channels.base import Allowance, Connector
from channels.connectors import connector_for
from channels.models import Account, Reading
from channels.platforms import connector_class
from channels.secrets import CredentialsUnreadable
from inbox.models import Message

LOOKUP = "lookup"  # what was looked up again at night (channels/intake/removals.py)
LINK = r"https?://|\mwww\."


def spent(account: Account, now: datetime | None = None) -> Decimal | None:
    """Return how many dollars this month cost so far, about. None where the platform charges nothing."""
    prices = connector_class(account.platform).prices
    if not prices:
        return None
    since = (now or timezone.now()).astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    total = sum((prices[stream] * items for stream, items in _read(account, prices, since)), Decimal())
    sent = Message.objects.filter(account=account, direction="outbound", state="sent", sent_at__gte=since)
    with_link = Q(visibility="public", text__iregex=LINK)
    counts = sent.aggregate(all=Count("pk"), linked=Count("pk", filter=with_link))
    answers: Decimal = prices["link"] * counts["linked"] + prices["answer"] * (counts["all"] - counts["linked"])
    return total + answers


def allowance(account: Account) -> Allowance | None:
    """Return what the platform lets us ask in a day; None where it gives none by the day, or it cannot be told."""
    if connector_class(account.platform).allowance is Connector.allowance:
        return None
    try:
        with closing(connector_for(account)) as connector:
            return connector.allowance
    except CredentialsUnreadable:
        return None


def _read(account: Account, streams: Collection[str], since: datetime) -> Iterator[tuple[str, int]]:
    """Yield how many things each stream brought, day by day: what is read again the same day (UTC) is charged once."""
    days = (
        Reading.objects.filter(account=account, at__gte=since, stream__in=streams)
        .order_by()
        .values_list("stream", TruncDate("at", tzinfo=UTC))
        .annotate(all=Sum("items"), most=Max("items"), fresh=Sum("new"))
    )
    for stream, _day, every, most, fresh in days:
        # A round brings much of the round before again; a look-up asks for others each time.
        yield stream, every if stream == LOOKUP else min(every, most + fresh)


def is_over(account: Account, now: datetime | None = None) -> bool:
    """Whether this month's budget is used up: then the platform is asked nothing more."""
    if account.budget is None:
        return False
    cost = spent(account, now)
    return cost is not None and cost >= account.budget
