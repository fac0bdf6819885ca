"""Connecting, pausing and letting go of the brand's accounts. Every act is logged in the transaction that does it."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from channels.accounts import health, renewing, templates
from channels.base import AccountProfile
from channels.connectors import connector_for
from channels.errors import ChannelError, NeedsReauth
from channels.models import Account, Checkup, Stream
from channels.platforms import connector_class
from channels.secrets import CredentialsUnreadable
from inbox.models import Conversation, Event, User
from inbox.routing import holders
from webcare.lib.enqueue import enqueue

HISTORY = timedelta(days=30)  # taken in on connecting
ACCESS_FIELDS = ("access_ends_at", "renewal_claimed_at", "renewed_at")


class CannotConnect(Exception):
    """These credentials cannot be used here. The text is a sentence for the admin."""


def identify(platform: str, credentials: Mapping[str, str]) -> AccountProfile:
    """Ask the platform whose credentials these are. Raises ChannelError when it does not accept them."""
    connector = connector_class(platform)(external_id="", handle="", credentials=credentials)
    try:
        return connector.identify()
    finally:
        connector.close()


def connect(
    platform: str,
    credentials: Mapping[str, str],
    *,
    by: User | None,
    mode: str | None = None,
    history: bool = False,
) -> Account:
    """Test the credentials, then save the account with its streams and start polling.

    `mode`: what may leave through it, the usual without. With `history`, what was said in the thirty days before is
    taken in as history (Account.history_until). An account that was removed earlier comes back with its conversations.
    Raises ChannelError when the platform refuses, CannotConnect when the account is connected already.
    """
    credentials = connector_class(platform).prepare(credentials)
    profile = identify(platform, credentials)
    with transaction.atomic():
        # Two admins may connect the same account at once: the second finds the first's row, or waits for it.
        account, made = Account.objects.select_for_update().get_or_create(
            platform=platform, external_id=profile.external_id, defaults={"removed_at": timezone.now()}
        )
        if not account.removed_at:
            raise CannotConnect(_("%(name)s is connected already.") % {"name": account.at_handle})
        account.removed_at = account.paused_at = account.paused_by = None
        account.verify_token = account.verify_token or secrets.token_urlsafe(24)
        account.mode = mode or account.mode
        now = timezone.now()
        account.history_until = now if made and history else account.history_until
        _take_over(account, profile, credentials, is_new=made)
        account.save()
        make_streams(account, since=now - HISTORY if made and history else None)
        Event.note("account_added", actor=by, account=account)
        templates.request_refresh(account)
        enqueue("channels.tasks.check_account", account.pk)
    subscribe(account)
    return account


def reconnect(account: Account, credentials: Mapping[str, str], *, by: User | None) -> None:
    """Replace the credentials after testing them; what was missed meanwhile is fetched at once.

    Raises ChannelError when the platform refuses, CannotConnect when they belong to another account.
    """
    credentials = connector_class(account.platform).prepare(credentials)
    profile = identify(account.platform, credentials)
    if profile.external_id != account.external_id:
        name = Account(platform=account.platform, name=profile.name, handle=profile.handle).at_handle
        raise CannotConnect(
            _("These credentials belong to %(other)s, not to %(account)s.")
            % {"other": name, "account": account.at_handle}
        )
    with transaction.atomic():
        _take_over(account, profile, credentials)
        account.save(update_fields=["name", "handle", "limits", "sealed_credentials", *ACCESS_FIELDS])
        account.note_success()
        make_streams(account)
        account.streams.update(next_poll_at=timezone.now(), failures=0)
        # What was known of the old access says nothing of the new one.
        Checkup.objects.filter(account=account).update(at=None, valid_until=None, scopes=None, scopes_lacking=[])
        Event.note("account_reconnected", actor=by, account=account)
        enqueue("channels.tasks.check_account", account.pk)
    subscribe(account)


def make_streams(account: Account, *, since: datetime | None = None) -> None:
    """Make sure everything this platform lets us poll is polled, from a moment on where one is given.

    A saved search is added by hand only.
    """
    with contextlib.closing(connector_for(account)) as connector:
        for name in connector.streams:
            cursor = dict(connector.cursor_from(name, since)) if since else {}
            Stream.objects.get_or_create(account=account, name=name, query="", defaults={"cursor": cursor})


def subscribe(account: Account) -> None:
    """Ask the platform to send webhooks; polling goes on whatever comes of it, so a refusal is a warning only."""
    connector = connector_for(account)
    try:
        warning = connector.subscribe()
    except ChannelError:
        warning = gettext_noop("The platform did not let us switch on webhooks: messages come in by asking only.")
    finally:
        connector.close()
    if warning != account.warning:
        account.warning = warning
        account.save(update_fields=["warning"])


def unsubscribe(account: Account) -> None:
    """End the account's webhooks, unless another account of ours is told by the same subscription. Never raises."""
    with contextlib.suppress(ChannelError, CredentialsUnreadable), contextlib.closing(connector_for(account)) as ours:
        others = Account.objects.present().exclude(pk=account.pk).exclude(sealed_credentials="")
        for other in others:
            with contextlib.suppress(CredentialsUnreadable), contextlib.closing(connector_for(other)) as theirs:
                if theirs.subscription and theirs.subscription == ours.subscription:
                    return
        ours.unsubscribe()


