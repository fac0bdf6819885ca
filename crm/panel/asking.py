"""Asks the CRM about somebody, for three seconds at most, and keeps what it said for a moment.

While it does not answer, nobody waits for it again for some seconds; and few wait at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import BoundedSemaphore

from django.core.cache import cache
from django.utils.translation import gettext as _

from crm.adapters import reach
from crm.connecting.models import Connection
from crm.people import links
from crm.port import CrmError, Entry, Overview, Person
from inbox.models import Conversation

SECONDS = 3.0
KEPT = 120  # seconds that an answer is shown without asking again
DOWN = 15  # seconds after a failure in which nobody waits
_AT_ONCE = BoundedSemaphore(3)  # in one process: pages have threads of their own left


@dataclass(frozen=True, slots=True)
class Shown:
    """What the panel shows: somebody, a choice, that nobody was found or linked, or why nothing came."""

    overview: Overview | None = None
    people: tuple[Person, ...] = ()
    is_unlinked: bool = False
    error: str = ""


def shown(connection: Connection, conversation: Conversation, *, again: bool = False) -> Shown:
    """Return what is shown beside a conversation. With `again` nothing that was kept counts."""
    link = links.known(connection, conversation)
    if link is not None and link.is_chosen and not link.record_id:
        return Shown(is_unlinked=True)
    key = _key(connection, conversation, link.record_id if link else "")
    if not again:
        found: Shown | None = cache.get(key) or cache.get(_down(connection))
        if found is not None:
            return found
    if not _AT_ONCE.acquire(blocking=False):
        return Shown(error="busy")
    try:
        found = _ask(connection, conversation, link.record_id if link else "")
    finally:
        _AT_ONCE.release()
    if found.error:
        if found.error in ("unreachable", "disturbance", "limit"):
            cache.set(_down(connection), found, DOWN)
        return found
    cache.delete(_down(connection))
    record = found.overview.person.id if found.overview else ""
    cache.set(_key(connection, conversation, record), found, KEPT)
    return found


def parts(overview: Overview) -> list[tuple[str, tuple[Entry, ...] | None]]:
    """Return what is told of somebody, under the titles of the panel."""
    return [
        (_("Purchases"), overview.purchases),
        (_("Contact reasons"), overview.reasons),
        (_("Mails"), overview.mails),
        (_("Telephone calls"), overview.calls),
    ]


def kept(connection: Connection, conversation: Conversation) -> Overview | None:
    """Return what was told of somebody a moment ago, without asking."""
    link = links.known(connection, conversation)
    if link is None or not link.record_id:
        return None
    found: Shown | None = cache.get(_key(connection, conversation, link.record_id))
    return found.overview if found else None


def _ask(connection: Connection, conversation: Conversation, record: str) -> Shown:
    people: list[Person] = []
    try:
        with reach(connection, SECONDS) as crm:
            if not record:
                record, people = links.find(connection, conversation, crm)
            if not record:
                return Shown(people=tuple(people))
            overview = crm.read(record)
    except CrmError as error:
        return Shown(error=error.reason)
    # The record that was asked for is the one that is linked, whatever the answer calls itself.
    return Shown(overview=replace(overview, person=overview.person._replace(id=record)))


def _key(connection: Connection, conversation: Conversation, record: str) -> str:
    return f"crm:{connection.pk}:{conversation.contact_id}:{conversation.pk if not record else ''}:{hash_of(record)}"


def _down(connection: Connection) -> str:
    return f"crm:{connection.pk}:down"


def hash_of(record: str) -> str:
    """Return a record's id as part of a key: it may hold anything."""
    return record.encode().hex()[:200]
