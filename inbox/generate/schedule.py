"""Who begins which conversation when, over the years: numbers only, a few bytes for each conversation."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from inbox.generate.threads import last_inbound, turns_of

STATUSES = ("closed", "open", "snoozed")
SPAN = 500 * 86_400  # from the first conversation on
BACKLOG = 14 * 86_400  # in which everything began that is still open
_LATEST = 600  # seconds before now: nothing begins later
_RETURNS = 0.55  # share of conversations begun by somebody known
_TRIES = 4
_GAP = 80 * 3600  # after which the same person begins a new conversation
_SNOOZED_PER_OPEN = 0.02
_NEVER = 2**60


@dataclass(slots=True)
class People:
    """Who writes, in the order in which they first did."""

    account: array[int] = field(default_factory=lambda: array("b"))
    first_at: array[int] = field(default_factory=lambda: array("q"))
    last_at: array[int] = field(default_factory=lambda: array("q"))
    free_at: array[int] = field(default_factory=lambda: array("q"))  # when they may begin another conversation

    def add(self, account: int, at: int) -> int:
        """Add somebody and return their number."""
        self.account.append(account)
        self.first_at.append(at)
        self.last_at.append(at)
        self.free_at.append(0)
        return len(self.account) - 1


@dataclass(slots=True)
class Schedule:
    """The conversations in the order in which they began."""

    seed: int
    now: int
    people: People = field(default_factory=People)
    start: array[int] = field(default_factory=lambda: array("q"))
    size: array[int] = field(default_factory=lambda: array("i"))
    person: array[int] = field(default_factory=lambda: array("i"))
    status: array[int] = field(default_factory=lambda: array("b"))
    first_message: array[int] = field(default_factory=lambda: array("q", [0]))  # number of each one's first message

    def __len__(self) -> int:
        return len(self.start)

    def random(self, number: int) -> Random:
        """Return the source of chance for a conversation: the same each time it is asked for."""
        return Random(self.seed * 1_000_003 + number)

    def add(self, person: int, start: int, size: int, status: int) -> None:
        """Add a conversation, and note when its customer wrote last."""
        number = len(self)
        for column, value in ((self.start, start), (self.size, size), (self.person, person), (self.status, status)):
            column.append(value)
        self.first_message.append(self.first_message[-1] + size)
        turns = turns_of(self.random(number), status=STATUSES[status], size=size, start=start, now=self.now)
        people = self.people
        people.last_at[person] = max(people.last_at[person], last_inbound(turns))
        people.free_at[person] = turns[-1].at + _GAP if STATUSES[status] == "closed" else _NEVER


def plan(
    *, conversations: int, messages: int, still_open: int, shares: Sequence[int], seed: int, now: int,
    told: Callable[[], object] = lambda: None,
) -> Schedule:  # fmt: skip
    """Return who writes when. `shares` says how many conversations each account gets; `told` is called for each one."""
    chance, schedule = Random(seed), Schedule(seed, now)
    known: list[list[int]] = [[] for _share in shares]
    snoozed = min(int(still_open * _SNOOZED_PER_OPEN), conversations - still_open)
    recent = min(2 * still_open + snoozed, conversations)
    for number, status in enumerate(_statuses(chance, conversations, recent, still_open, snoozed)):
        start = _start_of(number, conversations, recent, now)
        account = chance.choices(range(len(shares)), shares)[0]
        person = _somebody(chance, schedule.people, known[account], start)
        if person is None:
            person = schedule.people.add(account, start)
            known[account].append(person)
        left = messages - schedule.first_message[-1] - (conversations - number - 1)
        schedule.add(person, start, _size_of(chance, left, conversations - number), status)
        told()
    return schedule


def _statuses(chance: Random, total: int, recent: int, still_open: int, snoozed: int) -> list[int]:
    """Return the status of each conversation: exactly so many are open, all of them among the recent ones."""
    last = [1] * still_open + [2] * snoozed + [0] * (recent - still_open - snoozed)
    chance.shuffle(last)
    return [0] * (total - recent) + last


def _start_of(number: int, total: int, recent: int, now: int) -> int:
    """Return when a conversation begins: first the years, then the backlog."""
    before = total - recent
    if number < before:
        return now - SPAN + int((SPAN - BACKLOG) * number / before)
    return now - BACKLOG + int((BACKLOG - _LATEST) * (number - before + 1) / recent)


def _size_of(chance: Random, left: int, conversations: int) -> int:
    """Return how many messages a conversation has, such that all are used up by the last one."""
    if conversations == 1:
        return left
    spare = left - 1  # above the one that each has
    mean = spare / conversations
    return 1 + min(int(chance.expovariate(1 / (mean + 0.5))) if mean else 0, spare)


def _somebody(chance: Random, people: People, known: list[int], at: int) -> int | None:
    """Return somebody who wrote before and has nothing open now, or None for a newcomer."""
    if not known or chance.random() > _RETURNS:
        return None
    tries = (known[int(len(known) * chance.random())] for _try in range(_TRIES))
    return next((person for person in tries if people.free_at[person] <= at), None)
