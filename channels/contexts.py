"""Loads what was said before a post that names us: the public thread, by its parents."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from channels import health
from channels.base import Connector
from channels.errors import ChannelError, NeedsReauth
from channels.models import Account
from channels.registry import connector_for
from channels.secrets import CredentialsUnreadable
from channels.types import Edit, IncomingMessage
from inbox.ingest import receive
from inbox.models import Message

log = logging.getLogger(__name__)

AT_ONCE = 100
GRACE = timedelta(seconds=20)  # what came in just now has a task of its own under way
GIVEN_UP_AFTER = timedelta(hours=24)
WANTED, LOADED, FAILED = "wanted", "loaded", "failed"


def wanted(now: datetime | None = None) -> list[int]:
    """Return the ids of messages whose preceding thread was not loaded; after a day it is given up."""
    now = now or timezone.now()
    rows = Message.objects.filter(context_state=WANTED)
    rows.filter(received_at__lt=now - GIVEN_UP_AFTER).update(context_state=FAILED)
    reachable = rows.filter(
        received_at__lt=now - GRACE, account__in=Account.objects.connected().filter(needs_reauth_at=None)
    )
    return list(
        reachable.exclude(account__rate_limited_until__gt=now).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    )


def load(message_ids: Iterable[int]) -> None:
    """Fetch the posts before each of these messages and hand them to the inbox as context.

    Never raises: what fails stays wanted and is tried again by beat.
    """
    rows = Message.objects.filter(pk__in=list(message_ids), context_state=WANTED).select_related("account")
    by_account: dict[Account, list[Message]] = {}
    for message in rows.order_by("account_id", "pk"):
        by_account.setdefault(message.account, []).append(message)
    for account, messages in by_account.items():
        _load_for(account, messages)


def _load_for(account: Account, messages: list[Message]) -> None:
    try:
        connector = connector_for(account)
    except CredentialsUnreadable as error:
        health.note_failure(account, NeedsReauth(str(error)))
        return
    try:
        for message in messages:
            _load_one(connector, account, message)
    except ChannelError as error:
        health.note_failure(account, error)
    except Exception:
        log.exception("Loading threads of %r failed", account)
    finally:
        connector.close()


def _load_one(connector: Connector, account: Account, message: Message) -> None:
    row = Message.objects.filter(pk=message.pk)
    # Another message of the same batch may have brought it along.
    if row.values_list("context_state", flat=True).first() != WANTED:
        return
    try:
        events = connector.context(message.external_id or "", message.thread_id, message.parent_external_id)
    except ChannelError as error:
        if not error.permanent:
            raise
        row.update(context_state=FAILED)
        return
    receive(account, list(events))
    found = {event.external_id for event in events if isinstance(event, (IncomingMessage, Edit))}
    missing = bool(message.parent_external_id) and message.parent_external_id not in found
    row.update(context_state=LOADED, **({"parent_missing": True} if missing else {}))
