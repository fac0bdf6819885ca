"""Writes down how an account is doing: facts on its row. Sentences: channels/accounts/health_text.py."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from channels.errors import ChannelError, NeedsReauth, RateLimited
from channels.models import Account
from inbox.models import Event
from webcare.lib.enqueue import enqueue
from webcare.logs import scrub

# A healthy account's row is not written at every poll of every stream.
RENEWAL_BROKE_OFF = gettext_noop(
    "Renewing the access broke off halfway, and the platform gives out new access once. Connect the account again."
)
FRESH = timedelta(seconds=20)


def note_failure(account: Account, error: ChannelError) -> None:
    """Record a failure that concerns the whole account; not for the refusal of one message.

    NeedsReauth stops polling until somebody connects again, and is logged once. RateLimited moves `rate_limited_until`.
    Anything else counts, with the moment it began. Writes only its own columns, and on `account` too.
    """
    now = timezone.now()
    row = Account.objects.filter(pk=account.pk)
    if isinstance(error, NeedsReauth) and account.may_renew(now):
        # It may only have ended: renewed, it works again, and only when that fails an admin is asked.
        row.filter(access_ends_at__gt=now).update(access_ends_at=now)
        enqueue("channels.tasks.renew_access", account.pk)
        error = ChannelError(str(error), code=error.code, reason="renewing")
    columns = {"last_error": scrub(str(error))[:1000], "last_error_reason": error.reason}
    if isinstance(error, RateLimited):
        row.filter(Q(rate_limited_until=None) | Q(rate_limited_until__lt=error.retry_at)).update(
            rate_limited_until=error.retry_at, **columns
        )
    elif isinstance(error, NeedsReauth):
        with transaction.atomic():
            if row.filter(needs_reauth_at=None).update(needs_reauth_at=now, **columns):
                Event.note("account_lost_access", account=account, code=error.code)
    else:
        row.update(failures=F("failures") + 1, **columns)
        row.filter(failing_since=None).update(failing_since=now)
    account.refresh_from_db(fields=[*columns, "rate_limited_until", "needs_reauth_at", "failures", "failing_since"])


def note_answer(account: Account, *, warning: str = "") -> None:
    """Record that the platform answered one stream's call.

    Clears the failure only when no other stream is still failing, so that a disturbance does not flicker. A limit on
    one endpoint runs out by its time. An empty `warning` leaves the one that stands.
    """
    now = timezone.now()
    row = Account.objects.filter(pk=account.pk)
    if warning and warning != account.warning:
        row.update(warning=warning)
    if not account.streams.filter(enabled=True, failures__gt=0).exists():
        row.exclude(failing_since=None, failures=0).update(
            failing_since=None, failures=0, last_error="", last_error_reason=""
        )
    row.filter(Q(last_success_at=None) | Q(last_success_at__lt=now - FRESH)).update(last_success_at=now)


def note_checked(account: Account, *, warning: str = "") -> None:
    """Record that the account itself was asked for and the access works; `warning` replaces the one that stood."""
    row = Account.objects.filter(pk=account.pk)
    row.update(warning=warning, last_success_at=timezone.now())
    if row.exclude(needs_reauth_at=None).update(needs_reauth_at=None, last_error="", last_error_reason=""):
        # Access that came back by itself: what was missed meanwhile is fetched at once.
        account.streams.update(next_poll_at=timezone.now())
        Event.note("account_access_back", account=account)
    note_answer(account)
