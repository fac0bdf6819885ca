"""Reads stored webhook bodies. What cannot be read stays, with its error, and is tried again or replayed by hand."""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from channels import health, news
from channels.errors import ChannelError, NeedsReauth, RateLimited
from channels.models import Account, Delivery, UnreadItem, digest_of
from channels.profiles import nameless
from channels.registry import KINDS, connector_class, connector_for
from channels.secrets import CredentialsUnreadable
from channels.types import Incoming, NotUnderstood
from inbox.ingest import receive
from webcare.lib.enqueue import enqueue
from webcare.logs import scrub

log = logging.getLogger(__name__)

LOCK = timedelta(minutes=2)
MOST_ATTEMPTS = 8  # for a body that we cannot read; a platform that is away is waited for
LONGEST_BACK_OFF = timedelta(minutes=30)
PAUSED_FOR = timedelta(minutes=5)
# A body that came in just now has a task of its own under way.
GRACE = timedelta(seconds=3)
AT_ONCE = 200
TOGETHER = 50  # deliveries handed over in one go where many wait
KEPT = timedelta(days=30)
LOOKUP = "lookup"  # the reason of an item that only points at something (Connector.parse_webhook)
META_OBJECTS = {"page": "facebook", "instagram": "instagram", "whatsapp_business_account": "whatsapp"}


Told = tuple[Delivery, Sequence[Incoming]]


class Waits(Exception):
    """Part of a delivery has to wait: `until` when, and why in words."""

    def __init__(self, why: str, until: datetime | None = None) -> None:
        super().__init__(why)
        self.until = until


