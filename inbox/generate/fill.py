"""Fills a database: first the team and the people outside, then conversations, some thousands at a time."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from random import Random

from django.core.management.color import no_style
from django.db import connection, connections, transaction

from inbox.generate import schedule as planning
from inbox.generate import team
from inbox.generate.rows import PAYLOADS_KEPT, Rows, moment, people_tables, person_rows
from inbox.generate.schedule import Schedule
from inbox.lists.queue_counts import fold_counts
from inbox.models import Contact, Conversation, Identity, Message
from inbox.sla import due
from inbox.triage.priority import rank_open
from webcare.lib import months

CONVERSATIONS_AT_ONCE = 2_000
PEOPLE_AT_ONCE = 20_000
_FOR_INDEXES = "512MB"

Progress = Callable[[str, int], Callable[[int], object]]  # what is done and how much there is → tells how much more is


class NotEmpty(Exception):
    """The database holds something that is not generated, or was filled before."""


@dataclass(frozen=True, slots=True)
class Amount:
    """How much to make."""

    conversations: int
    messages: int
    still_open: int
    seed: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.conversations <= self.messages or not 0 <= self.still_open <= self.conversations:
            raise ValueError("There are at least as many messages as conversations, and of those some are open.")


def fill(amount: Amount, progress: Progress, *, jobs: int = 3) -> None:
    """Fill an empty database. Raises NotEmpty. `jobs` connections write at once; 0 writes in this one."""
    if not team.is_empty_but_for_us():
        raise NotEmpty("This database has accounts or people of its own.")
    if Conversation.objects.exists() or Message.objects.exists():
        raise NotEmpty("This database has conversations already.")
    with transaction.atomic():
        cast = team.cast(Random(amount.seed))
    told = progress("planning", amount.conversations)
    schedule = planning.plan(
        conversations=amount.conversations, messages=amount.messages, still_open=amount.still_open, shares=team.SHARES,
        seed=amount.seed, now=int(time.time()), told=partial(told, 1),
    )  # fmt: skip
    months.make("inbox_rawpayload", moment(schedule.now - PAYLOADS_KEPT), moment(schedule.now))
    with _without_indexes(progress):
        _write(_people(schedule, cast), progress("people", len(schedule.people.account)), jobs)
        _write(_conversations(schedule, cast), progress("messages", amount.messages), jobs)
    _settle()


def _people(schedule: Schedule, cast: team.Cast) -> Iterator[Callable[[], int]]:
    total = len(schedule.people.account)
    for first in range(0, total, PEOPLE_AT_ONCE):
        yield partial(_write_people, schedule, cast, first, min(PEOPLE_AT_ONCE, total - first))


def _write_people(schedule: Schedule, cast: team.Cast, first: int, count: int) -> int:
    contacts, identities = people_tables()
    rows = list(person_rows(schedule, cast, first, count))
    with _checked():
        contacts.copy(contact for contact, _identity in rows)
        identities.copy(identity for _contact, identity in rows)
    return count


def _conversations(schedule: Schedule, cast: team.Cast) -> Iterator[Callable[[], int]]:
    for first in range(0, len(schedule), CONVERSATIONS_AT_ONCE):
        yield partial(_write_conversations, schedule, cast, first, min(first + CONVERSATIONS_AT_ONCE, len(schedule)))


def _write_conversations(schedule: Schedule, cast: team.Cast, first: int, end: int) -> int:
    rows = Rows(schedule, cast)
    for number in range(first, end):
        rows.add(number)
    with _checked():
        rows.copy()
    return schedule.first_message[end] - schedule.first_message[first]


@contextlib.contextmanager
def _checked() -> Iterator[None]:
    """Write in one transaction whose keys are checked at its end, also within another one."""
    with transaction.atomic(), connection.cursor() as cursor:
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _write(work: Iterable[Callable[[], int]], told: Callable[[int], object], jobs: int) -> None:
    """Do the pieces of work, several at once, and tell how far it is."""
    if not jobs:
        for piece in work:
            told(piece())
        return
    with ThreadPoolExecutor(jobs) as pool:
        waiting = [pool.submit(_in_own_connection, piece) for piece in work]
        try:
            for done in as_completed(waiting):
                told(done.result())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _in_own_connection(piece: Callable[[], int]) -> int:
    try:
        return piece()
    finally:
        connections.close_all()


@contextlib.contextmanager
def _without_indexes(progress: Progress) -> Iterator[None]:
    """Take the messages' and people's indexes away, and make them anew in one go: several times faster."""
    indexes = [(model, index) for model in (Message, Identity) for index in model._meta.indexes]
    with connection.schema_editor(atomic=False) as editor:
        for model, index in indexes:
            editor.remove_index(model, index)
    try:
        yield
    finally:
        told = progress("indexes", len(indexes))
        with connection.schema_editor(atomic=False) as editor:
            editor.execute(f"SET maintenance_work_mem = '{_FOR_INDEXES}'")
            for model, index in indexes:
                editor.add_index(model, index)
                told(1)


def _settle() -> None:
    """Compute due times and ranks, add up counts, let new rows follow the last ones, have PostgreSQL look at it all."""
    due.renew_all()
    rank_open()
    fold_counts()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Contact, Identity, Conversation, Message]):
            cursor.execute(statement)
        cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")
