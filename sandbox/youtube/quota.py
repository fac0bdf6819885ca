"""A Google project's units: what each call costs, and how many are left until midnight in California.

YouTube Data API, "Quota calculator" (2026-09).
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sandbox.world import World

PACIFIC = ZoneInfo("America/Los_Angeles")
DAILY = 10_000
LIST, WRITE = 1, 50


class Quota:
    """The units of one project, which all of its channels share."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.used: dict[str, int] = {}

    def take(self, units: int) -> bool:
        """Take units; False once the day's are used up."""
        day = self.world.now().astimezone(PACIFIC).date().isoformat()
        used = self.used.get(day, 0)
        if used + units > int(self.world.settings.get("youtube_quota", DAILY)):
            return False
        self.used = {day: used + units}
        return True

    @property
    def today(self) -> int:
        """How many units were used since midnight there."""
        return self.used.get(self.world.now().astimezone(PACIFIC).date().isoformat(), 0)

    def clear(self) -> None:
        """Begin anew."""
        self.used = {}
