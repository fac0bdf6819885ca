"""Celery's way in to what is written to the CRM."""

from __future__ import annotations

import threading
import time
from functools import partial

from celery import shared_task

from channels.accounts import concurrency
from crm.connecting import connections
from crm.writing import sending

TOGETHER = 5  # writes of one task, one after the other: handing a task out costs half as much as a write
SLOW = 1.0  # seconds: what takes longer is the last of its task


@shared_task(acks_late=True, ignore_result=True)
def write(write_id: int) -> None:
    """Write one thing to the CRM. The former release hands out such ones while an upgrade is under way."""
    concurrency.recording.run((sending.send, write_id), partial(sending.send, write_id))


@shared_task(acks_late=True, ignore_result=True)
def write_in_turn(write_ids: list[int]) -> None:
    """Write some things to the CRM. After one that was slow or failed the rest is left to the next sweep."""
    stopped = threading.Event()

    def send(write_id: int) -> None:
        if not sending.send(write_id):
            stopped.set()

    for write_id in write_ids:
        began = time.monotonic()
        concurrency.recording.run((sending.send, write_id), partial(send, write_id))
        if stopped.is_set() or time.monotonic() - began > SLOW:
            return


@shared_task(acks_late=True, ignore_result=True)
def sweep_writes() -> None:
    """Hand out what is to be written. Where no CRM is connected nothing is asked of the database.

    What stands behind one that hangs is not claimed, and is handed out again.
    """
    if connections.is_known_unused():
        return
    due = sending.due()
    for start in range(0, len(due), TOGETHER):
        write_in_turn.apply_async((due[start : start + TOGETHER],), expires=10)


@shared_task(acks_late=True, ignore_result=True)
def forget() -> None:
    """Delete rows of what was written long ago."""
    sending.forget()
