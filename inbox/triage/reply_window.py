"""The reply window: until when a platform lets a person answer a private message freely."""

from __future__ import annotations

from collections.abc import Iterable

from channels.models import Account
from channels.types import Route

# Both are parts of the statement in summary.py, which writes `Conversation.window_closes_at`.
OPENED_AT = "max(sent_at) FILTER (WHERE direction = 'inbound' AND opens_window)"
CLOSES_AT = "CASE WHEN c.visibility = 'private' THEN sums.opened_at + make_interval(secs => windows.seconds) END"


def seconds_of(accounts: Iterable[Account]) -> list[tuple[int, float]]:
    """Return (account's pk, seconds a window lasts) where the account's platform has one."""
    found = []
    for account in accounts:
        rules = account.capabilities.routes.get(Route.PRIVATE_MESSAGE)
        if rules is not None and rules.reply_window is not None:
            found.append((account.pk, rules.reply_window.total_seconds()))
    return found
