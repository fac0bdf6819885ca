"""What a list is narrowed by, as its address says it. What is unknown in an address counts as not given.

Several values of one filter stand behind each other with commas: what fits one of them stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from channels.types import Visibility
from inbox.models import Conversation, ConversationLabel, Team
from inbox.sla.closing_time import Closing, closes
from webcare.lib.text import is_uuid

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from inbox.models import User
    from inbox.models.conversation import ConversationQuerySet

ME, NOBODY, NONE, MY_TEAMS = "me", "nobody", "none", "mine"
LATE, NEAR = "late", "near"
# Neutral messages and compliments are work too: those nobody answered yet.
FINE = "fine"
SPANS = {
    "any": timedelta(),
    "30m": timedelta(minutes=30),
    "1h": timedelta(hours=1),
    "4h": timedelta(hours=4),
    "24h": timedelta(hours=24),
}

SIDES = ((Visibility.PUBLIC.value, _("Public")), (Visibility.PRIVATE.value, _("Private")))
WAITS: tuple[tuple[str, _StrPromise], ...] = (
    ("any", _("For an answer of ours")),
    ("30m", _("Over half an hour")),
    ("1h", _("Over an hour")),
    ("4h", _("Over four hours")),
    ("24h", _("Over a day")),
)
DUES: tuple[tuple[str, _StrPromise], ...] = ((LATE, _("Over target")), (NEAR, _("Target is near")))
WINDOWS: tuple[tuple[str, _StrPromise], ...] = (
    (Closing.DAY, _("Window closes within a day")),
    (Closing.BEFORE, _("Window closes before closing time")),
    (Closing.AFTER, _("Window closes after closing time")),
)
MOODS: tuple[tuple[str, _StrPromise], ...] = (
    (Conversation.Mood.ANGRY.value, _("Angry")),
    (Conversation.Mood.ANNOYED.value, _("Annoyed")),
    (Conversation.Mood.NEUTRAL.value, _("Neutral")),
    (Conversation.Mood.HAPPY.value, _("Happy")),
    (FINE, _("Positive or neutral, unanswered")),
)
LANGUAGES: tuple[tuple[str, _StrPromise], ...] = (
    ("nl", _("Dutch")),
    ("en", _("English")),
    ("de", _("German")),
    ("fr", _("French")),
)
WHO_ME, WHO_NOBODY = _("Mine"), _("Unassigned")
TEAM_MINE, TEAM_NONE = _("My teams"), _("No team")
LABEL_NONE = _("No label")
MOST = 30  # values of one filter
SINGLE = ("waits", "since", "complaint")  # of these one value counts


def values_of(values: Any, name: str) -> list[str]:
    """Return every value of a name in a query string, repeated or comma-separated."""
    several = values.getlist(name) if hasattr(values, "getlist") else [values.get(name, "")]
    return sorted({part for text in several for part in str(text).split(",") if part})[:MOST]


def joined_values(values: Any, name: str, fits: Callable[[str], bool]) -> str:
    """Return the values of a name that fit, as an address has them."""
    return ",".join(part for part in values_of(values, name) if fits(part))


def parts(value: str) -> list[str]:
    """Return the values of a filter one by one."""
    return value.split(",") if value else []


@dataclass(frozen=True, slots=True)
class Filters:
    """The values are texts, as in the address; "" is not given."""

    channel: str = ""
    side: str = ""
    who: str = ""  # me, nobody, or people's codes
    team: str = ""  # mine, none, or teams' codes
    label: str = ""  # none, or labels' codes
    mood: str = ""
    language: str = ""
    waits: str = ""
    due: str = ""  # how it stands against the response target: late or near
    window: str = ""  # when the reply window closes (inbox/sla/closing_time.py)
    since: str = ""  # a day: what said something on it or later
    complaint: str = ""

    @classmethod
    def of(cls, values: Any) -> Filters:
        """Read them from a query string (anything with .get)."""
        values_by_filter = {name: joined_values(values, name, fits) for name, fits in _FITS.items()}
        return cls(
            **{name: parts(value)[0] if value and name in SINGLE else value for name, value in values_by_filter.items()}
        )

    @property
    def query(self) -> dict[str, str]:
        """The address' values; what was not given is left out."""
        return {item.name: value for item in fields(self) if (value := getattr(self, item.name))}

    @property
    def count(self) -> int:
        """How many are set."""
        return len(self.query)

    def without(self, *names: str) -> Filters:
        """The same with some of them taken away."""
        return replace(self, **dict.fromkeys(names, ""))

    def narrow(self, rows: ConversationQuerySet, user: User) -> ConversationQuerySet:
        """Keep what fits all of them."""
        return rows.filter(*self.conditions(user).values())

    def conditions(self, user: User) -> dict[str, Q]:
        """What each filter that is set asks of a conversation."""
        asked = self._of_itself()
        if self.who:
            asked["who"] = _any(self.who, {ME: Q(assignee=user), NOBODY: Q(assignee=None)}, "assignee__code__in")
        if self.team:
            asked["team"] = self._of_team(user)
        if self.label:
            links = ConversationLabel.objects.filter(conversation=OuterRef("pk"))
            codes = [code for code in parts(self.label) if code != NONE]
            found = [Q(Exists(links.filter(label__code__in=codes)))] if codes else []
            asked["label"] = reduce(or_, [*found, Q(~Exists(links))] if NONE in parts(self.label) else found)
        return asked

    def _of_team(self, user: User) -> Q:
        """What is asked of the team: by number, since of a code or a sub-select nobody knows how rare it is."""
        codes = [part for part in parts(self.team) if part not in (MY_TEAMS, NONE)]
        asked = [Q(team__in=list(Team.objects.filter(code__in=codes).values_list("pk", flat=True)))] if codes else []
        if MY_TEAMS in parts(self.team):
            asked.append(Q(team__in=user.team_ids))
        if NONE in parts(self.team):
            # A team that was put away is none: nobody finds it under its name.
            asked.append(Q(team=None) | Q(team__archived_at__isnull=False))
        return reduce(or_, asked)

    def _of_itself(self) -> dict[str, Q]:
        """What is asked of the conversation itself, not of who has it."""
        happy = (Conversation.Mood.NEUTRAL, Conversation.Mood.HAPPY)
        fine = Q(mood__in=happy, waiting_since__isnull=False)
        day, waits, now = _day(self.since), SPANS.get(self.waits), timezone.now()
        asked = {
            "channel": Q(account__platform__in=parts(self.channel)) if self.channel else None,
            "side": Q(visibility__in=parts(self.side)) if self.side else None,
            "mood": _any(self.mood, {FINE: fine}, "mood__in") if self.mood else None,
            "language": Q(language__in=parts(self.language)) if self.language else None,
            "waits": Q(waiting_since__lte=now - waits) if waits is not None else None,
            "due": reduce(or_, (due_as(how, now) for how in parts(self.due))) if self.due else None,
            "window": reduce(or_, (closes(when, now) for when in parts(self.window))) if self.window else None,
            "since": Q(last_message_at__gte=timezone.make_aware(datetime.combine(day, time.min))) if day else None,
            "complaint": Q(is_complaint=True) if self.complaint else None,
        }
        return {name: condition for name, condition in asked.items() if condition is not None}


