"""Reads stored webhook bodies. What cannot be read stays with its error, for another try or a replay."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from itertools import cycle

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from channels.intake import ledger
from channels.intake.bodies import PageOwners, by_account, needs_look_up
from channels.intake.handing_over import PAUSED_FOR, LookUpLater, Outcome, completed, hand_over
from channels.models import Account, Delivery
from channels.types import Incoming
from inbox.ingest.receive import receive
from webcare.lib.enqueue import enqueue
from webcare.lib.statements import fetch, run
from webcare.lib.text import clean
from webcare.lib.time_limit import TookTooLong, processor_time
from webcare.logs import scrub

log = logging.getLogger(__name__)

LOCK = timedelta(minutes=1)  # after which what a reader held that died is free again
LOOK_UP_LOCK = timedelta(minutes=3)  # a platform that is asked may take its time
MOST_ATTEMPTS = 8  # for a body that we cannot read; a platform that is away is waited for
MOST_LOSSES = 2  # of readers that died while they read it alone
LONGEST_BACK_OFF = timedelta(minutes=30)
# A body that came in just now has a task of its own under way.
GRACE = timedelta(seconds=3)
AT_ONCE = 200
TOGETHER = 50  # deliveries handed over in one go where many wait
KEPT = timedelta(days=30)
# Seconds of processor time after which a body is set aside, and more for each MB: a thousand updates take long.
LONGEST = 2.0
LONGEST_PER_MB = 20.0
LONGEST_AT_ALL = 40.0  # before the reader itself is ended (tasks.LONGEST_READING)
ONE_BY_ONE_FOR = 20.0  # seconds; the rest is found by the next reader
BYTES_AT_ONCE = 1_000_000  # of bodies read in one go; the first may be larger
TURN = 5.0  # seconds after which a reader makes way, and comes again where more waits
_TAKE_WAITING = """
WITH free AS (
    SELECT id, octet_length(body) AS size FROM channels_delivery
    WHERE status = 'waiting' AND claimed_at IS NULL AND looks_up = '{}' AND NOT alone
        AND (retry_at IS NULL OR retry_at <= %(now)s)
    ORDER BY id {order} LIMIT %(most)s FOR UPDATE SKIP LOCKED
), chosen AS (
    SELECT id FROM (SELECT id, sum(size) OVER (ORDER BY id {order}) - size AS before FROM free) sized
    WHERE before < %(bytes)s
)
UPDATE channels_delivery d SET claimed_at = %(now)s, attempts = d.attempts + 1 FROM chosen WHERE d.id = chosen.id
RETURNING d.id, d.product, d.body, d.received_at, d.attempts, d.alone
"""


def due(now: datetime | None = None) -> list[int]:
    """Return the ids of deliveries that are due: task lost, or time for another try."""
    now = now or timezone.now()
    _recover(now)
    return list(_free(now).filter(received_at__lt=now - GRACE).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


def to_be_read_alone(ids: Collection[int]) -> list[int]:
    """Return those of these deliveries that spoiled their company, or may have."""
    return list(Delivery.objects.filter(pk__in=ids, alone=True).order_by("pk").values_list("pk", flat=True))


def due_look_ups(now: datetime | None = None) -> list[tuple[int, int]]:
    """Return (delivery, account) of the look-ups still to do."""
    now = now or timezone.now()
    rows = _needing_look_up(now).filter(received_at__lt=now - GRACE).order_by("pk").values_list("pk", "looks_up")
    return [(pk, account_id) for pk, account_ids in rows[:AT_ONCE] for account_id in account_ids]


def read(delivery_id: int) -> None:
    """Hand a stored body to the inbox, with others that wait, in one go.

    Reading twice is harmless. An item that is not understood is kept by itself and spoils no other. What only points at
    something is looked up afterwards (`look_up`). Never raises.
    """
    taken = _take(delivery_id)
    if len(taken) < 2 or not _read_together(taken):
        _read_each(taken)


def read_waiting(*, oldest_first: bool = False) -> bool:
    """Read what waits, many at once, until nothing does or a reader's turn is over; return whether more waits.

    The newest first: what comes in now is not kept waiting by what has waited long. With `oldest_first` the newest are
    read every second time: they wait for one batch. Never raises.
    """
    until, ends = time.monotonic() + TURN, cycle((oldest_first, False))
    while taken := _take_waiting(oldest_first=next(ends)):
        if len(taken) < 2 or not _read_together(taken):
            _read_each(taken)
        if time.monotonic() > until:
            return True
    return False


def _read_together(taken: Sequence[Delivery]) -> bool:
    """Read deliveries in one go; False where something in them keeps the others from being stored."""
    try:
        parsed = _parse(taken)
        with _limited(delivery for delivery, _events in parsed):
            outcome = hand_over(parsed)
    except TookTooLong:
        _close_database()
        return False
    except Exception as error:
        log.warning("%s deliveries are read one by one: %s", len(taken), type(error).__name__)
        return False
    _conclude([delivery for delivery, _events in parsed], outcome)
    return True


def _read_each(taken: Sequence[Delivery]) -> None:
    """Read deliveries one by one, each claimed by itself, within a reader's time."""
    if len(taken) > 1:
        # What was set aside meanwhile stays so.
        ours = Delivery.objects.filter(pk__in=[delivery.pk for delivery in taken], status=Delivery.Status.WAITING)
        ours.update(claimed_at=None, retry_at=None, alone=True)
    until = time.monotonic() + ONE_BY_ONE_FOR
    for number, delivery in enumerate(taken):
        if number and time.monotonic() > until:
            return
        for mine in [delivery] if len(taken) == 1 else _take(delivery.pk):
            _read_alone(mine)


