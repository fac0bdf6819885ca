"""A rule while it is written: what a form holds, as lines. Adding and removing a line is a submit like any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inbox.models import Rule
from inbox.models.rule import MOST_PER_HOUR, USUAL_PER_HOUR
from inbox.outbox.rule_reply import HOURS
from inbox.routing.rules import actions, conditions, moments
from inbox.routing.rules.actions import USUAL_HOURS, Does
from inbox.routing.rules.conditions import HOWS, Subject

MOST_LINES = 30
_DIGITS = 5  # of no number in this form are there so many
OFFICE, ALWAYS = "office", "always"  # which clock a wait goes by
_NEW = {"subject": "words", "how": "any", "value": ""}


@dataclass
class Draft:
    """What stands in the form; nothing of it need be right yet."""

    name: str = ""
    when: list[dict[str, str]] = field(default_factory=lambda: [{"kind": "arrives"}])
    join: str = "all"
    parts: list[dict[str, Any]] = field(default_factory=list)
    does: list[dict[str, Any]] = field(default_factory=lambda: [{"does": "team", "value": ""}])
    stops: bool = False
    once: bool = False
    per_hour: str = str(USUAL_PER_HOUR)

    @classmethod
    def of(cls, rule: Rule) -> Draft:
        """Return the draft of a rule as it stands."""
        return cls(
            name=rule.name,
            when=[_moment_of(moment) for moment in rule.when],
            join=rule.conditions.get("join", "all"),
            parts=list(rule.conditions.get("parts", [])),
            does=list(rule.actions),
            stops=rule.stops,
            once=rule.once,
            per_hour=str(rule.per_hour),
        )

    @classmethod
    def posted(cls, form: Mapping[str, str]) -> Draft:
        """Return what a form holds."""
        return cls(
            name=form.get("name", "").replace("\x00", "").strip()[:80],
            when=[moment for n in range(MOST_LINES) if (moment := _moment(form, f"when-{n}"))],
            join=form.get("join", "all"),
            parts=[part for n in range(MOST_LINES) if (part := _part(form, f"c-{n}"))],
            does=[
                {"does": form[f"a-{n}-does"], "value": form.get(f"a-{n}-value", "").replace("\x00", "")}
                | _hours(form, f"a-{n}")
                for n in range(MOST_LINES)
                if f"a-{n}-does" in form
            ],
            stops="stops" in form,
            once="once" in form,
            per_hour=form.get("per_hour", "").strip(),
        )

    def change(self, order: str) -> None:
        """Add or remove a line, as a button says: `add-when`, `add-c`, `add-c-2`, `add-g`, `drop-c-2-0` …"""
        verb, _dash, place = order.partition("-")
        kind, *numbers = place.split("-")
        path = [int(number) for number in numbers if number.isdecimal() and len(number) < _DIGITS]
        of_kind: dict[str, list[Any]] = {"when": self.when, "c": self.parts, "g": self.parts, "a": self.does}
        lines = of_kind.get(kind, [])
        if path and kind == "c" and (len(path) > 1 or verb == "add"):
            group = self.parts[path[0]] if path[0] < len(self.parts) else {}
            lines = group.get("parts", [])
        if verb == "add" and len(lines) < MOST_LINES:
            fresh: dict[str, Any] = {
                "when": {"kind": "closed"},
                "c": dict(_NEW),
                "g": {"join": "any", "parts": [dict(_NEW)]},
                "a": {"does": "label", "value": ""},
            }
            if kind in fresh:
                lines.append(fresh[kind])
        elif verb == "drop" and path and path[-1] < len(lines):
            del lines[path[-1]]

    def fill(self, rule: Rule) -> None:
        """Put what was written into a rule. Raises conditions.Unreadable."""
        rule.name = self.name
        rule.when = moments.stored_moments(moments.read_moments([_stored_moment(moment) for moment in self.when]))
        parts = [part for part in self.parts if part.get("parts") != []]
        rule.conditions = conditions.stored_group(conditions.read_group({"join": self.join, "parts": parts}))
        rule.actions = actions.stored_actions(actions.read_actions(self.does))
        rule.stops, rule.once, rule.per_hour = self.stops, self.once, int(self.per_hour)

    @property
    def has_limit(self) -> bool:
        """Whether the limit is a number that can be one."""
        plain = self.per_hour.isascii() and self.per_hour.isdecimal() and len(self.per_hour) < _DIGITS
        return plain and 1 <= int(self.per_hour) <= MOST_PER_HOUR


def _hours(form: Mapping[str, str], name: str) -> dict[str, int]:
    """Return how long a reply is not sent again: one of those that are offered."""
    if form.get(f"{name}-does") != Does.REPLY:
        return {}
    hours = form.get(f"{name}-hours", "")
    return {"hours": int(hours) if hours in map(str, HOURS) else USUAL_HOURS}


def _moment(form: Mapping[str, str], name: str) -> dict[str, str] | None:
    if form.get(name) not in Rule.Kind.values:
        return None
    asked = ("minutes", "clock", "at", "days", "zone")
    return {"kind": form[name], **{key: form[given] for key in asked if (given := f"{name}-{key}") in form}}


def _moment_of(stored: Mapping[str, Any]) -> dict[str, str]:
    """Return a stored moment as the form has it."""
    moment = {key: str(value) for key, value in stored.items() if key != "round_the_clock"}
    if "round_the_clock" in stored:
        moment["clock"] = ALWAYS if stored["round_the_clock"] else OFFICE
    return moment


def _stored_moment(moment: Mapping[str, str]) -> dict[str, Any]:
    minutes = moment.get("minutes", "").strip()
    return {
        "kind": moment["kind"],
        "minutes": int(minutes) if minutes.isascii() and minutes.isdecimal() and len(minutes) <= _DIGITS else None,
        "round_the_clock": moment.get("clock") == ALWAYS,
        "at": moment.get("at", ""),
        "days": moment.get("days", ""),
        "zone": moment.get("zone", ""),
    }


def _part(form: Mapping[str, str], name: str) -> dict[str, Any] | None:
    if f"{name}-join" in form:
        if name.count("-") > conditions.DEEPEST:
            return None
        inside = [part for n in range(MOST_LINES) if (part := _part(form, f"{name}-{n}"))]
        return {"join": form[f"{name}-join"], "parts": inside}
    subject = form.get(f"{name}-subject")
    if subject not in list(Subject):
        return None
    hows = [str(how) for how in HOWS[Subject(subject)]]
    how = form.get(f"{name}-how", "")
    value = form.get(f"{name}-value", "").replace("\x00", "").strip()
    return {"subject": subject, "how": how if how in hows else hows[0], "value": value}