def due_as(how: str, now: datetime) -> Q:
    """Return what asks for those who wait longer than their target, or nearly so."""
    if how == LATE:
        return Q(waiting_since__isnull=False, due_at__lte=now)
    # The first mark stands at four fifths of the target; who has none has no due time in sight.
    not_late = Q(due_at__gt=now) | Q(due_at=None)
    return Q(waiting_since__isnull=False, due_marks__0__lte=now) & not_late


def _any(value: str, special: dict[str, Q], field: str) -> Q:
    """Return what one of the values asks: those with a meaning of their own, or those of a field."""
    others = [part for part in parts(value) if part not in special]
    asked = [special[part] for part in parts(value) if part in special]
    return reduce(or_, [*asked, Q(**{field: others})] if others else asked)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


_FITS: dict[str, Callable[[str], bool]] = {
    "channel": lambda value: bool(re.fullmatch(r"[a-z]{1,20}", value)),
    "side": lambda value: value in dict(SIDES),
    "who": lambda value: value in (ME, NOBODY) or is_uuid(value),
    "team": lambda value: value in (MY_TEAMS, NONE) or is_uuid(value),
    "label": lambda value: value == NONE or is_uuid(value),
    "mood": lambda value: value in dict(MOODS),
    "language": lambda value: bool(re.fullmatch(r"[a-z]{2,3}", value)),
    "waits": lambda value: value in SPANS,
    "due": lambda value: value in dict(DUES),
    "window": lambda value: value in dict(WINDOWS),
    "since": lambda value: _day(value) is not None,
    "complaint": lambda value: value == "1",
}
