"""What stood on a platform of Meta and no longer does: no list and no webhook tells it for sure, so it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from channels.errors import ChannelError
from channels.meta.graph import Graph
from channels.meta.memory import Memory
from channels.types import Removal

MOST_CHECKS = 10


def removal_of(graph: Graph, external_id: str) -> Removal | None:
    """Ask for one node; return its removal when it is gone, None when it is there or when it cannot be told."""
    try:
        graph.read(external_id, fields="id")
    except ChannelError as error:
        if error.reason == "message_gone":
            return Removal(external_id, datetime.now(UTC))
        if error.reason in ("reauth", "rate_limited", "unreachable"):
            raise
    return None


class Removals:
    """The removals found in one round, within a number of questions."""

    def __init__(self, graph: Graph, memory: Memory) -> None:
        self.graph, self.memory = graph, memory
        self.left = MOST_CHECKS

    def among(self, thread: str, shown: Iterable[str], since: int) -> Iterator[Removal]:
        """Yield the removal of what stood in a thread before; each is asked for, as the list may just be short.

        `shown` are the ids the platform lists now; `since` is the time of the oldest of them, in seconds.
        """
        for external_id in self.memory.missing(thread, shown, since):
            if self.left <= 0 or self.graph.rest_until:
                return
            self.left -= 1
            removal = removal_of(self.graph, external_id)
            if removal:
                self.memory.forget(thread, external_id)
                yield removal
