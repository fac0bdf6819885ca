"""Celery's way in to what is written to the CRM."""

from __future__ import annotations

from functools import partial

from celery import shared_task

from channels.accounts import concurrency
from crm.connecting import connections
from crm.writing import sending


@shared_task(acks_late=True, ignore_result=True)
def write(write_id: int) -> None:
    """Write something to the CRM."""
    concurrency.recording.run((sending.send, write_id), partial(sending.send, write_id))


@shared_task(acks_late=True, ignore_result=True)
def sweep_writes() -> None:
    """Hand out what is to be written. Where no CRM is connected nothing is asked of the database."""
    if connections.is_known_unused():
        return
    for write_id in sending.due():
        write.apply_async((write_id,), expires=10)


@shared_task(acks_late=True, ignore_result=True)
def forget() -> None:
    """Delete rows of what was written long ago."""
    sending.forget()
