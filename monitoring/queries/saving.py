"""Queries are added, changed, paused and deleted; the log says by whom."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from inbox.models import Event, User
from monitoring.hits import storing
from monitoring.queries.models import Query
from monitoring.queries.usage import note_use
from webcare.lib.enqueue import enqueue

_ASKED = ("text", "language", "account")  # what a search is asked by


@transaction.atomic
def save(query: Query, by: User, changed: list[str]) -> None:
    """Save a query. Where what it asks is another thing now, its search begins anew; what it found stays."""
    is_new = query.pk is None
    if is_new:
        query.by = by
    elif set(changed) & set(_ASKED):
        query.cursor, query.claimed_until, query.problem, query.failures = {}, None, "", 0
        query.next_search_at = timezone.now()
    query.save()
    note_use()
    Event.note("monitor_added" if is_new else "monitor_changed", actor=by, account=query.account, query=query.pk)
    if query.in_feeds:
        enqueue("monitoring.tasks.look_back", query.pk)


@transaction.atomic
def switch(query: Query, by: User, *, on: bool) -> None:
    """Listen to a query again, or no longer. Twice is once."""
    now = timezone.now()
    rows = Query.objects.filter(pk=query.pk, paused_at__isnull=not on)
    if rows.update(paused_at=None if on else now, next_search_at=now):
        Event.note("monitor_on" if on else "monitor_off", actor=by, account=query.account, query=query.pk)


@transaction.atomic
def delete(query: Query, by: User) -> None:
    """Delete a query, and what it alone had found."""
    Event.note("monitor_removed", actor=by, account=query.account, query=query.pk)
    storing.forget_query(query)
    note_use()
