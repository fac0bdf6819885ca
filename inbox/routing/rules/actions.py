"""What a rule does, as it is stored. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from inbox.routing.rules.conditions import Unreadable

MOST = 10  # actions of one rule


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
    ESCALATE = "escalate"


@dataclass(frozen=True)
class Action:
    """One thing to do. `value` is a number of ours, or a word."""

    does: Does
    value: str = ""

    @property
    def number(self) -> int:
        """The value, where it is a number; 0 where it is none."""
        return int(self.value) if self.value.isascii() and self.value.isdecimal() else 0


def read_actions(stored: Any) -> tuple[Action, ...]:
    """Return the actions that were stored as JSON. Raises Unreadable."""
    return tuple(_read_action(one) for one in _rows(stored))


def stored_actions(actions: Sequence[Action]) -> list[dict[str, str]]:
    """Return actions as JSON."""
    return [{"does": str(action.does), "value": action.value} for action in actions]


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
