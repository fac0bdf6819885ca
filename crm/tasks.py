"""Celery's way in to what is written to the CRM."""

from __future__ import annotations

from functools import partial

from celery import shared_task

from channels.accounts import concurrency
from crm.connecting import connections
from crm.writing import sending

TOGETHER = 5  # writes of one task, one after the other: handing a task out costs half as much as a write


@shared_task(acks_late=True, ignore_result=True)
def write(*write_ids: int) -> None:
    """Write some things to the CRM."""
    for write_id in write_ids:
        concurrency.recording.run((sending.send, write_id), partial(sending.send, write_id))


@shared_task(acks_late=True, ignore_result=True)
def sweep_writes() -> None:
    """Hand out what is to be written. Where no CRM is connected nothing is asked of the database."""
    if connections.is_known_unused():
        return
    due = sending.due()
    for start in range(0, len(due), TOGETHER):
        write.apply_async(tuple(due[start : start + TOGETHER]), expires=10)


@shared_task(acks_late=True, ignore_result=True)
def forget() -> None:
    """Delete rows of what was written long ago."""
    sending.forget()