def test(account: Account, *, by: User) -> ChannelError | None:
    """Ask the platform now whether the access works; the outcome is on the account's row and returned."""
    if account.needs_reauth_at:
        renewing.renew(account.pk, again=True)
        account.refresh_from_db()  # it may have been renewed elsewhere just now
    tried = Account.objects.filter(pk=account.pk, sealed_credentials=account.sealed_credentials)
    try:
        with contextlib.closing(connector_for(account)) as connector:
            connector.identify()
            warning = connector.subscribe()
    except (ChannelError, CredentialsUnreadable) as error:
        failure = error if isinstance(error, ChannelError) else NeedsReauth(str(error))
        if tried.exists():  # else it says nothing of the access that came meanwhile
            health.note_failure(account, failure)
        Event.note("account_tested", actor=by, account=account, works=False, reason=failure.reason)
        return failure
    account.note_success(warning=warning)
    Event.note("account_tested", actor=by, account=account, works=True)
    return None


def pause(account: Account, *, by: User) -> None:
    """Stop listening and answering until somebody resumes. Twice is once."""
    with transaction.atomic():
        now = timezone.now()
        if Account.objects.filter(pk=account.pk, paused_at=None).update(paused_at=now, paused_by=by):
            account.paused_at, account.paused_by = now, by
            Event.note("account_paused", actor=by, account=account)


def resume(account: Account, *, by: User) -> None:
    """Listen again, beginning with what came in meanwhile. Twice is once."""
    with transaction.atomic():
        if Account.objects.filter(pk=account.pk).exclude(paused_at=None).update(paused_at=None, paused_by=None):
            account.paused_at = account.paused_by = None
            account.streams.update(next_poll_at=timezone.now())
            Event.note("account_resumed", actor=by, account=account)


def remove(account: Account, *, by: User) -> None:
    """Let the account go: webhooks end, credentials are wiped.

    Connecting it again brings its conversations back, unassigned.
    """
    unsubscribe(account)
    with transaction.atomic():
        if Account.objects.filter(pk=account.pk, removed_at=None).update(
            removed_at=timezone.now(), sealed_credentials="", verify_token=""
        ):
            freed = holders.give_back(Conversation.objects.filter(account=account), by, "account_removed")
            Event.note("account_removed", actor=by, account=account, freed=freed)


def add_search(account: Account, query: str, *, by: User) -> Stream:
    """Poll a search from now on. Raises CannotConnect where the platform has no search."""
    names = connector_class(account.platform).query_streams
    if not names:
        raise CannotConnect(_("This platform cannot be searched."))
    with transaction.atomic():
        stream, created = Stream.objects.get_or_create(account=account, name=names[0], query=query)
        if created:
            Event.note("search_added", actor=by, account=account, stream=stream.pk)
    return stream


def remove_search(account: Account, stream_id: int, *, by: User) -> None:
    """Stop polling a search; what it found stays. The account's own streams cannot be removed."""
    with transaction.atomic():
        removed, _rows = account.streams.filter(pk=stream_id).exclude(query="").delete()
        if removed:
            Event.note("search_removed", actor=by, account=account, stream=stream_id)


def _known(account: Account) -> Mapping[str, str]:
    """Return the credentials an account had; {} where nobody can read them, or it was removed."""
    try:
        return account.credentials
    except CredentialsUnreadable:
        return {}


def _take_over(
    account: Account, profile: AccountProfile, credentials: Mapping[str, str], *, is_new: bool = False
) -> None:
    if not is_new:
        credentials = connector_class(account.platform).replacing(credentials, _known(account))
    account.name = account.name if account.keeps_name else profile.name[:120]
    account.handle = profile.handle[:120]
    account.limits = profile.limits
    account.credentials = dict(credentials)
    # With a token to renew it by, the access ends only when that fails.
    account.access_ends_at = parse_datetime(credentials.get("ends_at", "")) if "refresh_token" in credentials else None
    account.renewal_claimed_at = account.renewed_at = None
    account.needs_reauth_at = account.failing_since = account.rate_limited_until = None
    account.failures, account.last_error, account.last_error_reason, account.warning = 0, "", "", ""
