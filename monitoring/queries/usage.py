"""Whether anything is monitored: it is in everybody's menu then, and only then anything is asked."""

from __future__ import annotations

from inbox.models import Organisation
from monitoring.feeds.models import Feed
from monitoring.queries.models import Query


def is_used() -> bool:
    """Whether there is a query or a feed, as the organisation's row says it."""
    return Organisation.objects.filter(monitors=True).exists()


def note_use() -> None:
    """Write down whether there is a query or a feed, after a change of either, in its transaction."""
    used = Query.objects.exists() or Feed.objects.exists()
    if used and not Organisation.objects.exists():
        Organisation.objects.create(monitors=True)
    Organisation.objects.exclude(monitors=used).update(monitors=used)
