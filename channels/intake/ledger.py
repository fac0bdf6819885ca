"""The ledger of what was read: a line per account and reading, from webhooks and by asking. Any can be read again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from channels.models import Account, Delivery, Reading
from channels.types import Incoming, IncomingMessage
from inbox.ingest.receive import Received
from inbox.models import Event, User
from webcare.lib.enqueue import enqueue

KEPT = timedelta(days=30)  # as long as bodies are


def note(
    account: Account,
    events: Sequence[Incoming],
    received: Received,
    *,
    began: datetime,
    stream: str = "",
    deliveries: Collection[int] = (),
) -> None:
    """Write down what a reading brought. By webhook where it names deliveries, else by asking a stream."""
    messages = sum(isinstance(event, IncomingMessage) for event in events)
    Reading.objects.create(
        account=account,
        stream=stream,
        deliveries=sorted(deliveries),
        items=len(events),
        new=received.new_messages,
        refused=len(received.refused),
        # Receipts and changes are no messages: they were applied, whatever they changed.
        is_known=bool(messages) and not received.new_messages and not received.conversations,
        took=int((timezone.now() - began).total_seconds() * 1000),
    )


def replay(account: Account, ids: Collection[int], *, by: User) -> int:
    """Let the bodies of these readings be read again; return how many are still kept. No message comes in twice."""
    named = Reading.objects.filter(account=account, pk__in=ids).values_list("deliveries", flat=True)
    wanted = sorted({delivery for deliveries in named for delivery in deliveries})
    with transaction.atomic():
        kept = Delivery.objects.filter(pk__in=wanted).exclude(status=Delivery.Status.WAITING)
        found = list(kept.select_for_update().values_list("pk", flat=True))
        if not found:
            return 0
        Delivery.objects.filter(pk__in=found).release()
        Event.note("deliveries_replayed", actor=by, account=account, n=len(found))
        for delivery_id in found:
            enqueue("channels.tasks.read_delivery", delivery_id)
    return len(found)


def of_account(account: Account, state: str = "") -> QuerySet[Reading]:
    """Return an account's readings, newest first: all, "new", "known" or "refused" ones."""
    rows = Reading.objects.filter(account=account).order_by("-at", "-pk")
    match state:
        case "new":
            return rows.filter(new__gt=0)
        case "known":
            return rows.filter(is_known=True)
        case "refused":
            return rows.filter(refused__gt=0)
    return rows


def forget_old(now: datetime | None = None) -> int:
    """Delete lines that are older than bodies are kept; return how many."""
    return Reading.objects.filter(at__lt=(now or timezone.now()) - KEPT).delete()[0]