def _free(now: datetime) -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(status=Delivery.Status.WAITING, claimed_at=None, looks_up=[])
    return rows.filter(Q(retry_at=None) | Q(retry_at__lte=now))


def _needing_look_up(now: datetime) -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(status=Delivery.Status.WAITING).exclude(looks_up=[])
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - LOOK_UP_LOCK)
    return rows.filter(free).filter(Q(retry_at=None) | Q(retry_at__lte=now))


def _recover(now: datetime) -> None:
    """Free what readers held that died. What two died of while they read nothing else is set aside."""
    lost = Delivery.objects.filter(status=Delivery.Status.WAITING, claimed_at__lt=now - LOCK, looks_up=[])
    reason = "Reading it never came to an end."
    lost.filter(losses__gte=MOST_LOSSES - 1, alone=True).update(
        status=Delivery.Status.FAILED, claimed_at=None, error=reason, losses=F("losses") + 1
    )
    lost.filter(alone=True).update(claimed_at=None, losses=F("losses") + 1)
    # A reader of many died of one of them, or of none: that counts against nobody yet.
    lost.update(claimed_at=None, alone=True)


@transaction.atomic
def _take(delivery_id: int) -> list[Delivery]:
    """Claim a delivery, and the oldest others that are free; nothing when somebody else has it.

    The claim is written before reading, so that what kills a reader is known.
    """
    now = timezone.now()
    free = _free(now).select_for_update(skip_locked=True)
    own = free.filter(pk=delivery_id).first()
    if own is None:
        return []
    ids = [own.pk]
    if not own.alone:
        others = free.exclude(pk=delivery_id).filter(alone=False).order_by("pk").values_list("pk", flat=True)
        ids += others[: TOGETHER - 1]
    Delivery.objects.filter(pk__in=ids).update(claimed_at=now, attempts=F("attempts") + 1)
    return list(Delivery.objects.filter(pk__in=ids).order_by("pk"))


def _take_waiting(*, oldest_first: bool) -> list[Delivery]:
    """Claim what is free, in one statement: as many as can be read in one go."""
    order = "ASC" if oldest_first else "DESC"
    asked = {"now": timezone.now(), "most": AT_ONCE, "bytes": BYTES_AT_ONCE}
    taken = fetch(_TAKE_WAITING.replace("{order}", order), asked)
    names = ("pk", "product", "body", "received_at", "attempts", "alone")
    return sorted((Delivery(**dict(zip(names, row, strict=True))) for row in taken), key=lambda row: row.pk)


def _read_alone(delivery: Delivery) -> None:
    try:
        parsed = _parse([delivery])
        with _limited([delivery]):
            outcome = hand_over(parsed)
        if parsed:
            _conclude([delivery], outcome)
    except TookTooLong:
        _close_database()
        _set_aside(delivery, _TOO_LONG)
    except Exception as error:
        log.exception("Delivery %s could not be read", delivery.pk)
        _put_off(delivery, error)


_TOO_LONG = "Reading it took too long."


def _parse(taken: Sequence[Delivery]) -> list[tuple[Delivery, dict[tuple[str, str], list[Incoming]]]]:
    """Return each delivery with its events by account. One that cannot be parsed is put off, or set aside, alone."""
    parsed = []
    owners = PageOwners()
    for delivery in taken:
        try:
            with _limited([delivery]):
                parsed.append((delivery, by_account(delivery, owners)))
        except TookTooLong:
            _close_database()
            _set_aside(delivery, _TOO_LONG)
        except Exception as error:
            log.exception("Delivery %s could not be read", delivery.pk)
            _put_off(delivery, error)
    return parsed


def _limited(taken: Iterable[Delivery]) -> AbstractContextManager[None]:
    size = sum(len(delivery.body) for delivery in taken) / 1_000_000
    return processor_time(min(LONGEST + LONGEST_PER_MB * size, LONGEST_AT_ALL))


