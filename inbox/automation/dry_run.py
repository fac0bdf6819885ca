"""What a rule would have touched in the last days: its conditions, asked of all that it looks at. Writes nothing.

Newest first, by keyset, and bounded in time: where that runs out, it says how far it came, and goes on from there.
What a conversation is labelled, and who has it, is as it is now.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models.functions import Left
from django.utils import timezone

from inbox.automation import past
from inbox.automation.rulebook import ReadyRule
from inbox.models import Conversation, Message, OpeningHours, Rule, User
from inbox.routing.rules.reading import Happening, facts_of
from webcare.lib.cursor import cursor_of

DAYS = (1, 7, 14, 30)
AT_ONCE = 100
MOST = 50  # conversations of a page
SECONDS = 3.0
_LONG = 280  # characters shown of a message, as many as an excerpt has


@dataclass(frozen=True, slots=True)
class Hit:
    """A conversation that would have been touched, and by which moment."""

    conversation: Conversation
    at: datetime
    words: str  # of the message that the rule looked at, else the newest


@dataclass(slots=True)
class DryRun:
    """What was found so far. `after` goes on from there; "" at the end."""

    days: int
    hits: list[Hit] = field(default_factory=list)
    looked_at: int = 0
    until: datetime | None = None  # how far back it came
    after: str = ""
    kinds: frozenset[str] = frozenset()

    @property
    def has_changes(self) -> bool:
        """Whether it looked at the log."""
        return not self.kinds.isdisjoint(past.VERBS)

    @property
    def has_clock(self) -> bool:
        """Whether it looked at what is open now."""
        return Rule.Kind.CLOCK in self.kinds


def dry_run(rule: ReadyRule, user: User, *, days: int, after: str = "", seconds: float = SECONDS) -> DryRun:
    """Ask a rule about the messages of the last days in the accounts somebody sees."""
    found = DryRun(days, kinds=rule.kinds)
    deadline, touched = time.monotonic() + seconds, dict[int, Happening]()
    now = timezone.now()
    since = now - timedelta(days=days)
    accounts = list(user.readable_accounts().order_by().values_list("pk", flat=True))
    rule = replace(rule, closed=frozenset(user.closed_teams))
    what = past.Moments(rule.moments, accounts, since, now, OpeningHours.current())
    while len(touched) < MOST and time.monotonic() < deadline:
        rows = past.happened(what, after, AT_ONCE)
        known = facts_of([happening for row in rows if (happening := _happening(row))])
        for row in rows:
            happening = _happening(row)
            facts = known.get(happening) if happening else None
            after, found.until = cursor_of(row, past.ORDER), row.at
            found.looked_at += 1
            if happening is not None and facts is not None and rule.fits(facts):
                touched.setdefault(facts.conversation, happening)
            if len(touched) >= MOST:
                break
        else:
            if len(rows) < AT_ONCE:
                after, found.until = "", since
                break
    found.after = after
    found.hits = _hits(touched)
    return found


def _happening(row: past.Past) -> Happening | None:
    return Happening(row.conversation, row.moment, row.message) if row.moment else None


def _hits(touched: dict[int, Happening]) -> list[Hit]:
    rows = Conversation.objects.filter(pk__in=touched).for_rows().defer("account__sealed_credentials").in_bulk()
    read = [happening.message for happening in touched.values() if happening.message]
    words = dict(Message.objects.filter(pk__in=read).values_list("pk", Left("text", _LONG)))
    return [
        Hit(rows[pk], happening.at, words.get(happening.message) or rows[pk].excerpt)
        for pk, happening in touched.items()
        if pk in rows
    ]
