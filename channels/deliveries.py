"""Reads stored webhook bodies. What cannot be read stays, with its error, and is tried again or replayed by hand."""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from channels import health
from channels.errors import ChannelError, NeedsReauth, RateLimited
from channels.models import Account, Delivery, UnreadItem, digest_of
from channels.profiles import nameless
from channels.registry import KINDS, connector_class, connector_for
from channels.secrets import CredentialsUnreadable
from channels.types import Incoming, NotUnderstood
from channels.waking import wake
from inbox.ingest import receive
from webcare.logs import scrub

log = logging.getLogger(__name__)

LOCK = timedelta(minutes=2)
MOST_ATTEMPTS = 8  # for a body that we cannot read; a platform that is away is waited for
LONGEST_BACK_OFF = timedelta(minutes=30)
PAUSED_FOR = timedelta(minutes=5)
# A body that came in just now has a task of its own under way.
GRACE = timedelta(seconds=3)
AT_ONCE = 200
KEPT = timedelta(days=30)
LOOKUP = "lookup"  # the reason of an item that only points at something (Connector.parse_webhook)
META_OBJECTS = {"page": "facebook", "instagram": "instagram", "whatsapp_business_account": "whatsapp"}


class Waits(Exception):
    """Part of a delivery has to wait: `until` when, and why in words."""

    def __init__(self, why: str, until: datetime | None = None) -> None:
        super().__init__(why)
        self.until = until


def waiting(now: datetime | None = None) -> list[int]:
    """Return the ids of deliveries to read now, oldest first."""
    now = now or timezone.now()
    rows = Delivery.objects.filter(status=Delivery.Status.WAITING, received_at__lt=now - GRACE)
    return list(
        rows.filter(Q(retry_at=None) | Q(retry_at__lte=now)).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    )


def read(delivery_id: int) -> None:
    """Hand everything in a stored body to the inbox.

    Reading twice is harmless. An item that is not understood is kept by itself and spoils no other. Never raises.
    """
    now = timezone.now()
    row = Delivery.objects.filter(pk=delivery_id)
    # One plain UPDATE: of two readers the second finds the row taken.
    free = Q(retry_at=None) | Q(retry_at__lte=now)
    if not row.filter(free, status=Delivery.Status.WAITING).update(retry_at=now + LOCK, attempts=F("attempts") + 1):
        return
    delivery = row.get()
    try:
        _read(delivery)
    except Waits as wait:
        row.update(retry_at=wait.until or now + _back_off(delivery.attempts), error=scrub(str(wait)))
    except Exception as error:
        log.exception("Delivery %s could not be read", delivery_id)
        lost = delivery.attempts >= MOST_ATTEMPTS
        row.update(
            status=Delivery.Status.FAILED if lost else Delivery.Status.WAITING,
            retry_at=None if lost else now + _back_off(delivery.attempts),
            error=scrub(f"{type(error).__name__}: {error}")[:1000],
        )
    else:
        row.update(status=Delivery.Status.READ, read_at=timezone.now(), retry_at=None, error="")


def replay(delivery_id: int) -> None:
    """Read a stored body again, whatever became of it the first time."""
    Delivery.objects.filter(pk=delivery_id).update(status=Delivery.Status.WAITING, retry_at=None, attempts=0, error="")
    read(delivery_id)


def purge(now: datetime | None = None) -> int:
    """Delete bodies that were read and are older than 30 days; one that waits or failed is never deleted by age."""
    before = (now or timezone.now()) - KEPT
    return Delivery.objects.filter(status=Delivery.Status.READ, received_at__lt=before).delete()[0]


def _back_off(attempts: int) -> timedelta:
    doubled: int = 2 ** min(attempts, 12)
    return min(timedelta(seconds=5) * doubled, LONGEST_BACK_OFF)


def _read(delivery: Delivery) -> None:
    try:
        body = json.loads(bytes(delivery.body))
    except ValueError:
        body = None
    if not isinstance(body, Mapping):
        text = bytes(delivery.body).decode(errors="replace")
        _keep(delivery, None, NotUnderstood("webhook: not a JSON object", {"body": text[:10_000]}))
        return
    waits: list[Waits] = []
    for (platform, external_id), events in _by_account(delivery.product, body).items():
        account = Account.objects.present().filter(platform=platform, external_id=external_id).first()
        if account is None:
            for event in events:
                reason, kept = f"webhook: no account {platform} {external_id}".strip(), getattr(event, "body", body)
                _keep(delivery, None, NotUnderstood(reason[:200], kept))
            continue
        try:
            _hand_over(delivery, account, events)
        except Waits as wait:
            waits.append(wait)
    if waits:
        raise min(waits, key=lambda wait: wait.until or timezone.now())


