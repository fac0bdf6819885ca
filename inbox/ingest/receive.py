"""The one door in. All that platforms tell about messages passes `receive`: idempotent, set-based, one transaction."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError
from psycopg import errors as pg

from channels.errors import STRANGE
from channels.models import Account, Stream
from channels.types import Incoming
from inbox.ingest.cleaning import cleaned, fitting_id, set_aside
from inbox.ingest.known import news_in
from inbox.ingest.store import Arrival, Received, store
from webcare.lib.retry import with_retries
from webcare.lib.text import clean, clean_json

log = logging.getLogger(__name__)

# The database says these as often as it is asked, whatever its state: they are about what is to be stored.
_ABOUT_DATA = (pg.ProgramLimitExceeded, pg.StatementTooComplex)


def receive(
    account: Account,
    events: Sequence[Incoming],
    *,
    stream: Stream | None = None,
    cursor: Mapping[str, Any] | None = None,
) -> Received:
    """Store what a platform told, whatever its order, and however often it is told.

    With `stream` and `cursor` the cursor moves in the same transaction. The number of statements does not depend on how
    many events there are. What cannot be stored is set aside alone, with its body, and the rest is in. Raises only
    what says that the database is away or busy; then nothing of the batch is stored.
    """
    told = [cleaned(event) for event in events]
    places = news_in(account, told)
    ready = [told[place] for place in places]
    position = None if cursor is None else clean_json(cursor)
    if not ready and stream is None:
        return Received()
    received = _receive_ready(account, ready, stream, position)
    return replace(received, refused=tuple(places[place] for place in received.refused))


def _receive_ready(
    account: Account, ready: Sequence[Incoming], stream: Stream | None, position: Mapping[str, Any] | None
) -> Received:
    """Store what is fit to store: all at once, or in parts where something in it is refused."""
    try:
        return with_retries(partial(store, account, ready, (), stream, position))
    except Exception as error:
        if not (ready and _is_about_data(error)):
            raise
        log.warning("A batch of %s is stored in parts: %s", len(ready), type(error).__name__)
    received = _receive_in_parts(account, ready, 0)
    return received + with_retries(partial(store, account, (), (), stream, position))


def _receive_in_parts(account: Account, events: Sequence[Incoming], first: int) -> Received:
    """Store a refused batch half by half, down to the event that cannot be stored.

    `first` is the place of the first of these events in the whole batch.
    """
    middle = len(events) // 2
    received = Received()
    for place, part in ((first, events[:middle]), (first + middle, events[middle:])):
        if not part:
            continue
        try:
            received += with_retries(partial(store, account, part, (), None, None))
        except Exception as error:
            if not _is_about_data(error):
                raise
            if len(part) > 1:
                received += _receive_in_parts(account, part, place)
                continue
            # What of ours or the database's refused it is in the log; its words are not.
            log.exception("One event of %s could not be stored", account)
            kept = set_aside(part[0], type(error).__name__)
            received += replace(with_retries(partial(store, account, (kept,), (), None, None)), refused=(place,))
    return received


def settle_arrival(account: Account, arrival: Arrival) -> Received:
    """Store that an answer of ours stands on the platform; the same door as its echo, so that either may come first."""
    ready = replace(
        arrival,
        external_id=fitting_id(arrival.external_id),
        thread_id=fitting_id(arrival.thread_id),
        permalink=clean(arrival.permalink)[:1000],
    )
    return with_retries(partial(store, account, (), (ready,), None, None))


__all__ = ["Arrival", "Received", "receive", "settle_arrival"]


def _is_about_data(error: Exception) -> bool:
    """Whether an error may come from what was to be stored: the database is neither away nor busy."""
    if isinstance(error, OperationalError):
        return isinstance(error.__cause__, _ABOUT_DATA)
    return isinstance(error, (DatabaseError, *STRANGE)) and not isinstance(error, (InterfaceError, OSError))
