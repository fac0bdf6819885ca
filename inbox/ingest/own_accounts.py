"""Our own accounts are no customers: what one of them says where another is named is ours, and starts nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from channels.models import Account
from channels.types import Direction, Incoming, IncomingMessage, Reaction
from webcare.lib.statements import fetch


def without_own_accounts(account: Account, events: Sequence[Incoming]) -> list[Incoming]:
    """Return the events about an account, with our other accounts not taken for customers.

    Another account's post is context without a writer, like this account's own: the answer itself comes in by the
    account that gave it. It is nobody's conversation, and its likes are not somebody's.
    """
    others = _other_accounts(account)
    if not others:
        return list(events)
    return [
        _recognised(event, others) if isinstance(event, IncomingMessage) else event
        for event in events
        if not (isinstance(event, Reaction) and event.author is not None and event.author.external_id in others)
    ]


def _recognised(event: IncomingMessage, others: Collection[str]) -> IncomingMessage:
    if event.author is not None and event.author.external_id in others:
        kind = "reply" if event.parent_id else "post"
        return replace(event, direction=Direction.CONTEXT, kind=kind, author=None, customer=None)
    if event.customer is not None and event.customer.external_id in others:
        return replace(event, customer=None)
    return event


def _other_accounts(account: Account) -> set[str]:
    """The platform's ids of our other accounts there."""
    ours = fetch(
        "SELECT external_id FROM channels_account WHERE platform = %s AND removed_at IS NULL AND id <> %s",
        [account.platform, account.pk],
    )
    return {external_id for (external_id,) in ours}
