"""Asks who somebody is where a webhook told an id only: Messenger's and Instagram's messages come without a name."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F

from channels.accounts import health
from channels.connectors import connector_for
from channels.errors import ChannelError
from channels.models import Account
from channels.secrets import CredentialsUnreadable
from channels.types import Author, Direction, Incoming, IncomingMessage, Visibility
from inbox.ingest.cleaning import cleaned_author
from inbox.ingest.identities import resolve_identities, scope_of
from inbox.live.announce import announce
from inbox.models import Conversation, Identity

log = logging.getLogger(__name__)


def without_name(events: Iterable[Incoming]) -> list[str]:
    """Return the ids of people who wrote in private and have no name yet."""
    authors = {
        event.author.external_id
        for event in events
        if isinstance(event, IncomingMessage)
        and event.direction == Direction.INBOUND
        and event.visibility == Visibility.PRIVATE
        and event.author
        and not (event.author.name or event.author.handle)
    }
    return sorted(authors)


def load(account_id: int, external_ids: Sequence[str]) -> None:
    """Ask the platform about those of these people we have no name for. Never raises: a poll may bring the name too."""
    account = Account.objects.connected().filter(pk=account_id, needs_reauth_at=None).first()
    if account is None:
        return
    ours = Identity.objects.filter(platform=account.platform, scope=scope_of(account), external_id__in=external_ids)
    unknown = list(ours.filter(name="", handle=""))
    if not unknown:
        return
    try:
        connector = connector_for(account)
    except CredentialsUnreadable:
        return
    try:
        for identity in unknown:
            asked = Author(identity.external_id)
            profile = connector.profile(asked)
            if profile != asked:
                _note(account, identity, profile)
    except ChannelError as error:
        health.note_failure(account, error)
    except Exception:
        log.exception("Asking who wrote to %r failed", account)
    finally:
        connector.close()


def _note(account: Account, identity: Identity, profile: Author) -> None:
    with transaction.atomic():
        resolve_identities(account, [(cleaned_author(profile), identity.last_seen_at)])
        conversations = Conversation.objects.filter(identity=identity)
        # The row's version moves on with every update, so that a page that was away asks for it again.
        conversations.update(last_message_at=F("last_message_at"))
        announce(list(conversations.values_list("pk", flat=True)))
