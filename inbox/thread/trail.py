"""What colleagues did with a conversation, folded between its messages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone

from inbox.history.describe import Told, tell
from inbox.history.verbs import TRAIL
from webcare.lib.statements import fetch

if TYPE_CHECKING:
    from inbox.models import Conversation, User

MOST = 200  # events of one page; the log has them all
TAKEN_BACK = 3

# Events of a span of time, newest first, with the names of whom and what each refers to.
_EVENTS = """
SELECT e.id, e.at, e.verb, e.data, e.actor_id, coalesce(a.first_name, ''),
    coalesce(nullif(btrim(a.first_name || ' ' || a.last_name), ''), a.email, ''),
    (SELECT jsonb_agg(jsonb_build_array(n.kind, n.id, n.name)) FROM (
        SELECT 'person' AS kind, p.id, coalesce(nullif(btrim(p.first_name || ' ' || p.last_name), ''), p.email) AS name
        FROM inbox_user p WHERE p.id = ANY(refers.ids)
        UNION ALL SELECT 'team', t.id, t.name FROM inbox_team t WHERE t.id = ANY(refers.ids)
        UNION ALL SELECT 'label', l.id, l.name FROM inbox_label l WHERE l.id = ANY(refers.ids)
        UNION ALL SELECT 'rule', r.id, r.name FROM inbox_rule r WHERE r.id = ANY(refers.ids)) n)
FROM inbox_event e LEFT JOIN inbox_user a ON a.id = e.actor_id
CROSS JOIN LATERAL (SELECT ARRAY(SELECT (value #>> '{}')::numeric::bigint
    FROM jsonb_each(e.data) WHERE jsonb_typeof(value) = 'number') AS ids) refers
WHERE e.conversation_id = %s AND e.verb = ANY(%s) AND e.at >= %s AND e.at < %s
ORDER BY e.id DESC LIMIT %s
"""


class TrailLine(NamedTuple):
    """One act in words."""

    id: int
    at: datetime
    verb: str
    actor: int | None
    first_name: str
    told: Told


class Trail(NamedTuple):
    """What was done between two messages, oldest first."""

    lines: tuple[TrailLine, ...]

    @property
    def id(self) -> int:
        """What it is known by on the page: it stays when more is done."""
        return self.lines[0].id

    @property
    def begins(self) -> datetime:
        """When the first of it was done."""
        return self.lines[0].at

    @property
    def ends(self) -> datetime:
        """When the last of it was done."""
        return self.lines[-1].at

    @property
    def day(self) -> date:
        """The day of the last of it."""
        return timezone.localtime(self.ends).date()


def events_of(conversation: Conversation, since: datetime, until: datetime) -> list[TrailLine]:
    """Return what was done with a conversation in a span of time, oldest first. One statement."""
    rows = fetch(_EVENTS, [conversation.pk, list(TRAIL), since, until, MOST])
    platform = conversation.account.platform
    return [_line(*row, platform=platform) for row in reversed(rows)]


def taken_back(lines: Sequence[TrailLine], reader: User, newest: datetime | None) -> list[TrailLine]:
    """Return the last answers that colleagues took back since the newest message, oldest first."""
    found = (line for line in lines if line.verb == "taken_back" and line.actor != reader.pk)
    return [line for line in found if newest is None or line.at > newest][-TAKEN_BACK:]


def between(lines: Sequence[TrailLine], moments: Sequence[datetime]) -> Iterator[tuple[int, Trail]]:
    """Yield what was done before each of these moments, by its place; behind the last by their number."""

    def place(line: TrailLine) -> int:
        return next((number for number, moment in enumerate(moments) if line.at < moment), len(moments))

    for number, done in groupby(lines, key=place):
        yield number, Trail(tuple(done))


def _line(
    pk: int, at: datetime, verb: str, data: str, actor: int | None, first_name: str, name: str, names: str | None,
    *, platform: str,
) -> TrailLine:  # fmt: skip
    known = {(kind, number): text for kind, number, text in json.loads(names or "[]")}
    told = tell(verb, json.loads(data), name, known, platform, actor=actor)
    return TrailLine(pk, at, verb, actor, first_name, told)
