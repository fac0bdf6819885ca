"""What a list is narrowed by, as its address says it. What is unknown in an address counts as not given."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from channels.types import Visibility
from inbox.models import Conversation, ConversationLabel
from webcare.lib.text import is_uuid

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from inbox.models import User
    from inbox.models.conversation import ConversationQuerySet

ME, NOBODY, NONE, MY_TEAMS = "me", "nobody", "none", "mine"
# Neutral messages and compliments are work too: those nobody answered yet.
FINE = "fine"
SPANS = {"30m": timedelta(minutes=30), "1h": timedelta(hours=1), "4h": timedelta(hours=4), "24h": timedelta(hours=24)}

SIDES = ((Visibility.PUBLIC.value, _("Public")), (Visibility.PRIVATE.value, _("Private")))
WAITS: tuple[tuple[str, _StrPromise], ...] = (
    ("30m", _("Over half an hour")),
    ("1h", _("Over an hour")),
    ("4h", _("Over four hours")),
    ("24h", _("Over a day")),
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


@dataclass(frozen=True, slots=True)
class Filters:
    """The values are texts, as in the address; "" is not given."""

    channel: str = ""
    side: str = ""
    who: str = ""  # me, nobody, or a person's code
    team: str = ""  # mine, none, or a team's code
    label: str = ""  # none, or a label's code
    mood: str = ""
    language: str = ""
    waits: str = ""
    since: str = ""  # a day: what said something on it or later
    complaint: str = ""

    @classmethod
    def of(cls, values: Any) -> Filters:
        """Read them from a query string (anything with .get)."""
        given = {item.name: str(values.get(item.name, "")) for item in fields(cls)}
        allowed = {
            "channel": bool(re.fullmatch(r"[a-z]{1,20}", given["channel"])),
            "side": given["side"] in dict(SIDES),
            "who": given["who"] in (ME, NOBODY) or is_uuid(given["who"]),
            "team": given["team"] in (MY_TEAMS, NONE) or is_uuid(given["team"]),
            "label": given["label"] == NONE or is_uuid(given["label"]),
            "mood": given["mood"] in dict(MOODS),
            "language": bool(re.fullmatch(r"[a-z]{2,3}", given["language"])),
            "waits": given["waits"] in SPANS,
            "since": _day(given["since"]) is not None,
            "complaint": given["complaint"] == "1",
        }
        return cls(**{name: given[name] for name, fits in allowed.items() if fits})

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
            somebody: dict[str, dict[str, Any]] = {ME: {"assignee": user}, NOBODY: {"assignee": None}}
            asked["who"] = Q(**somebody.get(self.who, {"assignee__code": self.who}))
        if self.team == MY_TEAMS:
            asked["team"] = Q(team__in=user.teams.order_by().values("pk"))
        elif self.team:
            asked["team"] = Q(team=None) if self.team == NONE else Q(team__code=self.team)
        if self.label:
            links = ConversationLabel.objects.filter(conversation=OuterRef("pk"))
            none = self.label == NONE
            asked["label"] = Q(~Exists(links)) if none else Q(Exists(links.filter(label__code=self.label)))
        return asked

    def _of_itself(self) -> dict[str, Q]:
        """What is asked of the conversation itself, not of who has it."""
        happy = (Conversation.Mood.NEUTRAL, Conversation.Mood.HAPPY)
        fine = Q(mood__in=happy, waiting_since__isnull=False)
        day, waits = _day(self.since), SPANS.get(self.waits)
        asked = {
            "channel": Q(account__platform=self.channel) if self.channel else None,
            "side": Q(visibility=self.side) if self.side else None,
            "mood": (fine if self.mood == FINE else Q(mood=self.mood)) if self.mood else None,
            "language": Q(language=self.language) if self.language else None,
            "waits": Q(waiting_since__lte=timezone.now() - waits) if waits else None,
            "since": Q(last_message_at__gte=timezone.make_aware(datetime.combine(day, time.min))) if day else None,
            "complaint": Q(is_complaint=True) if self.complaint else None,
        }
        return {name: condition for name, condition in asked.items() if condition is not None}


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
