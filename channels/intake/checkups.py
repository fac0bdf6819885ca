"""The regular look at each account as a whole: access, webhooks, posts that are gone, templates, our own address."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from channels.accounts import health, spending, templates
from channels.base import Connector, Inspection
from channels.connectors import connector_for
from channels.errors import ChannelError, NeedsReauth
from channels.intake.own_address import Reached, reach
from channels.models import Account, Checkup
from channels.platforms import connector_class
from channels.secrets import CredentialsUnreadable
from inbox.ingest.receive import receive
from inbox.models import Message, Notification, User
from inbox.notifications.queue import tell

REMOVALS_REACH = timedelta(days=7)
MOST_CHECKED = 500
WARNED = (1, 3, 7, 14)  # days before the access ends


def check_account(account_id: int) -> None:
    """Check access, webhooks, removals and templates of an account, and keep what was found."""
    account = Account.objects.connected().filter(pk=account_id).first()
    if account is None or account.health == "rate_limited" or spending.is_over(account):
        return
    try:
        connector = connector_for(account)
    except CredentialsUnreadable as error:
        health.note_failure(account, NeedsReauth(str(error)))
        return
    try:
        profile = connector.identify()
        if profile.limits is not None and profile.limits != account.limits:
            Account.objects.filter(pk=account.pk).update(limits=profile.limits)
        # A webhook subscription that fell away (Meta drops it after an hour of failing) is made again here.
        warning = connector.subscribe()
        inspection = connector.inspect()
        ids = _checked_ids(account)
        if ids:
            receive(account, list(connector.check_removed(ids)))
        templates.refresh(account, connector)
    except ChannelError as error:
        health.note_failure(account, error)
        return
    finally:
        connector.close()
    health.note_checked(account, warning=warning)
    _keep(account, inspection, reach(account))
    warn_of_end(account, inspection.valid_until)


def warn_of_end(account: Account, ends: datetime | None, now: datetime | None = None) -> None:
    """Tell admins that the access ends: fourteen days before, seven, three, and the day before. Each once."""
    left = ends - (now or timezone.now()) if ends else None
    near = next((days for days in WARNED if left is not None and left <= timedelta(days=days)), None)
    if ends is None or near is None:
        return
    day = timezone.localtime(ends).date().isoformat()
    with transaction.atomic():
        tell(
            User.objects.filter(role=User.Role.ADMIN, is_active=True),
            Notification.Kind.ACCESS,
            account=account,
            occasion=f"access:{account.pk}:{day}:{near}",
            subject=day,
        )


def _keep(account: Account, inspection: Inspection, reached: Reached | None) -> None:
    found = asdict(inspection)
    if reached is not None:
        found |= {"reachable": reached.worked, "reached_in": reached.took, "unreachable_why": reached.why}
    Checkup.objects.update_or_create(account=account, defaults={"at": timezone.now(), **found})


def _checked_ids(account: Account) -> list[str]:
    """Return the public posts to look up again: those of threads somebody may read or answer now."""
    if connector_class(account.platform).check_removed is Connector.check_removed:
        return []
    recent = timezone.now() - REMOVALS_REACH
    ids = (
        Message.objects.filter(account=account, direction__in=["inbound", "outbound"], visibility="public")
        .filter(Q(conversation__status="open") | Q(conversation__last_message_at__gte=recent), removed_at=None)
        .order_by("-sent_at")
        .values_list("external_id", flat=True)
    )
    return [external_id for external_id in ids[:MOST_CHECKED] if external_id]
