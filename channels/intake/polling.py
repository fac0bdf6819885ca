"""Polling: asks platforms for news, stream by stream, at the pace of their traffic."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext_noop

from channels.accounts import health, spending
from channels.accounts.connecting import HISTORY
from channels.connectors import connector_for
from channels.errors import ChannelError, NeedsReauth, RateLimited
from channels.intake import ledger
from channels.models import POLL_FASTEST, POLL_SLOWEST, Account, Stream
from channels.secrets import CredentialsUnreadable
from channels.types import Incoming, IncomingMessage, Page
from inbox.ingest.receive import receive

log = logging.getLogger(__name__)

AT_ONCE = 50  # streams handed out in one round of beat
LOCK = timedelta(minutes=3)
MOST_PAGES = 20  # then others' turn; the cursor remembers the place
SLOWEST_WITHOUT_WEBHOOKS = timedelta(minutes=1)
WEBHOOKS_WORK = timedelta(hours=24)
BUDGET_LOOKED_AT = timedelta(hours=1)
BUDGET_USED = gettext_noop("This month's budget is used up: nothing is asked until the 1st. Webhooks still come in.")
LONGEST_BACK_OFF = timedelta(minutes=5)
LONGEST_LIMIT_BACK_OFF = timedelta(minutes=15)


def due(now: datetime | None = None) -> list[int]:
    """Return the ids of the streams to poll now: each account's longest overdue first, then each one's second."""
    turn = Window(RowNumber(), partition_by="account_id", order_by=["next_poll_at", "pk"])
    streams = Stream.objects.due(now or timezone.now()).annotate(turn=turn)
    return list(streams.order_by("turn", "next_poll_at").values_list("pk", flat=True)[:AT_ONCE])


def poll(stream_id: int) -> int:
    """Fetch what is new in one stream and hand it to the inbox; return the number of new messages.

    Does nothing when somebody else is at it, or when it is not due. Never raises for what a platform does: the
    account's row says what went wrong, and the stream's when it is tried again.
    """
    stream = _claim(stream_id)
    if stream is None:
        return 0
    if spending.is_over(stream.account):
        _rest(stream)
        return 0
    started = timezone.now()
    try:
        new, page = _read(stream)
    except ChannelError as error:
        _put_off(stream, error)
        return 0
    except CredentialsUnreadable as error:
        _put_off(stream, NeedsReauth(str(error)))
        return 0
    except Exception as error:
        # A mistake of ours in one stream must neither stop the others nor look like an account that works.
        log.exception("Polling %s failed", stream)
        _put_off(stream, ChannelError(f"Reading failed: {type(error).__name__}."))
        return 0
    _plan(stream, page, new, started)
    return new


def _claim(stream_id: int) -> Stream | None:
    now = timezone.now()
    with transaction.atomic():
        # `of` leaves the account's row free; the second of two pollers passes by.
        stream = (
            Stream.objects.due(now)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("account")
            .filter(pk=stream_id)
            .first()
        )
        if stream is None:
            return None
        stream.locked_until = now + LOCK
        stream.save(update_fields=["locked_until"])
    return stream


def _read(stream: Stream) -> tuple[int, Page]:
    """Fetch page after page, each stored with the cursor it brings; in no transaction while it fetches."""
    new = 0
    connector = connector_for(stream.account)
    try:
        for turn in range(1, MOST_PAGES + 1):
            page = connector.fetch(stream.name, stream.cursor, query=stream.query)
            # A quiet round writes nothing.
            if page.events or dict(page.cursor) != stream.cursor:
                began = timezone.now()
                events = _recent(stream.account, page.events)
                received = receive(stream.account, events, stream=stream, cursor=page.cursor)
                new += received.new_messages
                stream.cursor = dict(page.cursor)
                if events:
                    ledger.note(stream.account, events, received, began=began, stream=stream.name)
            if not page.more or page.next_poll is not None or turn == MOST_PAGES:
                break
            present = Stream.objects.filter(pk=stream.pk, account__removed_at=None)
            if not present.update(locked_until=timezone.now() + LOCK):
                break  # the account was removed meanwhile
        return new, page
    finally:
        connector.close()


def _rest(stream: Stream) -> None:
    """Ask nothing while the month's budget is used up. Looked at again every hour: somebody may raise it."""
    stream.locked_until, stream.next_poll_at = None, timezone.now() + BUDGET_LOOKED_AT
    stream.save(update_fields=["locked_until", "next_poll_at"])
    Account.objects.filter(pk=stream.account_id).exclude(warning=BUDGET_USED).update(warning=BUDGET_USED)


def _recent(account: Account, events: Sequence[Incoming]) -> Sequence[Incoming]:
    """Return the events without history from longer ago than is taken in."""
    if account.history_until is None:
        return events
    oldest = account.history_until - HISTORY
    return [event for event in events if not (isinstance(event, IncomingMessage) and event.sent_at < oldest)]


def _plan(stream: Stream, page: Page, new: int, started: datetime) -> None:
    """Write down when to ask again: soon where something came in, at once where there is more, else later."""
    now = timezone.now()
    stream.interval = (
        max(POLL_FASTEST, stream.interval / 2) if new else min(_slowest(stream, now), stream.interval * 1.25)
    )
    stream.interval = max(stream.interval, stream.account.ask_every)
    soonest = now if page.more else now + stream.interval
    stream.next_poll_at = max(soonest, page.next_poll) if page.next_poll else soonest
    stream.last_polled_at, stream.locked_until, stream.failures = started, None, 0
    if new:
        stream.last_item_at = now
    stream.save(
        update_fields=["interval", "next_poll_at", "last_polled_at", "locked_until", "failures", "last_item_at"]
    )
    if new:
        Account.objects.filter(pk=stream.account_id).update(last_message_at=now)
    health.note_answer(stream.account, warning=page.warning)


def _slowest(stream: Stream, now: datetime) -> timedelta:
    """Webhooks make slow polling a safety net; without them it is the only way in."""
    delivered = stream.account.last_delivery_at
    return POLL_SLOWEST if delivered and now - delivered < WEBHOOKS_WORK else SLOWEST_WITHOUT_WEBHOOKS


def _put_off(stream: Stream, error: ChannelError) -> None:
    """Release the stream until the next try, and say so on the account."""
    now = timezone.now()
    stream.failures += 1
    doublings = min(stream.failures - 1, 10)
    if isinstance(error, RateLimited):
        wait = min(POLL_FASTEST * 2**doublings, LONGEST_LIMIT_BACK_OFF)
        stream.next_poll_at = max(error.retry_at, now + wait)
        error.retry_at = stream.next_poll_at
    else:
        stream.next_poll_at = now + min(POLL_FASTEST * 2**doublings, LONGEST_BACK_OFF)
    stream.locked_until = None
    stream.save(update_fields=["failures", "next_poll_at", "locked_until"])
    health.note_failure(stream.account, error)
