"""What a stream already handed on, kept in its cursor.

Meta marks no edits and tells of no removals, so rounds are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from channels.meta.payloads import digest
from channels.types import Edit, Incoming, IncomingMessage

MOST_MESSAGES = 1500  # some 100 kB of cursor at worst
MOST_THREADS = 300


class Memory:
    """Per thread: the newest time seen, and each message's time and digest of its text."""

    def __init__(self, stored: Mapping[str, Any] | None) -> None:
        """`stored` is what `stored()` gave in an earlier round."""
        self._threads: dict[str, dict[str, tuple[int, str]]] = {}
        self._newest: dict[str, int] = {}
        for thread, (newest, messages) in (stored or {}).items():
            self._newest[thread] = int(newest)
            self._threads[thread] = {key: (int(at), str(mark)) for key, (at, mark) in messages.items()}

    def news(self, message: IncomingMessage, thread_id: str) -> list[Incoming]:
        """Return what is new about a message: itself, itself and an Edit of now, or nothing; and remember it."""
        thread = self._threads.setdefault(thread_id, {})
        before = thread.get(message.external_id)
        at = int(message.sent_at.timestamp())
        mark = before[1] if before and message.text_missing else digest(message)
        thread[message.external_id] = (at, mark)
        self._newest[thread_id] = max(at, self._newest.get(thread_id, 0))
        if before is None:
            return [message]
        return [] if before[1] == mark else [message, Edit(message.external_id, message.text, datetime.now(UTC))]

    def newest(self, thread: str) -> int:
        """Return the time (seconds) of the newest message seen in a thread, 0 where none was."""
        return self._newest.get(thread, 0)

    def missing(self, thread: str, shown: Iterable[str], since: int) -> list[str]:
        """Return a thread's messages seen before, sent since `since`, that are gone now."""
        present = set(shown)
        return [key for key, (at, _) in self._threads.get(thread, {}).items() if at >= since and key not in present]

    def forget(self, thread: str, external_id: str) -> None:
        """Drop a message that is gone."""
        self._threads.get(thread, {}).pop(external_id, None)

    def stored(self) -> dict[str, Any]:
        """Return what to keep for the next round: the threads and messages that are newest."""
        kept = sorted(self._newest, key=lambda thread: self._newest[thread], reverse=True)[:MOST_THREADS]
        times = sorted((at for thread in kept for at, _ in self._threads.get(thread, {}).values()), reverse=True)
        floor = times[MOST_MESSAGES] if len(times) > MOST_MESSAGES else 0
        return {
            thread: [
                self._newest[thread],
                {key: [at, mark] for key, (at, mark) in self._threads.get(thread, {}).items() if at >= floor},
            ]
            for thread in kept
        }


def moment_of(event: Incoming) -> float:
    """Return when an event happened, for sorting newest last; 0 for what has no time."""
    at = getattr(event, "sent_at", None) or getattr(event, "edited_at", None) or getattr(event, "removed_at", None)
    return at.timestamp() if isinstance(at, datetime) else 0.0
