"""Starts, paces and stops the scenario; `POST /control/scenario` calls this."""

from __future__ import annotations

from typing import Any

from sandbox.world import World


class Director:
    """Owns the scenario of one world: `fill()` once, `live()` in a background thread until `stop()`."""

    def __init__(self, world: World) -> None:
        self.world = world

    def fill(self) -> dict[str, Any]:
        """Add accounts, people and weeks of history up to now (idempotent); returns `status()`."""
        return self.status()

    def live(self, pace: float = 1.0) -> dict[str, Any]:
        """Let customers write from now on: at pace 1.0 one message every 20 to 40 seconds; returns `status()`."""
        return self.status()

    def stop(self) -> dict[str, Any]:
        """Stop live traffic and wait for its thread to end; returns `status()`."""
        return self.status()

    def status(self) -> dict[str, Any]:
        """`{"filled": bool, "live": bool, "pace": float, "messages": int}`."""
        return {"filled": False, "live": False, "pace": 1.0, "messages": 0}
