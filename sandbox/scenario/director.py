"""Starts, paces and stops the scenario; `POST /control/scenario` calls this."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from anyio.to_thread import run_sync

from sandbox.model import WorldError
from sandbox.scenario.fill import fill, filled
from sandbox.scenario.live import Traffic
from sandbox.world import World


class Director:
    """Owns the scenario of one world: `fill()` once, `live()` in a background thread until `stop()`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.traffic: Traffic | None = None
        self._one_at_a_time = threading.Lock()

    def fill(self, hours_ago: float = 0) -> dict[str, Any]:
        """Add accounts, people and weeks of history up to some hours ago (idempotent); returns `status()`."""
        with self._one_at_a_time:
            fill(self.world, timedelta(hours=hours_ago))
        return self.status()

    def live(self, pace: float = 1.0) -> dict[str, Any]:
        """Let customers write from now on: at pace 1.0 one message every 20 to 40 seconds; returns `status()`.

        Raises WorldError for a pace that is not positive.
        """
        if not pace > 0:
            raise WorldError("pace must be more than 0; 1.0 is one message every 20 to 40 seconds")
        self.stop()
        with self._one_at_a_time:
            self.traffic = Traffic(self.world, pace)
            self.traffic.start()
        return self.status()

    def stop(self) -> dict[str, Any]:
        """Stop live traffic and wait for its thread to end; returns `status()`."""
        with self._one_at_a_time:
            if self.traffic is not None:
                self.traffic.stop()
                self.traffic = None
        return self.status()

    def status(self) -> dict[str, Any]:
        """`{"filled": bool, "live": bool, "pace": float, "messages": int}`."""
        traffic = self.traffic
        return {
            "filled": filled(self.world),
            "live": traffic is not None,
            "pace": traffic.pace if traffic else 1.0,
            "messages": len(self.world.messages()),
        }


def commander(world: World) -> Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]:
    """A function that takes the body of `POST /control/scenario` and returns its answer; raises WorldError."""
    director = Director(world)

    async def command(body: dict[str, Any]) -> dict[str, Any]:
        action = body.get("action")
        if action == "fill":
            return await run_sync(director.fill, float(body.get("hours_ago") or 0))
        if action == "live":
            return await run_sync(director.live, float(body.get("pace") or 1.0))
        if action == "stop":
            return await run_sync(director.stop)
        if action == "status":
            return director.status()
        raise WorldError("action must be fill, live, stop or status")

    return command
