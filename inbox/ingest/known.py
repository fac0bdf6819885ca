"""Messages that were told before in just this way: recognised before anything else is done."""

from __future__ import annotations

import dataclasses
import hashlib
import uuid
from collections.abc import Sequence
from operator import attrgetter

from channels.models import Account
from channels.types import Incoming, IncomingMessage
from inbox.ingest.own_accounts import without_own_accounts
from webcare.lib.statements import fetch

# The platform's own words hold counters that change; whatever we take from them is a field of its own.
_told = attrgetter(*(field.name for field in dataclasses.fields(IncomingMessage) if field.name != "raw"))


def fingerprint(event: IncomingMessage) -> uuid.UUID:
    """Return what is equal for a message that is told again with nothing new."""
    words = repr(_told(event)).encode("utf-8", "surrogatepass")
    return uuid.UUID(bytes=hashlib.blake2b(words, digest_size=16).digest())


def news_in(account: Account, events: Sequence[Incoming]) -> list[int]:
    """Return the places of the events that may bring something new.

    Telling a message twice is telling it once, so one that is stored from this telling brings nothing.
    """
    places = [place for place, event in enumerate(events) if isinstance(event, IncomingMessage)]
    messages = without_own_accounts(account, [events[place] for place in places])
    told = {
        place: (event.external_id, fingerprint(event))
        for place, event in zip(places, messages, strict=True)
        if isinstance(event, IncomingMessage)
    }
    if not told:
        return list(range(len(events)))
    stored = set(
        fetch(
            "SELECT external_id, told FROM inbox_message WHERE account_id = %s AND external_id = ANY(%s::text[])",
            [account.pk, [external_id for external_id, _fingerprint in told.values()]],
        )
    )
    return [place for place in range(len(events)) if told.get(place) not in stored]