def waiting(now: datetime | None = None) -> list[int]:
    """Return the ids of deliveries whose own task was lost, or whose time to be tried again has come, oldest first."""
    now = now or timezone.now()
    return list(_free(now).filter(received_at__lt=now - GRACE).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


def read(delivery_id: int) -> None:
    """Hand everything in a stored body to the inbox, and in others that wait, in one go where many came at once.

    Reading twice is harmless. An item that is not understood is kept by itself and spoils no other. Never raises.
    """
    taken = _take(delivery_id)
    try:
        waits = _read(taken) if len(taken) > 1 else None
    except Exception as error:
        # One of them cannot be read: each by itself, so that it spoils no other.
        log.warning("%s deliveries are read one by one: %s", len(taken), type(error).__name__)
        waits = None
    if waits is not None:
        _conclude(taken, waits)
        return
    for delivery in taken:
        _read_alone(delivery)


def _free(now: datetime) -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(status=Delivery.Status.WAITING)
    return rows.filter(Q(retry_at=None) | Q(retry_at__lte=now))


@transaction.atomic
def _take(delivery_id: int) -> list[Delivery]:
    """Claim a delivery, and the oldest others that are free; nothing when somebody else has it."""
    now = timezone.now()
    free = _free(now).select_for_update(skip_locked=True)
    if not free.filter(pk=delivery_id):
        return []
    others = free.exclude(pk=delivery_id).order_by("pk").values_list("pk", flat=True)
    ids = [delivery_id, *others[: TOGETHER - 1]]
    Delivery.objects.filter(pk__in=ids).update(retry_at=now + LOCK, attempts=F("attempts") + 1)
    return list(Delivery.objects.filter(pk__in=ids).order_by("pk"))


def _read_alone(delivery: Delivery) -> None:
    try:
        _conclude([delivery], _read([delivery]))
    except Exception as error:
        log.exception("Delivery %s could not be read", delivery.pk)
        lost = delivery.attempts >= MOST_ATTEMPTS
        Delivery.objects.filter(pk=delivery.pk).update(
            status=Delivery.Status.FAILED if lost else Delivery.Status.WAITING,
            retry_at=None if lost else timezone.now() + _back_off(delivery.attempts),
            error=scrub(f"{type(error).__name__}: {error}")[:1000],
        )


def _conclude(taken: Sequence[Delivery], waits: Mapping[int, Waits]) -> None:
    """Write down which deliveries were read and which have to wait."""
    now = timezone.now()
    done = [delivery.pk for delivery in taken if delivery.pk not in waits]
    Delivery.objects.filter(pk__in=done).update(status=Delivery.Status.READ, read_at=now, retry_at=None, error="")
    for delivery in taken:
        if delivery.pk in waits:
            wait = waits[delivery.pk]
            until = wait.until or now + _back_off(delivery.attempts)
            Delivery.objects.filter(pk=delivery.pk).update(retry_at=until, error=scrub(str(wait)))


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


def _read(taken: Sequence[Delivery]) -> dict[int, Waits]:
    """Hand the events of these deliveries over, account by account; return which of them have to wait, and for what.

    What a platform has to be asked about comes last: everybody else's messages do not wait for one that hangs.
    """
    told: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for delivery in taken:
        for key, events in _by_account(delivery).items():
            told[key].append((delivery, events))
    waits: dict[int, Waits] = {}
    pointing: list[tuple[Account, list[Told]]] = []
    for (platform, external_id), items in told.items():
        account = Account.objects.present().filter(platform=platform, external_id=external_id).first()
        if account is not None:
            waits |= _hand_over(account, items)
            pointing.append((account, [(one, [event for event in events if _points(event)]) for one, events in items]))
            continue
        if Account.objects.filter(platform=platform, external_id=external_id).exists():
            continue  # removed: its platform may go on telling us, but nobody listens
        for delivery, unplaced in items:
            for event in unplaced:
                # An event has no body of its own to keep, so the whole delivery is.
                item = event if isinstance(event, NotUnderstood) else NotUnderstood("", _body_of(delivery) or {})
                reason = f"webhook: no account {platform} {external_id}" if platform else item.reason
                _keep(delivery, NotUnderstood(reason[:200], item.body))
    for account, items in pointing:
        if not account.paused_at:
            waits |= _look_up(account, items)
    return waits


def _body_of(delivery: Delivery) -> Mapping[str, Any] | None:
    try:
        body = json.loads(bytes(delivery.body))
    except ValueError:
        return None
    return body if isinstance(body, Mapping) else None


def _by_account(delivery: Delivery) -> dict[tuple[str, str], list[Incoming]]:
    """Sort a body's events by the account they are for; ("", "") for what cannot be sorted."""
    found: dict[tuple[str, str], list[Incoming]] = defaultdict(list)
    body = _body_of(delivery)
    if body is None:
        text = bytes(delivery.body).decode(errors="replace").replace("\x00", "")
        found["", ""].append(NotUnderstood("webhook: not a JSON object", {"body": text[:10_000]}))
        return found
    for platform, part in _parts(delivery.product, body):
        if platform is None:
            found["", ""].append(NotUnderstood(f"webhook: object {body.get('object')}", part))
            continue
        for kind, external_id, event in connector_class(platform).parse_webhook(part):
            for owner in news.owners_of(kind, external_id, event):
                found[kind, owner].append(event)
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


def _hand_over(account: Account, items: Sequence[Told]) -> dict[int, Waits]:
    """Give one account's events to the inbox in one go, but for those that only point at something.

    Return which deliveries have to wait.
    """
    now = timezone.now()
    newest = max(delivery.received_at for delivery, _events in items)
    fresh = Q(last_delivery_at=None) | Q(last_delivery_at__lt=newest)
    Account.objects.filter(fresh, pk=account.pk).update(last_delivery_at=newest)
    if account.paused_at:
        # Kept for when it goes on: WhatsApp tells everything only once.
        return {delivery.pk: Waits(Delivery.PAUSED, now + PAUSED_FOR) for delivery, _events in items}
    plain = [event for _delivery, events in items for event in events if not _points(event)]
    if plain:
        _note_new(account, receive(account, plain).new_messages)
    people = nameless(plain)
    if people:
        enqueue("channels.tasks.load_profiles", account.pk, people)
    return {}


def _look_up(account: Account, items: Sequence[Told]) -> dict[int, Waits]:
    """Ask the platform for what these deliveries of one account only point at; return which have to wait."""
    waits = {}
    for delivery, pointing in items:
        try:
            if pointing:
                _note_new(account, receive(account, _completed(account, pointing)).new_messages)
        except Waits as wait:
            waits[delivery.pk] = wait
    return waits


def _note_new(account: Account, new: int) -> None:
    if new:
        Account.objects.filter(pk=account.pk).update(last_message_at=timezone.now())


def _points(event: Incoming) -> bool:
    return isinstance(event, NotUnderstood) and event.reason == LOOKUP


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


def _keep(delivery: Delivery, item: NotUnderstood) -> None:
    """Store an item of no account of ours, once for each body, and count how often it came."""
    digest = digest_of(item.body)
    with transaction.atomic():
        kept, created = UnreadItem.objects.get_or_create(
            account=None,
            digest=digest,
            defaults={"delivery": delivery, "reason": item.reason[:200], "body": item.body},
        )
        if not created:
            UnreadItem.objects.filter(pk=kept.pk).exclude(delivery=delivery).update(times=F("times") + 1)
