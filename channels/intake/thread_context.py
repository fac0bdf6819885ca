"""Loads what was said before a post that names us: the public thread, by its parents."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from channels.accounts import health
from channels.base import Connector
from channels.connectors import connector_for
from channels.errors import ChannelError, NeedsReauth
from channels.models import Account
from channels.secrets import CredentialsUnreadable
from channels.types import Incoming, IncomingMessage
from inbox.ingest.receive import receive
from inbox.models import Message

log = logging.getLogger(__name__)

AT_ONCE = 100
GRACE = timedelta(seconds=20)  # what came in just now has a task of its own under way
GIVEN_UP_AFTER = timedelta(hours=24)
WANTED, LOADED, FAILED = "wanted", "loaded", "failed"


def due(now: datetime | None = None) -> list[int]:
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
    rows = Message.objects.filter(
        pk__in=list(message_ids), context_state=WANTED, account__removed_at=None
    ).select_related("account")
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
    before = PrecedingPosts()
    try:
        for message in messages:
            before.ask(connector, message)
    except ChannelError as error:
        health.note_failure(account, error)
    except Exception:
        log.exception("Loading threads of %r failed", account)
    finally:
        connector.close()
    # What was found until something failed is kept; the rest stays wanted.
    before.store(account)


class PrecedingPosts:
    """The posts before one account's messages, gathered to be stored together."""

    def __init__(self) -> None:
        self.events: dict[str, Incoming] = {}
        self.loaded: list[int] = []
        self.orphaned: list[int] = []  # whose parent is no longer shown
        self.failed: list[int] = []

    def ask(self, connector: Connector, message: Message) -> None:
        """Load the posts before one message, unless another thread brought them along. Raises ChannelError."""
        parent = message.parent_external_id
        if parent not in self.events:
            try:
                events = connector.context(message.external_id or "", message.thread_id, parent)
            except ChannelError as error:
                if not error.permanent:
                    raise
                self.failed.append(message.pk)
                return
            self.events |= {event.external_id: event for event in events if isinstance(event, IncomingMessage)}
        self.loaded.append(message.pk)
        # A platform whose threads cannot be asked for says nothing about the parent.
        asked = type(connector).context is not Connector.context
        if asked and parent and parent not in self.events:
            self.orphaned.append(message.pk)

    def store(self, account: Account) -> None:
        """Hand everything to the inbox, then write down which messages are done."""
        if self.events:
            receive(account, list(self.events.values()))
        Message.objects.filter(pk__in=self.orphaned).update(parent_missing=True)
        Message.objects.filter(pk__in=self.loaded).update(context_state=LOADED)
        Message.objects.filter(pk__in=self.failed).update(context_state=FAILED)
