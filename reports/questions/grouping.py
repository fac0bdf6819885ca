"""Which questions are alike: by the words they share, the rare ones weighing most. Pure.

Why not by trigrams or vectors: docs/decisions/0013-questions-alike-by-words.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from heapq import nlargest
from math import log, sqrt
from typing import NamedTuple

ALIKE = 0.4  # cosine of the weighted words from which two questions are one
# For each question: groups found by its words, the rarest first, and those compared as a whole. Customers choose the
# words: without a bound they choose how long it takes.
OF_WORD, LOOKED_AT, COMPARED = 300, 2000, 20


class Asked(NamedTuple):
    """One question: its message, and the stems of its words."""

    id: int
    stems: frozenset[str]


class Groups:
    """Groups of questions, each known by its model: the one that others are compared with."""

    def __init__(self, weights: Mapping[str, float], models: Iterable[Asked] = ()) -> None:
        self._weights = weights
        self._rare = max(weights.values(), default=1.0)  # of a word that was not seen before
        self._models: list[Asked] = []
        self._lengths: list[float] = []
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        for model in models:
            self._add(model)

    def place(self, asked: Iterable[Asked]) -> dict[int, int]:
        """Return for each question the model of its group; its own id where it is the first to ask that.

        The oldest comes first, in whatever order they are given.
        """
        found = {}
        for one in sorted(asked):
            nearest = self._nearest(one)
            if nearest is None:
                self._add(one)
            found[one.id] = one.id if nearest is None else nearest
        return found

    def _add(self, one: Asked) -> None:
        for stem in one.stems:
            self._by_stem[stem].append(len(self._models))
        self._models.append(one)
        self._lengths.append(self._length(one.stems))

    def _nearest(self, one: Asked) -> int | None:
        shared: dict[int, float] = defaultdict(float)
        left = LOOKED_AT
        for stem in sorted(one.stems & self._by_stem.keys(), key=lambda stem: (len(self._by_stem[stem]), stem)):
            places = self._by_stem[stem][: min(left, OF_WORD)]
            left -= len(places)
            for place in places:
                shared[place] += self._weight(stem)
        likely, length = nlargest(COMPARED, shared, key=shared.__getitem__), self._length(one.stems)
        likeness = ((self._shared(one, place) / (self._lengths[place] * length), -place) for place in likely)
        found = max(likeness, default=None)
        return self._models[-found[1]].id if found and found[0] >= ALIKE else None

    def _shared(self, one: Asked, place: int) -> float:
        return sum(self._weight(stem) for stem in one.stems & self._models[place].stems)

    def _length(self, stems: Collection[str]) -> float:
        return sqrt(sum(map(self._weight, stems)))

    def _weight(self, stem: str) -> float:
        return self._weights.get(stem, self._rare)


def weights_of(asked: Collection[Asked]) -> dict[str, float]:
    """Return each stem's weight, squared: the rarer, the heavier."""
    known = Counter(stem for one in asked for stem in one.stems)
    return {stem: log(1 + len(asked) / n) ** 2 for stem, n in known.items()}
