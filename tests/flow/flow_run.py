"""A start of the demo without its fictional customers, run by system.py: every process, and an empty world."""

from __future__ import annotations

import sys

from webcare.launch import surroundings
from webcare.launch.demo import Demo


class FlowRun(Demo):
    """All of the demo's processes, people, accounts and webhooks. Nobody speaks until a test lets them."""

    def start(self) -> None:
        """Start as if a history had come in and been settled before."""
        self._memory.touch()
        super().start()

    def scenario(self, action: str, **options: float) -> None:
        """Let nobody speak by themselves."""

    def messages_arrived(self) -> bool:
        """Nothing has to arrive before this counts as ready."""
        return True


if __name__ == "__main__":
    sys.exit(FlowRun(surroundings.for_demo()).run())
