"""What deliveries told goes to the inbox, all of one account in one go. What only points at something is looked up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from channels.accounts import health
from channels.connectors import connector_for
from channels.errors import ChannelError, NeedsReauth, RateLimited
from channels.intake import ledger
from channels.intake.bodies import body_of, needs_look_up
from channels.intake.profiles import without_name
from channels.models import Account, Delivery, UnreadItem, digest_of
from channels.secrets import CredentialsUnreadable
from channels.types import Incoming, NotUnderstood
from inbox.ingest.receive import receive
from webcare.lib.enqueue import enqueue
from webcare.lib.text import clean, clean_json

PAUSED_FOR = timedelta(minutes=5)
EXACT = timedelta(seconds=1)  # how exactly an account knows when it was last told something

DeliveryEvents = tuple[Delivery, Sequence[Incoming]]


class LookUpLater(Exception):
    """Part of a delivery has to wait: `until` when, and why in words."""

    def __init__(self, reason: str, until: datetime | None = None) -> None:
        super().__init__(reason)
        self.until = until


@dataclass(slots=True)
class Outcome:
    """What became of deliveries that were read.

    Which wait, which need a look-up, and how many items could not be stored.
    """

    waits: dict[int, LookUpLater] = field(default_factory=dict)
    looks_up: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    refused: Counter[int] = field(default_factory=Counter)


def hand_over(parsed: Sequence[tuple[Delivery, Mapping[tuple[str, str], list[Incoming]]]]) -> Outcome:
    """Give the events of these deliveries to the inbox, account by account; return what became of each."""
    deliveries_of: dict[tuple[str, str], list[DeliveryEvents]] = defaultdict(list)
    for delivery, events_of in parsed:
        for key, events in events_of.items():
            deliveries_of[key].append((delivery, events))
    outcome = Outcome()
    for (platform, external_id), items in deliveries_of.items():
        account = Account.objects.present().filter(platform=platform, external_id=external_id).first()
        if account is not None:
            _hand_over_to(account, items, outcome)
        # A removed account's platform may go on telling us, but nobody listens.
        elif not Account.objects.filter(platform=platform, external_id=external_id).exists():
            _keep_unplaced(platform, external_id, items)
    return outcome


def _keep_unplaced(platform: str, external_id: str, items: Sequence[DeliveryEvents]) -> None:
    for delivery, unplaced in items:
        for event in unplaced:
            # An event has no body of its own to keep, so the whole delivery is.
            item = event if isinstance(event, NotUnderstood) else NotUnderstood("", body_of(delivery) or {})
            reason = f"webhook: no account {platform} {external_id}" if platform else item.reason
            _keep(delivery, NotUnderstood(reason, item.body))


def _hand_over_to(account: Account, items: Sequence[DeliveryEvents], outcome: Outcome) -> None:
    """Give one account's events to the inbox in one go, without those that need a look-up.

    Notes which deliveries wait, have to be looked up, or hold what could not be stored.
    """
    now = timezone.now()
    newest = max(delivery.received_at for delivery, _events in items)
    if account.last_delivery_at is None or newest - account.last_delivery_at > EXACT:
        fresh = Q(last_delivery_at=None) | Q(last_delivery_at__lt=newest)
        Account.objects.filter(fresh, pk=account.pk).update(last_delivery_at=newest)
    if account.paused_at:
        # Kept for when it goes on: WhatsApp tells everything only once.
        outcome.waits |= {delivery.pk: LookUpLater(Delivery.PAUSED, now + PAUSED_FOR) for delivery, _e in items}
        return
    for delivery, events in items:
        if any(map(needs_look_up, events)):
            outcome.looks_up[delivery.pk].add(account.pk)
    owned = [(delivery.pk, event) for delivery, events in items for event in events if not needs_look_up(event)]
    if not owned:
        return
    plain = [event for _pk, event in owned]
    began = timezone.now()
    received = receive(account, plain)
    ledger.note(account, plain, received, began=began, deliveries={pk for pk, _event in owned})
    outcome.refused.update(owned[place][0] for place in received.refused)
    people = without_name(plain)
    if people:
        enqueue("channels.tasks.load_profiles", account.pk, people)


def completed(account: Account, pointing: Iterable[Incoming]) -> list[Incoming]:
    """Look up what a delivery only points at. Raises LookUpLater when the platform does not tell now."""
    found: list[Incoming] = []
    try:
        connector = connector_for(account)
    except CredentialsUnreadable as error:
        health.note_failure(account, NeedsReauth(str(error)))
        raise LookUpLater(str(error)) from None
    try:
        for item in pointing:
            try:
                found += connector.complete(item)
            except ChannelError as error:
                if not error.permanent:
                    health.note_failure(account, error)
                    raise LookUpLater(str(error), error.retry_at if isinstance(error, RateLimited) else None) from None
                body = item.body if isinstance(item, NotUnderstood) else {}
                found.append(NotUnderstood(f"webhook: cannot be looked up: {error.reason}", body))
    finally:
        connector.close()
    return found


def _keep(delivery: Delivery, item: NotUnderstood) -> None:
    """Store an item of no account of ours once a body, and count it."""
    item = NotUnderstood(clean(item.reason)[:200], clean_json(item.body))
    digest = digest_of(item.body)
    with transaction.atomic():
        kept, created = UnreadItem.objects.get_or_create(
            account=None,
            digest=digest,
            defaults={"delivery": delivery, "reason": item.reason, "body": item.body},
        )
        if not created:
            UnreadItem.objects.filter(pk=kept.pk).exclude(delivery=delivery).update(times=F("times") + 1)
