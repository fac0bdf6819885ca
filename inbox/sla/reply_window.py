"""The reply window: until when a platform lets a person answer a private message freely."""

from __future__ import annotations

from collections.abc import Iterable

from channels.models import Account
from channels.types import Route

# Both are parts of the statement in triage/summary.py, which writes `Conversation.window_closes_at`.
OPENED_AT = "max(sent_at) FILTER (WHERE direction = 'inbound' AND opens_window)"
CLOSES_AT = "CASE WHEN o.visibility = 'private' THEN sums.opened_at + make_interval(secs => windows.seconds) END"


def seconds_of(platforms: Iterable[str]) -> dict[str, float]:
    """Return for how many seconds one may answer, by platform, where it limits that."""
    found = {}
    for platform in platforms:
        rules = Account(platform=platform).capabilities.routes.get(Route.PRIVATE_MESSAGE)
        if rules is not None and rules.reply_window is not None:
            found[platform] = rules.reply_window.total_seconds()
    return found
