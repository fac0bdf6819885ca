"""What a rule would have touched in the last days: its conditions, asked of every message that came in. Writes nothing.

Newest first, by keyset, and bounded in time: where that runs out, it says how far it came, and goes on from there.
What a conversation is labelled, and who has it, is as it is now.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from inbox.automation.rulebook import ReadyRule
from inbox.models import Conversation, Message, User
from inbox.routing.rules.reading import Happening, facts_of
from webcare.lib.cursor import cursor_of, cursor_values, rows_after

DAYS = (1, 7, 14, 30)
AT_ONCE = 100
MOST = 50  # conversations of a page
SECONDS = 3.0
_ORDER = ("-received_at", "-id")


@dataclass(frozen=True, slots=True)
class Hit:
    """A conversation that would have been touched, and by which moment."""

    conversation: Conversation
    at: datetime


@dataclass(slots=True)
class DryRun:
    """What was found so far. `after` goes on from there; "" at the end."""

    days: int
    hits: list[Hit] = field(default_factory=list)
    looked_at: int = 0
    until: datetime | None = None  # how far back it came
    after: str = ""


def dry_run(rule: ReadyRule, user: User, *, days: int, after: str = "", seconds: float = SECONDS) -> DryRun:
    """Ask a rule about the messages of the last days in the accounts somebody sees."""
    found = DryRun(days)
    deadline, touched = time.monotonic() + seconds, dict[int, datetime]()
    since = timezone.now() - timedelta(days=days)
    while len(touched) < MOST and time.monotonic() < deadline:
        rows = _messages(user, since, after)
        known = facts_of([_happening(row) for row in rows])
        for row in rows:
            facts = known.get(_happening(row))
            after, found.until = cursor_of(row, _ORDER), row.received_at
            found.looked_at += 1
            if facts is not None and rule.fits(facts):
                touched.setdefault(facts.conversation, row.received_at)
            if len(touched) >= MOST:
                break
        else:
            if len(rows) < AT_ONCE:
                after, found.until = "", since
                break
    found.after = after
    found.hits = _hits(touched)
    return found


def _messages(user: User, since: datetime, after: str) -> list[Message]:
    accounts = list(user.readable_accounts().order_by().values_list("pk", flat=True))
    rows = Message.objects.filter(
        direction=Message.Direction.INBOUND, removed_at=None, received_at__gte=since, account__in=accounts
    )
    if start := cursor_values(after, _ORDER):
        rows = rows.filter(rows_after(_ORDER, start), received_at__lte=start[0])
    return list(rows.only("conversation_id", "received_at").order_by(*_ORDER)[:AT_ONCE])


def _happening(row: Message) -> Happening:
    assert row.conversation_id is not None  # noqa: S101  an inbound one has a conversation
    return Happening(row.conversation_id, row.received_at, row.pk)


def _hits(touched: dict[int, datetime]) -> list[Hit]:
    rows = Conversation.objects.filter(pk__in=touched).for_rows().defer("account__sealed_credentials").in_bulk()
    return [Hit(rows[pk], at) for pk, at in touched.items() if pk in rows]
