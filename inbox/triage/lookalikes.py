"""Who looks like one of our accounts: seen a moment after a message came in, with its estimate, and told to leads.

A name is compared again with each message, so a new name and a new account of ours count without a queue of their own.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from channels.models import Account
from inbox.live.announce import announce
from inbox.models import Conversation, Event, Identity, Lookalike, Notification, User
from inbox.notifications.queue import leads_of, tell
from inbox.notifications.unread import settle_for_all
from inbox.text.lookalike import resembles
from webcare.lib.statements import fetch

log = logging.getLogger(__name__)

# Ids of ours at a platform, of former accounts too, are nobody who pretends; nor is our own handle under another id.
_WRITERS = """
SELECT DISTINCT ON (i.id) i.id, i.platform, i.name, i.handle, m.account_id, m.conversation_id, l.account_id,
    EXISTS (SELECT FROM channels_account o WHERE o.platform = i.platform
        AND (o.external_id = i.external_id OR o.handle <> '' AND lower(o.handle) = lower(i.handle)))
FROM inbox_message m JOIN inbox_identity i ON i.id = m.identity_id
    JOIN channels_account a ON a.id = m.account_id LEFT JOIN inbox_lookalike l ON l.identity_id = i.id
WHERE m.id = ANY(%s::bigint[]) AND m.conversation_id IS NOT NULL AND a.practice_id IS NULL
ORDER BY i.id, m.sent_at DESC, m.id DESC
"""


class Writer(NamedTuple):
    """Who wrote one of these messages, and which account they were said to look like."""

    pk: int
    platform: str
    name: str
    handle: str
    account_id: int  # where they wrote
    conversation_id: int
    known_as: int | None
    is_ours: bool


def look_at(message_ids: Collection[int]) -> int:
    """Compare the writers of these messages with our accounts; return how many were found. Never raises."""
    try:
        writers = [Writer(*row) for row in fetch(_WRITERS, [sorted(message_ids)])]
        ours = list(Account.objects.filter(removed_at=None).only("pk", "platform", "name", "handle").order_by("pk"))
        alike = [(writer, account) for writer in writers if (account := account_like(writer, ours))]
        found = {writer.pk for writer, _account in alike}
        Lookalike.objects.filter(
            identity__in=[writer.pk for writer in writers if writer.known_as and writer.pk not in found]
        ).delete()
        return _note([(writer, account) for writer, account in alike if writer.known_as is None])
    except Exception:  # it must not keep moods from being told
        log.exception("The names of those who wrote could not be compared with ours")
        return 0


def account_like(writer: Writer, ours: Sequence[Account]) -> Account | None:
    """Return the account somebody looks like: first where they wrote, then on the same platform."""
    if writer.is_ours:
        return None
    nearest = sorted(ours, key=lambda row: (row.pk != writer.account_id, row.platform != writer.platform))
    theirs = [name for name in (writer.handle, writer.name) if name]
    return next((row for row in nearest if any(_is_alike(name, row) for name in theirs)), None)


def _is_alike(name: str, account: Account) -> bool:
    return any(resembles(name, own) for own in (account.handle, account.name) if own)


@transaction.atomic
def _note(alike: Sequence[tuple[Writer, Account]]) -> int:
    """Write down who looks like us, and tell the leads once of each."""
    if not alike:
        return 0
    rows = [Lookalike(identity_id=writer.pk, account=account) for writer, account in alike]
    Lookalike.objects.bulk_create(rows, ignore_conflicts=True)
    talks = Conversation.objects.in_bulk([writer.conversation_id for writer, _account in alike])
    for writer, account in alike:
        conversation, kind = talks[writer.conversation_id], Notification.Kind.LOOKALIKE
        leads = leads_of(conversation.account_id, conversation.team_id)
        tell(leads, kind, occasion=f"{kind}:{writer.pk}", conversation=conversation, subject=account.at_handle)
    announce(talks)
    return len(alike)


@transaction.atomic
def dismiss(conversation: Conversation, by: User) -> bool:
    """Say that its customer pretends nothing; return whether that was news."""
    marked = Lookalike.objects.filter(identity=conversation.identity_id, dismissed_at=None)
    if not marked.update(dismissed_at=timezone.now(), dismissed_by=by):
        return False
    Event.note("lookalike_dismissed", actor=by, conversation=conversation)
    talks = list(Conversation.objects.filter(identity=conversation.identity_id).values_list("pk", flat=True))
    settle_for_all(talks, [Notification.Kind.LOOKALIKE])
    announce(talks)
    return True


def warning(conversation: Conversation) -> str:
    """Return the words that warn customers of somebody, in the language that is written there."""
    who: Identity = conversation.identity
    named = {"theirs": who.shown_handle or f"“{who.name}”", "ours": conversation.account.at_handle}
    with translation.override("en" if conversation.language == "en" else "nl"):
        return (
            _(
                "Please note: %(theirs)s does not belong to us. Here we answer as %(ours)s only. "
                "Give that account no personal or payment details, and open no links from it."
            )
            % named
        )
