"""Answers that are found by reading messages in their order, newest first, one stretch of time after another.

What is said often is among the newest messages, and found there in no time. The index of words has to give all of its
messages before they are sorted. Which is better the planner cannot tell: it takes words for independent, and those of a
phrase too. So some are read first, and what they hold says how far to go on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from inbox.models import Message

NEWEST = 1000  # messages that are read at first
FURTHER = 20_000  # and then, where those hold too few answers
ENOUGH = 8  # answers in there, from which as many as are wanted are expected soon
ORDER = ("-sent_at", "-id")


@dataclass(slots=True)
class ByTime:
    """The answers so far. `before` is the moment up to which all of them are there; None where nothing was read."""

    rows: Any  # what answers, in the order of time
    start: Sequence[Any]  # after which message; () for the newest
    count: int  # answers that are wanted
    ids: list[int] = field(default_factory=list)
    before: datetime | None = None

    @property
    def is_done(self) -> bool:
        """Whether there are enough."""
        return len(self.ids) >= self.count

    @property
    def rest(self) -> Any:
        """The answers that were not looked for yet."""
        return self.rows.filter(sent_at__lt=self.before) if self.before else self.rows

    def read_newest(self) -> None:
        """Read the newest messages; nothing where there are not so many."""
        self._read(self._time_of(NEWEST))

    def read_on(self) -> None:
        """Read further back, and once more where that promises enough."""
        self._read(self._time_of(FURTHER))
        newest = self._time_of(0)
        if self.before and newest and not self.is_done and len(self.ids) >= ENOUGH:
            self._read(newest - (newest - self.before) * (2 * self.count / len(self.ids)))

    def _time_of(self, number: int) -> datetime | None:
        """Return when the message was sent that stands after so many; None where there are fewer."""
        newest = Message.objects.filter(conversation__isnull=False).order_by(*ORDER)
        if self.start:
            newest = newest.filter(sent_at__lte=self.start[0])
        return newest.values_list("sent_at", flat=True)[number : number + 1].first()

    def _read(self, since: datetime | None) -> None:
        if since is None:
            return
        with without("bitmapscan"):
            found = self.rest.filter(sent_at__gte=since)[: self.count - len(self.ids)]
            self.ids += found
        self.before = since


@contextmanager
def without(way: str) -> Iterator[None]:
    """Let the planner go another way: without "bitmapscan" messages are read in order, without "indexscan" by words."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL enable_{way} = off")
        yield
        cursor.execute(f"SET LOCAL enable_{way} TO DEFAULT")
