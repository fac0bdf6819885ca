"""What a rule does and when, as it is stored. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from inbox.models.rule import LONGEST_WAIT, Rule
from inbox.routing.rules.conditions import Unreadable

MOST = 10  # actions of one rule, and moments
DAYS = {"": range(7), "workdays": range(5), "weekend": (5, 6)}


class Does(StrEnum):
    """What can be done."""

    TEAM = "team"
    PERSON = "person"
    RELEASE = "release"
    LABEL = "label"
    UNLABEL = "unlabel"
    PRIORITY = "priority"
    NOTIFY = "notify"
    SNOOZE = "snooze"
    CLOSE = "close"
    REPLY = "reply"
    HIDE = "hide"
    ESCALATE = "escalate"
    WEBHOOK = "webhook"


@dataclass(frozen=True)
class Action:
    """One thing to do. `value` is a number of ours, or a word."""

    does: Does
    value: str = ""

    @property
    def number(self) -> int:
        """The value, where it is a number; 0 where it is none."""
        return int(self.value) if self.value.isascii() and self.value.isdecimal() else 0


@dataclass(frozen=True)
class Moment:
    """When a rule looks: something happens, a customer has waited for so long, or at a time on some days."""

    kind: str
    minutes: int = 0
    at: time = time()
    days: str = ""

    def last_stroke(self, now: datetime, zone: tzinfo) -> datetime:
        """Return when the clock last said so, up to now. A time that is skipped counts by the clock before it."""
        today = now.astimezone(zone).date()
        for back in range(8):
            day = today - timedelta(days=back)
            stroke = datetime.combine(day, self.at, tzinfo=zone).astimezone(UTC)
            if day.weekday() in DAYS[self.days] and stroke <= now:
                return stroke
        raise AssertionError("A week has every day.")


def read_actions(stored: Any) -> tuple[Action, ...]:
    """Return the actions that were stored as JSON. Raises Unreadable."""
    return tuple(_read_action(one) for one in _rows(stored))


def read_moments(stored: Any) -> tuple[Moment, ...]:
    """Return the moments that were stored as JSON. Raises Unreadable."""
    return tuple(_read_moment(one) for one in _rows(stored))


def stored_actions(actions: Sequence[Action]) -> list[dict[str, str]]:
    """Return actions as JSON."""
    return [{"does": str(action.does), "value": action.value} for action in actions]


def stored_moments(moments: Sequence[Moment]) -> list[dict[str, Any]]:
    """Return moments as JSON."""
    stored = []
    for moment in moments:
        row: dict[str, Any] = {"kind": moment.kind}
        if moment.kind == Rule.Kind.WAITS:
            row["minutes"] = moment.minutes
        if moment.kind == Rule.Kind.CLOCK:
            row |= {"at": moment.at.strftime("%H:%M"), "days": moment.days}
        stored.append(row)
    return stored


def _rows(stored: Any) -> list[Mapping[str, Any]]:
    if not isinstance(stored, list) or len(stored) > MOST or not all(isinstance(one, Mapping) for one in stored):
        raise Unreadable("no list")
    return stored


def _read_action(stored: Mapping[str, Any]) -> Action:
    try:
        does, value = Does(stored["does"]), stored.get("value", "")
    except (KeyError, ValueError) as error:
        raise Unreadable("no action") from error
    if not isinstance(value, str):
        raise Unreadable("no value")
    return Action(does, value)


def _read_moment(stored: Mapping[str, Any]) -> Moment:
    kind = stored.get("kind")
    if kind not in Rule.Kind.values:
        raise Unreadable("no moment")
    try:
        minutes, at = int(stored.get("minutes", 0)), time.fromisoformat(stored.get("at", "00:00"))
    except (TypeError, ValueError) as error:
        raise Unreadable("no time") from error
    days = stored.get("days", "")
    if days not in DAYS or (kind == Rule.Kind.WAITS and not 1 <= minutes <= LONGEST_WAIT):
        raise Unreadable("no time")
    return Moment(kind, minutes, at, days)
