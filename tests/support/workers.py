"""The work of pollers and senders, done here and now."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import time_machine
from django.utils import timezone

from channels.intake import polling
from channels.models import Account, Stream
from inbox.models import Message
from inbox.outbox import deliver

if TYPE_CHECKING:
    pass


def poll(account: Account, *names: str) -> None:
    """Poll streams of an account now."""
    for stream in account.streams.filter(name__in=names):
        Stream.objects.filter(pk=stream.pk).update(next_poll_at=account.created_at)
        polling.poll(stream.pk)


def work(message: Message, later: timedelta = timedelta()) -> Message:
    """Let the sweep and a worker go round, some time later."""
    with time_machine.travel(timezone.now() + later):
        for pk in deliver.sweep():
            deliver.deliver(pk)
    message.refresh_from_db()
    return message
