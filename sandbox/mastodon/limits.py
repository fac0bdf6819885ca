"""A server's rate limits on the world's clock. Mastodon API, "Rate limits" (2026-09)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sandbox.world import World

CALLS = ("calls", 300, timedelta(minutes=5))
UPLOADS = ("uploads", 30, timedelta(minutes=30))
DELETIONS = ("deletions", 30, timedelta(minutes=30))


class Limits:
    """Counts calls of a token, in windows."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.used: dict[tuple[str, str, int], int] = {}

    def count(self, token: str, limit: tuple[str, int, timedelta]) -> tuple[bool, dict[str, str]]:
        """Count one call; True with the headers when it is allowed."""
        name, usual, window = limit
        most = int(self.world.settings.get(f"mastodon_{name}", usual))
        now = self.world.now()
        number = int(now.timestamp() // window.total_seconds())
        key = (token, name, number)
        used = self.used.get(key, 0) + 1
        self.used[key] = used
        ends = datetime.fromtimestamp((number + 1) * window.total_seconds(), UTC)
        return used <= most, {
            "x-ratelimit-limit": str(most),
            "x-ratelimit-remaining": str(max(0, most - used)),
            "x-ratelimit-reset": ends.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        }

    def clear(self) -> None:
        """Begin anew."""
        self.used = {}
