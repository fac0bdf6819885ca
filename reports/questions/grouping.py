"""Which questions are alike: by the words they share, the rare ones weighing most.

Measured against pairs of words and trigrams on 199 questions of the demo: weighted words found every pair of the same
question at a precision of 0.85; pairs of words reached 0.47, and trigrams took thirty times as long for the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from math import log, sqrt
from typing import NamedTuple

ALIKE = 0.4  # cosine of the weighted words from which two questions are one
LEAST = 3  # conversations that make a question recurring
# For each question: groups found by its words, the rarest first, and those compared as a whole. Customers choose the
# words: without a bound they choose how long a page takes.
LOOKED_AT, COMPARED = 500, 20


class Asked(NamedTuple):
    """One question: the stems of its words, and whose it is."""

    id: int
    conversation: int
    stems: frozenset[str]


@dataclass(slots=True)
class Group:
    """Questions that are alike, newest first."""

    members: list[Asked]
    before: set[int] = field(default_factory=set)  # conversations of the period before

    @property
    def conversations(self) -> set[int]:
        """Who asks it twice counts once."""
        return {one.conversation for one in self.members}

    @property
    def typical(self) -> Asked:
        """The question that shares most with the others, and says little else."""
        common = Counter(stem for one in self.members for stem in one.stems)
        return max(self.members, key=lambda one: (sum(common[stem] for stem in one.stems) / len(one.stems), one.id))


class _Groups:
    """Groups by their first question, found by the words they share with it."""

    def __init__(self, weights: dict[str, float]) -> None:
        self.weights = weights
        self.groups: list[Group] = []
        self.lengths: list[float] = []
        self.by_stem: dict[str, list[int]] = defaultdict(list)

    def add(self, one: Asked) -> None:
        nearest = self.nearest(one)
        if nearest is not None:
            nearest.members.append(one)
            return
        for stem in one.stems:
            self.by_stem[stem].append(len(self.groups))
        self.groups.append(Group([one]))
        self.lengths.append(self._length(one))

    def nearest(self, one: Asked) -> Group | None:
        shared: dict[int, float] = defaultdict(float)
        left = LOOKED_AT
        for stem in sorted(one.stems, key=lambda stem: (len(self.by_stem[stem]), stem)):
            if (left := left - len(self.by_stem[stem])) < 0:
                break  # what nearly everybody says finds nobody
            for place in self.by_stem[stem]:
                shared[place] += self.weights[stem]
        likely, length = nlargest(COMPARED, shared, key=shared.__getitem__), self._length(one)
        likeness = ((self._shared(one, place) / (self.lengths[place] * length), -place) for place in likely)
        found = max(likeness, default=None)
        return self.groups[-found[1]] if found and found[0] >= ALIKE else None

    def _shared(self, one: Asked, place: int) -> float:
        return sum(self.weights[stem] for stem in one.stems & self.groups[place].members[0].stems)

    def _length(self, one: Asked) -> float:
        return sqrt(sum(self.weights[stem] for stem in one.stems))


def grouped(asked: Sequence[Asked], before: Iterable[Asked] = ()) -> list[Group]:
    """Return the questions that recur, the most frequent first, with how often each was asked before."""
    asked, before = [one for one in asked if one.stems], [one for one in before if one.stems]
    groups = _Groups(_weights([*asked, *before]))
    for one in asked:
        groups.add(one)
    for one in before:
        if (group := groups.nearest(one)) is not None:
            group.before.add(one.conversation)
    found = [group for group in groups.groups if len(group.conversations) >= LEAST]
    return sorted(found, key=lambda group: (-len(group.conversations), -group.members[0].id))


def _weights(asked: Sequence[Asked]) -> dict[str, float]:
    """Return each stem's weight, squared: the rarer, the heavier."""
    known = Counter(stem for one in asked for stem in one.stems)
    return {stem: log(1 + len(asked) / n) ** 2 for stem, n in known.items()}
