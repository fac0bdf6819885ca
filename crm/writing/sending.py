"""Writes sent from rows: claimed first, tried again for hours, then listed as failed.

A row is sent after all older ones of its conversation. One that may have been sent before is looked up first, by the
key that it always carries.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from crm.adapters import reach
from crm.connecting.models import Connection
from crm.people import links
from crm.port import Activity, CrmError, Record
from crm.writing.activity import NothingToWrite, activity_of
from crm.writing.models import Write
from inbox.models import Conversation, Event, User
from webcare.lib.enqueue import enqueue
from webcare.lib.prepared import Given, Prepared

log = logging.getLogger(__name__)

SECONDS = 15  # for one write, with the look-up before it
CLAIM = timedelta(seconds=60)  # after which what a killed process held is tried again
AT_ONCE = 50  # handed out in one sweep, and
WHILE_FAILING = 1
IN_A_ROW = 20  # of one conversation, by one task
LATER = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 3600, 7200, 14_400))
KEPT = timedelta(days=90)  # what was written; what was not stays until it is
_State = Write.State


def due() -> list[int]:
    """Return what is to be sent now: of each conversation the oldest. Less while the CRM does not answer."""
    connection = Connection.objects.filter(is_on=True, removed_at=None).first()
    if connection is None:
        return []
    most = WHILE_FAILING if connection.failing_since else AT_ONCE
    return list(_first(timezone.now()).order_by("due_at", "pk").values_list("pk", flat=True)[:most])


def send(pk: int | None) -> bool:
    """Send one, and what follows it in its conversation. Of any number of workers one gets it.

    Return whether nothing is to be tried again.
    """
    for _turn in range(IN_A_ROW):
        if pk is None or not (row := _claim(pk)):
            break
        if not _try(row):
            return False
        pk = _following.first(conversation=row.conversation_id, now=timezone.now())
    return True


def resend(connection: Connection, by: User, row: Write | None = None) -> int:
    """Send one that failed once more, or all of them; return how many. Each carries its former key."""
    with transaction.atomic():
        failed = connection.ledger.filter(state=_State.FAILED)
        failed = failed.filter(pk=row.pk) if row else failed
        n = failed.update(state=_State.WAITING, tries=0, due_at=timezone.now())
        if n:
            Event.note("crm_resent", actor=by, n=n)
            enqueue("crm.tasks.sweep_writes")
    return n


def forget() -> None:
    """Delete rows of what was written long ago."""
    Write.objects.filter(state=_State.DONE, at__lt=timezone.now() - KEPT).delete()


@Prepared
def _following() -> QuerySet[Write, int]:
    rows = _first(Given("now")).filter(conversation=Given("conversation"))
    return rows.order_by("pk").values_list("pk", flat=True)[:1]


@Prepared
def _claimable() -> QuerySet[Write]:
    rows = _first(Given("now")).filter(pk=Given("pk"))
    return rows.select_for_update(of=("self",)).select_related("connection")


def _first(now: datetime | Given) -> QuerySet[Write]:
    """Those that are due, and the oldest of their conversation that waits."""
    older = Write.objects.filter(
        connection=OuterRef("connection"), conversation=OuterRef("conversation"), state=_State.WAITING,
        pk__lt=OuterRef("pk"),
    )  # fmt: skip
    return Write.objects.filter(
        ~Exists(older),
        state=_State.WAITING,
        due_at__lte=now,
        connection__is_on=True,
        connection__removed_at=None,
    )


def _claim(pk: int) -> Write | None:
    """Take a row for a while. Two workers wait for each other's lock, and the second finds it is not due any more."""
    with transaction.atomic():
        now = timezone.now()
        row = _claimable.first(pk=pk, now=now)
        if row is None:
            return None
        row.tries, row.due_at = row.tries + 1, now + CLAIM  # the row in hand keeps when it was tried before
        Write.objects.filter(pk=pk).update(tries=row.tries, due_at=row.due_at, tried_at=now)
    return row


def _try(row: Write) -> bool:
    """Return whether it is over with: one that is to be tried again is not."""
    try:
        record = _written(row, *activity_of(row))
    except NothingToWrite:
        Write.objects.filter(pk=row.pk, state=_State.WAITING).delete()
    except CrmError as error:
        if error.permanent:
            _finish(row, _State.FAILED, reason=error.reason, detail=error.detail)
        else:
            _later(row, error)
            return False
    except Exception:
        # One odd row must not stand before all that follow it in its conversation.
        log.exception("Write %s to the CRM went wrong.", row.pk)
        _later(row, CrmError("unexpected"))
        return False
    else:
        _finish(row, _State.DONE, record_id=record.id[:200], record_url=record.url[:1000], reason="", detail="")
        # Asked of the database: another worker may have failed since this row was claimed.
        Connection.objects.filter(pk=row.connection_id, failing_since__isnull=False).update(failing_since=None)
    return True


def _written(row: Write, conversation: Conversation, activity: Activity) -> Record:
    with reach(row.connection, SECONDS) as crm:
        if row.tries > 1 or row.tried_at:  # it may stand there already
            known = crm.written(activity)
            if known is not None:
                return known
        try:
            person = links.person_of(row.connection, conversation, crm)
        except CrmError as error:
            if not error.permanent:
                raise
            person = ""  # who it is cannot be asked there: it is written all the same
        return crm.write(replace(activity, person_id=person))


def _later(row: Write, error: CrmError) -> None:
    now = timezone.now()
    Connection.objects.filter(pk=row.connection_id, failing_since=None).update(failing_since=now)
    if row.tries > len(LATER):
        _finish(row, _State.FAILED, reason=error.reason, detail=error.detail)
    else:
        _write(row, due_at=now + LATER[row.tries - 1], reason=error.reason[:30], detail=error.detail)


def _finish(row: Write, state: str, *, reason: str = "", **values: Any) -> None:
    _write(row, state=state, reason=reason[:30], **values)
    if state == _State.FAILED:
        log.warning("The CRM was not written %s: %s", row.pk, reason)


def _write(row: Write, **values: Any) -> None:
    """Keep how a try ended; one that was sent again or taken by another worker meanwhile is left to that."""
    waiting = Write.objects.filter(pk=row.pk, state=_State.WAITING, tries=row.tries, due_at=row.due_at)
    waiting.update(tried_at=timezone.now(), **values)
