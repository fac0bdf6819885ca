"""Lays what a platform had in the last day beside what we have. What lacks is fetched, and counted as missed.

It reads by the ways polling takes, into the same door: what is known already changes nothing there.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from channels.accounts import spending
from channels.base import Connector
from channels.connectors import connector_for
from channels.errors import ChannelError
from channels.models import Account, Checkup, Stream
from channels.secrets import CredentialsUnreadable
from channels.types import IncomingMessage
from inbox.ingest.receive import receive
from inbox.models import Event

log = logging.getLogger(__name__)

REACH = timedelta(hours=24)
# What came in just now is still on its way by itself: it is not missed.
SETTLED = timedelta(minutes=15)
NIGHT = range(2, 6)  # hours by our own clock, when customers sleep
EVERY = timedelta(hours=20)
LATEST = timedelta(hours=30)  # then at any hour: the machine was off at night
MOST_PAGES = 20  # of one stream


class Comparison(NamedTuple):
    """How many messages a platform had, and how many of them we did not."""

    compared: int
    missed: int


def due(now: datetime | None = None) -> list[int]:
    """Return the ids of the accounts to compare now: at night, and by day what no night came by for."""
    now = now or timezone.now()
    at_night = timezone.localtime(now).hour in NIGHT
    before = now - (EVERY if at_night else LATEST)
    connected = Account.objects.connected().filter(needs_reauth_at=None, created_at__lt=before)
    waiting = Q(checkup=None) | Q(checkup__compared_at=None) | Q(checkup__compared_at__lt=before)
    ids = connected.filter(waiting, streams__enabled=True).order_by("pk").values_list("pk", flat=True)
    return list(ids.distinct())


def compare(account_id: int, now: datetime | None = None) -> Comparison | None:
    """Ask a platform for the last 24 hours; fetch and count what we lack. None where it does not answer now.

    A platform that cannot be read back (`Capabilities.polls`) has no streams, and is not compared.
    """
    now = now or timezone.now()
    account = Account.objects.connected().filter(pk=account_id).first()
    streams = list(account.streams.filter(enabled=True).order_by("pk")) if account else []
    if account is None or not streams or account.health in ("reauth", "rate_limited") or spending.is_over(account):
        return None
    try:
        with contextlib.closing(connector_for(account)) as connector:
            found = {
                message.external_id: message
                for stream in streams
                for message in _read(connector, stream, now - REACH, now - SETTLED)
            }
    except (ChannelError, CredentialsUnreadable) as error:
        log.warning("%s could not be compared: %s", account, type(error).__name__)
        return None
    # By time, as they were written: a question comes before its answer.
    messages = sorted(found.values(), key=lambda message: message.sent_at)
    missed = receive(account, messages).new_messages if messages else 0
    result = Comparison(len(messages), missed)
    Checkup.objects.update_or_create(
        account=account, defaults={"compared_at": now, "compared": result.compared, "missed": missed}
    )
    if missed:
        Event.note("account_compared", account=account, n=result.compared, missed=missed)
    return result


def _read(connector: Connector, stream: Stream, since: datetime, until: datetime) -> Iterable[IncomingMessage]:
    """Yield a stream's messages of a span. Its own cursor stays where it is."""
    cursor = connector.cursor_from(stream.name, since)
    for _turn in range(MOST_PAGES):
        page = connector.fetch(stream.name, cursor, query=stream.query)
        for event in page.events:
            if isinstance(event, IncomingMessage) and since <= event.sent_at <= until:
                yield event
        cursor = page.cursor
        if not page.more or page.next_poll is not None:
            return