def _by_account(product: str, body: Mapping[str, Any]) -> dict[tuple[str, str], list[Incoming]]:
    found: dict[tuple[str, str], list[Incoming]] = defaultdict(list)
    for platform, part in _parts(product, body):
        if platform is None:
            found["", ""].append(NotUnderstood(f"webhook: object {body.get('object')}", part))
            continue
        for kind, external_id, event in connector_class(platform).parse_webhook(part):
            found[kind, external_id].append(event)
    return found


def _parts(product: str, body: Mapping[str, Any]) -> Iterable[tuple[str | None, Mapping[str, Any]]]:
    """Split a body by platform: Meta's `object` names it, but a page's may hold its Instagram account's entries."""
    if product != "meta":
        return [(product if product in KINDS else None, body)]
    platform = META_OBJECTS.get(str(body.get("object")))
    entries = body.get("entry")
    if platform not in ("facebook", "instagram") or not isinstance(entries, list):
        return [(platform, body)]
    ids = [str(entry.get("id")) for entry in entries if isinstance(entry, Mapping)]
    rows = Account.objects.present().filter(platform__in=["facebook", "instagram"], external_id__in=ids)
    owners = dict(rows.values_list("external_id", "platform"))
    split: dict[str, list[Any]] = defaultdict(list)
    for entry in entries:
        split[owners.get(str(entry.get("id")) if isinstance(entry, Mapping) else "", platform)].append(entry)
    return [(owner, {**body, "entry": part}) for owner, part in split.items()]


def _hand_over(delivery: Delivery, account: Account, events: Sequence[Incoming]) -> None:
    now = timezone.now()
    fresh = Q(last_delivery_at=None) | Q(last_delivery_at__lt=delivery.received_at)
    Account.objects.filter(fresh, pk=account.pk).update(last_delivery_at=delivery.received_at)
    if account.paused_at:
        # Kept for when it goes on: WhatsApp tells everything only once.
        raise Waits("The account is paused.", now + PAUSED_FOR)
    pointing = [event for event in events if isinstance(event, NotUnderstood) and event.reason == LOOKUP]
    plain = [event for event in events if event not in pointing]
    new = receive(account, plain).new_messages if plain else 0
    people = nameless(plain)
    if people:
        from channels.tasks import load_profiles  # noqa: PLC0415  tasks import this module

        wake(load_profiles, account.pk, people)
    if pointing:
        new += receive(account, _completed(account, pointing)).new_messages
    if new:
        Account.objects.filter(pk=account.pk).update(last_message_at=now)


def _completed(account: Account, pointing: Iterable[Incoming]) -> list[Incoming]:
    """Look up what a delivery only points at. Raises Waits when the platform does not tell now."""
    found: list[Incoming] = []
    try:
        connector = connector_for(account)
    except CredentialsUnreadable as error:
        health.note_failure(account, NeedsReauth(str(error)))
        raise Waits(str(error)) from None
    try:
        for item in pointing:
            try:
                found += connector.complete(item)
            except ChannelError as error:
                if not error.permanent:
                    health.note_failure(account, error)
                    raise Waits(str(error), error.retry_at if isinstance(error, RateLimited) else None) from None
                body = item.body if isinstance(item, NotUnderstood) else {}
                found.append(NotUnderstood(f"webhook: cannot be looked up: {error.reason}", body))
    finally:
        connector.close()
    return found


def _keep(delivery: Delivery, account: Account | None, item: NotUnderstood) -> None:
    """Store an item nobody understood, once for each body, and count how often it came."""
    digest = digest_of(item.body)
    with transaction.atomic():
        kept, created = UnreadItem.objects.get_or_create(
            account=account,
            digest=digest,
            defaults={"delivery": delivery, "reason": item.reason[:200], "body": item.body},
        )
        if not created:
            UnreadItem.objects.filter(pk=kept.pk).exclude(delivery=delivery).update(times=F("times") + 1)
