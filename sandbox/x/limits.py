"""X's rate limits: per endpoint and per user token or app, in windows of 15 minutes on the world's clock."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.world import World

WINDOW = 15 * 60


@dataclass
class Window:
    """Calls of one token on one endpoint since `start`."""

    start: int
    used: int = 0


class Limits:
    """Counts calls. `factor` multiplies every limit (0: no limit is enforced, headers still count down)."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.factor = 1.0
        self._windows: dict[tuple[str, str], Window] = {}

    def count(self, token: str, endpoint: str, limit: int) -> tuple[bool, dict[str, str]]:
        """Count one call; True with the headers when it is allowed."""
        now = int(self.world.now().timestamp())
        limit = max(int(limit * (self.factor or 1)), 1)
        window = self._windows.get((token, endpoint))
        if window is None or not 0 <= now - window.start < WINDOW:
            window = self._windows[token, endpoint] = Window(now)
        allowed = window.used < limit or self.factor == 0
        window.used += allowed
        return allowed, {
            "x-rate-limit-limit": str(limit),
            "x-rate-limit-remaining": str(max(limit - window.used, 0)),
            "x-rate-limit-reset": str(window.start + WINDOW),
        }

    def clear(self) -> None:
        """Start every window anew."""
        self._windows.clear()
