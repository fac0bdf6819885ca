"""Heartbeat: renews the claim on an answer during a long upload."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator

from django.db import DatabaseError, connection
from django.utils import timezone

from inbox.models import Message

EVERY = 30.0  # seconds, well below CRASHED_AFTER in deliver.py
log = logging.getLogger(__name__)


@contextlib.contextmanager
def heartbeat(row: Message) -> Iterator[None]:
    """Renew the claim on a row for as long as the block lasts. A process that dies renews nothing."""
    done = threading.Event()
    thread = threading.Thread(target=_renew, args=(row.pk, row.attempts, done), name=f"heartbeat-{row.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _renew(message_id: int, attempts: int, done: threading.Event) -> None:
    while not done.wait(EVERY):
        try:
            sending = Message.objects.filter(pk=message_id, state=Message.State.SENDING, attempts=attempts)
            sending.update(claimed_at=timezone.now())
        except DatabaseError as error:
            log.warning("The claim on message %s was not renewed: %s", message_id, type(error).__name__)
        finally:
            connection.close()