def _close_database() -> None:
    """Close a connection that may be in the middle of a statement."""
    if not connection.in_atomic_block:
        connection.close()


def _set_aside(delivery: Delivery, reason: str) -> None:
    """Give up a body. Admins find it under Failed deliveries, and can replay it."""
    log.warning("Delivery %s is set aside: %s", delivery.pk, reason)
    Delivery.objects.filter(pk=delivery.pk).update(
        status=Delivery.Status.FAILED, claimed_at=None, retry_at=None, error=reason
    )


def _put_off(delivery: Delivery, error: Exception) -> None:
    lost = delivery.attempts >= MOST_ATTEMPTS
    Delivery.objects.filter(pk=delivery.pk).update(
        status=Delivery.Status.FAILED if lost else Delivery.Status.WAITING,
        claimed_at=None,
        retry_at=None if lost else timezone.now() + _back_off(delivery.attempts),
        error=clean(scrub(f"{type(error).__name__}: {error}"))[:1000],
    )


def _conclude(taken: Sequence[Delivery], outcome: Outcome) -> None:
    """Store which deliveries were read, which wait, and which need a look-up."""
    now = timezone.now()
    open_ones = {*outcome.waits, *outcome.looks_up, *outcome.refused}
    done = [delivery.pk for delivery in taken if delivery.pk not in open_ones]
    run(
        "UPDATE channels_delivery SET status = 'read', read_at = %s, retry_at = NULL, claimed_at = NULL, error = ''"
        " WHERE id = ANY(%s::bigint[])",
        [now, done],
    )
    for delivery in taken:
        if delivery.pk not in open_ones:
            continue
        if delivery.pk in outcome.refused:
            many = outcome.refused[delivery.pk]
            _set_aside(delivery, f"{many} of its items could not be stored; the rest is in.")
        elif delivery.pk in outcome.waits:
            _wait(delivery, outcome.waits[delivery.pk])
        else:
            _let_look_up(delivery, sorted(outcome.looks_up[delivery.pk]))


def _let_look_up(delivery: Delivery, account_ids: list[int]) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(looks_up=account_ids, claimed_at=None, retry_at=None, error="")
    for account_id in account_ids:
        enqueue("channels.tasks.look_up", delivery.pk, account_id)


def _wait(delivery: Delivery, wait: LookUpLater) -> None:
    until = wait.until or timezone.now() + _back_off(delivery.attempts)
    Delivery.objects.filter(pk=delivery.pk).update(retry_at=until, claimed_at=None, error=clean(scrub(str(wait))))


def look_up(delivery_id: int, account_id: int) -> None:
    """Ask one account's platform for what a delivery only points at. Where it does not tell now, that waits.

    By whoever asks platforms: one that hangs keeps no body from being read. Never raises.
    """
    now = timezone.now()
    mine = _needing_look_up(now).filter(pk=delivery_id, looks_up__contains=[account_id])
    if not mine.update(claimed_at=now, attempts=F("attempts") + 1):
        return
    delivery = Delivery.objects.get(pk=delivery_id)
    try:
        account = Account.objects.present().filter(pk=account_id).first()
        if account is not None:
            if account.paused_at:
                raise LookUpLater(Delivery.PAUSED, now + PAUSED_FOR)
            events = by_account(delivery, PageOwners()).get((account.platform, account.external_id), [])
            pointing = [event for event in events if needs_look_up(event)]
            found = completed(account, pointing)
            ledger.note(account, found, receive(account, found), began=now, deliveries=[delivery_id])
    except LookUpLater as wait:
        _wait(delivery, wait)
    except Exception as error:
        log.exception("What delivery %s points at could not be looked up", delivery.pk)
        _put_off(delivery, error)
    else:
        left = [pk for pk in delivery.looks_up if pk != account_id]
        state = {} if left else {"status": Delivery.Status.READ, "read_at": timezone.now()}
        Delivery.objects.filter(pk=delivery.pk).update(looks_up=left, claimed_at=None, retry_at=None, error="", **state)


def replay(delivery_id: int) -> None:
    """Read a stored body again, whatever became of it the first time."""
    Delivery.objects.filter(pk=delivery_id).release()
    read(delivery_id)


def purge(now: datetime | None = None) -> int:
    """Delete bodies that were read and are older than 30 days; one that waits or failed is never deleted by age."""
    before = (now or timezone.now()) - KEPT
    return Delivery.objects.filter(status=Delivery.Status.READ, received_at__lt=before).delete()[0]


def _back_off(attempts: int) -> timedelta:
    doubled: int = 2 ** min(attempts, 12)
    return min(timedelta(seconds=5) * doubled, LONGEST_BACK_OFF)
