"""Access that ends by itself is renewed before it does: one worker at a time, and never from memory.

X's refresh tokens work once, Google's again and again. Whoever holds the claim on the row is the only one to use it.
What comes back is stored by one statement, which looks whether the row still holds what was used. A worker that dies in
between has used it up: nobody can tell what came back, so an admin is asked to connect again.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from channels import secrets
from channels.accounts import health
from channels.accounts.oauth import apps
from channels.errors import ChannelError, NeedsReauth
from channels.models import Account, AccountQuerySet, PlatformApp
from channels.platforms import connector_class
from channels.secrets import CredentialsUnreadable

log = logging.getLogger(__name__)

AHEAD = timedelta(minutes=20)  # before it ends
CLAIM = timedelta(minutes=3)  # longer than a platform is waited for
TRIED_FOR = timedelta(days=1)  # after our app changed: its new secret may begin to work later
SOONEST = timedelta(minutes=2)


def due() -> list[int]:
    """Return the accounts whose access is to be renewed now."""
    now = timezone.now()
    free = Q(renewal_claimed_at=None) | Q(renewal_claimed_at__lt=now - CLAIM)
    ending = Account.objects.filter(free, removed_at=None, needs_reauth_at=None, access_ends_at__lte=now + AHEAD)
    return list(ending.order_by("access_ends_at").values_list("pk", flat=True))


def due_again() -> list[int]:
    """Return the accounts to try again: they lost their access before their app was changed, a day ago at most.

    Each waits as long again as it took so far: a new secret may begin to work later than it was filled in.
    """
    now = timezone.now()
    changed = PlatformApp.objects.filter(changed_at__gt=now - TRIED_FOR).values_list("kind", "changed_at")
    return [account.pk for kind, at in changed for account in _lost(kind, at) if _may_follow(account, at, now)]


def renew(account_id: int, *, again: bool = False) -> bool:
    """Renew an account's access, unless somebody is at it; return whether it was renewed here. Never raises.

    `again`: an admin was asked already. What was refused may have been our app, and that one may be right now.
    """
    account = Account.objects.filter(pk=account_id, removed_at=None).first()
    if account is None or not (_may_try_again(account) if again else _is_renewed(account)) or not _claim(account):
        return False
    # A claim that nobody let go of: somebody may have used the token up and died.
    broke_off = account.renewal_claimed_at is not None
    try:
        made = connector_class(account.platform).renew(apps.with_secret(account.platform, account.credentials))
    except (NeedsReauth, CredentialsUnreadable) as error:
        _give_up(account, error, broke_off=broke_off)
        return False
    except ChannelError as error:
        if not error.unknown:
            Account.objects.filter(pk=account.pk).update(renewal_claimed_at=None)
        health.note_failure(account, error)
        return False
    return _save(account, made)


def _lost(kind: str, before: datetime) -> Iterator[Account]:
    """Yield the accounts of an app that lost their access before a moment."""
    rows = Account.objects.filter(removed_at=None, needs_reauth_at__lt=before).exclude(sealed_credentials="")
    for account in rows.order_by("pk"):
        with contextlib.suppress(CredentialsUnreadable):
            if apps.is_of(kind, account.platform, account.credentials):
                yield account


def _may_follow(account: Account, changed_at: datetime, now: datetime) -> bool:
    tried_at = account.renewal_tried_at
    return tried_at is None or tried_at < changed_at or now - tried_at >= max(tried_at - changed_at, SOONEST)


def _is_renewed(account: Account) -> bool:
    return account.access_ends_at is not None and account.needs_reauth_at is None


def _may_try_again(account: Account) -> bool:
    try:
        return account.needs_reauth_at is not None and "refresh_token" in account.credentials
    except CredentialsUnreadable:
        return False


def _claim(account: Account) -> bool:
    """Take the row for this renewal: of two workers that saw the same claim, one gets it."""
    seen, now = account.renewal_claimed_at, timezone.now()
    if seen is not None and seen > now - CLAIM:
        return False
    rows = Account.objects.filter(pk=account.pk, sealed_credentials=account.sealed_credentials)
    return bool(rows.filter(renewal_claimed_at=seen).update(renewal_claimed_at=now, renewal_tried_at=now))


def _save(account: Account, made: Mapping[str, str]) -> bool:
    """Store the new pair in place of the one that was used. Somebody who connected again meanwhile goes first."""
    changed = {
        "sealed_credentials": secrets.seal(made),
        "access_ends_at": parse_datetime(made["ends_at"]),
        "renewed_at": timezone.now(),
        "renewal_claimed_at": None,
    }
    # Once more where keys were replaced between looking and storing: what came back is not to be had again.
    saved = _holding(account).update(**changed) or _holding(account).update(**changed)
    if saved:
        if account.failing_since:
            account.streams.update(next_poll_at=timezone.now(), failures=0)
        if account.needs_reauth_at:
            health.note_checked(account, warning=account.warning)
        health.note_answer(account)
    return bool(saved)


def _holding(account: Account) -> AccountQuerySet:
    """Return the row while it holds the token that was used: encrypted with another key meanwhile, maybe."""
    rows: AccountQuerySet = Account.objects.filter(pk=account.pk, removed_at=None)
    now = rows.first()
    if now is None or now.sealed_credentials == account.sealed_credentials:
        return rows.filter(sealed_credentials=account.sealed_credentials)
    try:
        is_same = now.credentials.get("refresh_token") == account.credentials.get("refresh_token")
    except CredentialsUnreadable:
        is_same = False
    return rows.filter(sealed_credentials=now.sealed_credentials) if is_same else rows.none()


def _give_up(account: Account, error: Exception, *, broke_off: bool) -> None:
    """The platform takes the token no longer: an admin has to connect again. Unless somebody just did."""
    if not _holding(account).update(access_ends_at=None, renewal_claimed_at=None):
        return
    account.access_ends_at = None
    words = health.RENEWAL_BROKE_OFF if broke_off else str(error)
    log.warning("The access of %s could not be renewed: %s", account, words)
    health.note_failure(account, NeedsReauth(words, code="renewal" if broke_off else getattr(error, "code", "")))
