"""What a rule asks: conditions joined by "all", "any" or "none", in groups. Pure, linear in the text, and capped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from inbox.routing.rules.facts import Facts
from inbox.text.whole_words import needles

MOST = 30  # conditions of one rule
DEEPEST = 3
LONGEST = 2000  # characters of a list of words


class Join(StrEnum):
    """How the parts of a group hold together."""

    ALL = "all"
    ANY = "any"
    NONE = "none"


class How(StrEnum):
    """How a fact is compared."""

    IS = "is"
    IS_NOT = "is_not"
    ANY = "any"
    ALL = "all"
    NONE = "none"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class Subject(StrEnum):
    """What is asked about."""

    CHANNEL = "channel"
    ACCOUNT = "account"
    VISIBILITY = "visibility"
    WORDS = "words"
    LANGUAGE = "language"
    MOOD = "mood"
    CONTACT = "contact"
    FOLLOWERS = "followers"
    LABEL = "label"
    HOURS = "hours"
    KNOWN = "known"
    COMPLAINT = "complaint"
    ADDRESSED = "addressed"
    TEAM = "team"
    ASSIGNEE = "assignee"
    PRIORITY = "priority"


_CHOICE = (How.IS, How.IS_NOT)
_NUMBER = (How.AT_LEAST, How.AT_MOST)
HOWS: Mapping[Subject, tuple[How, ...]] = {
    **dict.fromkeys(Subject, _CHOICE),
    **dict.fromkeys((Subject.HOURS, Subject.KNOWN, Subject.COMPLAINT), (How.IS,)),
    **dict.fromkeys((Subject.ADDRESSED, Subject.VISIBILITY), (How.IS,)),
    **dict.fromkeys((Subject.FOLLOWERS, Subject.PRIORITY), _NUMBER),
    Subject.WORDS: (How.ANY, How.ALL, How.NONE),
}
YES, NO = "yes", "no"
# What a condition with one value is compared with.
_VALUES: Mapping[Subject, Callable[[Facts], str]] = {
    Subject.CHANNEL: lambda facts: facts.platform,
    Subject.ACCOUNT: lambda facts: str(facts.account),
    Subject.VISIBILITY: lambda facts: facts.visibility,
    Subject.LANGUAGE: lambda facts: facts.language,
    Subject.MOOD: lambda facts: facts.mood,
    Subject.CONTACT: lambda facts: facts.contact,
    Subject.HOURS: lambda facts: _yes(facts.is_open),
    Subject.KNOWN: lambda facts: _yes(facts.is_known),
    Subject.COMPLAINT: lambda facts: _yes(facts.is_complaint),
    Subject.ADDRESSED: lambda facts: _yes(facts.is_addressed),
    Subject.TEAM: lambda facts: facts.team,
    Subject.ASSIGNEE: lambda facts: facts.assignee,
}
_NUMBERS: Mapping[Subject, Callable[[Facts], int | None]] = {
    Subject.FOLLOWERS: lambda facts: facts.followers,
    Subject.PRIORITY: lambda facts: facts.priority,
}


class Unreadable(ValueError):
    """This says nothing that a rule can ask."""


@dataclass(frozen=True)
class Condition:
    """One fact and what it should be."""

    subject: Subject
    how: How
    value: str

    @cached_property
    def needles(self) -> tuple[str, ...]:
        """The words that are looked for."""
        return needles(self.value[:LONGEST])

    def fits(self, facts: Facts) -> bool:
        """Whether it holds. What nobody knows is neither at least nor at most anything."""
        if self.subject == Subject.WORDS:
            return self._fits_words(facts.words)
        if self.subject in _NUMBERS:
            known = _NUMBERS[self.subject](facts)
            if known is None:
                return False
            return known >= int(self.value) if self.how == How.AT_LEAST else known <= int(self.value)
        if self.subject == Subject.LABEL:
            has = self.value in facts.labels
        else:
            has = _VALUES[self.subject](facts) == self.value
        return has == (self.how == How.IS)

    def _fits_words(self, words: str) -> bool:
        found = (needle in words for needle in self.needles)
        if self.how == How.ALL:
            return all(found)
        return any(found) == (self.how == How.ANY)


@dataclass(frozen=True)
class Group:
    """Conditions and groups that hold together: all, any or none of them."""

    join: Join = Join.ALL
    parts: tuple[Condition | Group, ...] = ()

    def fits(self, facts: Facts) -> bool:
        """Whether it holds. One without parts asks nothing, and holds."""
        if not self.parts:
            return True
        found = (part.fits(facts) for part in self.parts)
        if self.join == Join.ALL:
            return all(found)
        return any(found) == (self.join == Join.ANY)

    def __iter__(self) -> Iterator[Condition]:
        """Every condition in it, however deep."""
        for part in self.parts:
            yield from [part] if isinstance(part, Condition) else part


def read_group(stored: Any, depth: int = 0) -> Group:
    """Return the group that was stored as JSON. Raises Unreadable."""
    if not stored and depth == 0:
        return Group()
    if not isinstance(stored, Mapping) or not isinstance(stored.get("parts"), list) or depth >= DEEPEST:
        raise Unreadable("no group")
    try:
        join = Join(stored.get("join", ""))
    except ValueError as error:
        raise Unreadable("no join") from error
    group = Group(join, tuple(_read_part(part, depth) for part in stored["parts"]))
    if depth == 0 and sum(1 for _ in group) > MOST:
        raise Unreadable("too many")
    return group


def read_condition(stored: Mapping[str, Any]) -> Condition:
    """Return the condition that was stored as JSON. Raises Unreadable."""
    try:
        subject, how, value = Subject(stored["subject"]), How(stored["how"]), stored["value"]
    except (KeyError, ValueError) as error:
        raise Unreadable("no condition") from error
    if not isinstance(value, str) or how not in HOWS[subject] or len(value) > LONGEST:
        raise Unreadable("no value")
    if subject in _NUMBERS and not (value.isascii() and value.isdecimal() and len(value) < 10):  # noqa: PLR2004
        raise Unreadable("no number")
    condition = Condition(subject, how, value)
    if subject == Subject.WORDS and not condition.needles:
        raise Unreadable("no words")
    return condition


def stored_group(group: Group) -> dict[str, Any]:
    """Return a group as JSON."""
    return {"join": str(group.join), "parts": [_stored(part) for part in group.parts]}


def _stored(part: Condition | Group) -> dict[str, Any]:
    if isinstance(part, Group):
        return stored_group(part)
    return {"subject": str(part.subject), "how": str(part.how), "value": part.value}


def _read_part(stored: Any, depth: int) -> Condition | Group:
    if isinstance(stored, Mapping) and "subject" in stored:
        return read_condition(stored)
    return read_group(stored, depth + 1)


def _yes(known: bool) -> str:
    return YES if known else NO
