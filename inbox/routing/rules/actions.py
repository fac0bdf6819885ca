"""What a rule does, as it is stored. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from inbox.routing.rules.conditions import Unreadable

MOST = 10  # actions of one rule
USUAL_HOURS = 24


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
    """One thing to do. `value` is a number of ours, or a word; `hours` is how long a reply is not sent again."""

    does: Does
    value: str = ""
    hours: int = 0

    @property
    def number(self) -> int:
        """The value, where it is a number; 0 where it is none."""
        return int(self.value) if self.value.isascii() and self.value.isdecimal() else 0


def read_actions(stored: Any) -> tuple[Action, ...]:
    """Return the actions that were stored as JSON. Raises Unreadable."""
    return tuple(_read_action(one) for one in _rows(stored))


def stored_actions(actions: Sequence[Action]) -> list[dict[str, Any]]:
    """Return actions as JSON."""
    return [
        {"does": str(action.does), "value": action.value} | ({"hours": action.hours} if action.hours else {})
        for action in actions
    ]


def _rows(stored: Any) -> list[Mapping[str, Any]]:
    if not isinstance(stored, list) or len(stored) > MOST or not all(isinstance(one, Mapping) for one in stored):
        raise Unreadable("no list")
    return stored


def _read_action(stored: Mapping[str, Any]) -> Action:
    try:
        does, value = Does(stored["does"]), stored.get("value", "")
    except (KeyError, ValueError) as error:
        raise Unreadable("no action") from error
    hours = stored.get("hours", USUAL_HOURS if does == Does.REPLY else 0)
    if not isinstance(value, str) or not isinstance(hours, int) or (hours > 0) != (does == Does.REPLY):
        raise Unreadable("no value")
    return Action(does, value, hours)
