"""How long a customer waited, by a clock that stands still while the office is closed, or by one that never does.

Pure: no database, and no clock of its own. It walks from span to span, so a week costs what a minute costs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from inbox.models.opening_hours import FARTHEST, Hours

SOON = 0.8  # share of the target from which a wait is orange
LATE_STEPS = (1, 2, 4)  # times the target: late ones still rank among themselves
_DAY = timedelta(days=1)
_NOTHING = timedelta()


class Light(Enum):
    """How a wait stands against its target."""

    GREEN = "ok"
    ORANGE = "soon"
    RED = "over"


@dataclass(frozen=True, slots=True)
class Clock:
    """What time counts. `hours` None: round the clock."""

    hours: Hours | None = None

    @property
    def stands_still(self) -> bool:
        """Whether there is time that does not count."""
        return self.hours is not None and self.hours.known

    def due(self, start: datetime, target: timedelta) -> datetime | None:
        """Return the first moment at which the whole target has passed; None where that is not in sight."""
        return self.moments(start, [target])[0]

    def moments(self, start: datetime, lengths: Sequence[timedelta]) -> list[datetime | None]:
        """Return when each length has passed since a start, in one walk. `lengths` are in order."""
        if not self.stands_still:
            return [start + length for length in lengths]
        found: list[datetime | None] = []
        left = list(lengths)
        passed = _NOTHING
        for opens, closes in self._open_from(start):
            while left and passed + (closes - opens) >= left[0]:
                found.append(opens + (left.pop(0) - passed))
            if not left:
                break
            passed += closes - opens
        return found + [None] * len(left)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much time counts between two moments; none where the end comes first."""
        if end <= start:
            return _NOTHING
        if not self.stands_still:
            return end - start
        passed = _NOTHING
        for opens, closes in self._open_from(start, end):
            if opens >= end:
                break
            passed += min(closes, end) - opens
        return passed

    def latest_start(self, now: datetime, length: timedelta) -> datetime | None:
        """Return the last moment from which so much time has passed by now; None where none is in sight."""
        if not self.stands_still:
            return now - length
        for days in (7, 60, FARTHEST):
            left = length
            spans = [span for span in self._open_from(now - days * _DAY, now) if span[0] < now]
            for opens, closes in reversed(spans):
                open_for = min(closes, now) - opens
                if open_for >= left:
                    return opens + (open_for - left)
                left -= open_for
        return None

    def light(self, start: datetime, target: timedelta, now: datetime) -> Light:
        """Return how a wait stands: orange from four fifths of the target, red from the target itself."""
        share = self.between(start, now) / target
        return Light.RED if share >= 1 else Light.ORANGE if share >= SOON else Light.GREEN

    def step(self, start: datetime, target: timedelta, now: datetime) -> int:
        """Return how many times the target has passed, in steps: 0, 1, 2 or 4."""
        share = self.between(start, now) / target
        return max((step for step in LATE_STEPS if share >= step), default=0)

    def _open_from(self, start: datetime, end: datetime | None = None) -> Iterator[tuple[datetime, datetime]]:
        """Every open span after a start, in order and without overlap.

        Without an end it gives up where nothing opens for as long as one looks ahead.
        """
        hours, covered = self.hours, start
        assert hours is not None  # noqa: S101  `stands_still` was asked
        day, closed_for = start.astimezone(hours.zone).date() - _DAY, 0
        last = end.astimezone(hours.zone).date() if end else None
        while closed_for <= FARTHEST and (last is None or day <= last):
            closed_for += 1
            for opens, closes in sorted(hours.on(day)):
                if closes > covered:
                    yield max(opens, covered), closes
                    covered, closed_for = closes, 0
            day += _DAY
