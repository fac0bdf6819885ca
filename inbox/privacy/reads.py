"""Who opened, searched and exported: noted in memory, and written behind the pages a moment later.

A page waits for nothing and asks the database nothing more. What is noted is written within seconds, and when the
process stops; while the database is away, it waits here.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from inbox.models import Contact, Conversation, Read, User
from webcare.lib import months
from webcare.lib.statements import insert

log = logging.getLogger(__name__)
PAUSE = 2.0  # seconds between writing
MOST = 20_000  # rows that wait in a process while the database is away
KEPT_MONTHS = 13

_lock = threading.Lock()
_rows: list[Read] = []
_writer: threading.Thread | None = None
_stopped = threading.Event()


def opened(user: User, conversation: Conversation) -> None:
    """Note that somebody opened a conversation."""
    _note(user, Read.Kind.OPENED, conversation_id=conversation.pk, contact_id=conversation.contact_id)


def searched(user: User, words: str, found: int, person: Contact | None = None) -> None:
    """Note that somebody searched, by what kind of words, and how much they found."""
    what = Read.What.PERSON if person else kind_of(words)
    _note(user, Read.Kind.SEARCHED, what=what, found=found, contact_id=person.pk if person else None)


def exported(user: User, contact: Contact) -> None:
    """Note that somebody took all along that is held of a person."""
    _note(user, Read.Kind.EXPORTED, contact_id=contact.pk)


def looked(user: User, contact: Contact) -> None:
    """Note that somebody looked at what is held of a person."""
    _note(user, Read.Kind.LOOKED, contact_id=contact.pk)


def revealed(user: User, conversation: Conversation) -> None:
    """Note that somebody had the masked data of a message shown."""
    _note(user, Read.Kind.REVEALED, conversation_id=conversation.pk, contact_id=conversation.contact_id)


def kind_of(words: str) -> Read.What:
    """Return what kind of thing somebody searched for: the words themselves are kept nowhere."""
    bare = words.strip()
    if re.fullmatch(r"[\d\s+().-]{6,}", bare):
        return Read.What.NUMBER
    if re.fullmatch(r"\S+@\S+\.\S+", bare):
        return Read.What.ADDRESS
    return Read.What.HANDLE if re.fullmatch(r"@\w+", bare) else Read.What.WORDS


def flush() -> int:
    """Write what was noted; return how many rows that were. Those that cannot be written stay."""
    with _lock:
        rows, _rows[:] = list(_rows), []
    if not rows:
        return 0
    try:
        with transaction.atomic():
            insert(rows)
    except Exception as error:
        with _lock:
            _rows[:0] = rows
        log.warning("%s reads wait to be written: %s", len(rows), type(error).__name__)
        return 0
    return len(rows)


def close() -> None:
    """Write the last ones: the process stops."""
    _stopped.set()
    if flush() == 0 and _rows:
        log.error("%s reads could not be written before the end", len(_rows))
    connection.close()


def keep_months(now: datetime | None = None) -> None:
    """Make the tables of the months to come, and drop those that are too old."""
    months.keep("inbox_read", KEPT_MONTHS, now)


def _note(user: User, kind: Read.Kind, **values: Any) -> None:
    row = Read(at=timezone.now(), user_id=user.pk, kind=kind, **values)
    with _lock:
        if len(_rows) >= MOST:
            log.error("Reads are lost: %s wait already", MOST)
            return
        _rows.append(row)
    if not settings.TESTING:
        _begin()


def _begin() -> None:
    """Have a thread of this process write from time to time. It ends with the process."""
    global _writer  # noqa: PLW0603  one per process
    if _writer is None or not _writer.is_alive():
        _writer = threading.Thread(target=_write_on, name="reads", daemon=True)
        _writer.start()


def _write_on() -> None:
    while not _stopped.wait(PAUSE):
        flush()
        connection.close()


def waiting() -> Sequence[Read]:
    """Return what is noted and not written yet."""
    with _lock:
        return list(_rows)
