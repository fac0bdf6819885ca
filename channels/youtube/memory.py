"""What was handed on already, kept in the stream's cursor: each round sees the same comments again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from channels.types import Hidden, Incoming
from channels.youtube.normalise import HELD, Comment

MOST = 1500  # comments; some 120 kB of cursor at worst
MOST_THREADS = 600
AGAIN = timedelta(hours=6)  # after which a thread is read again, however many replies it has


class Memory:
    """Of each comment its time, a digest of its words, and whether it was held back.

    Of each thread its size, and when all of its replies were read.
    """

    def __init__(self, stored: Mapping[str, Any] | None) -> None:
        """`stored` is what `stored()` gave in an earlier round."""
        kept = stored or {}
        self.comments: dict[str, list[Any]] = {key: list(row) for key, row in (kept.get("comments") or {}).items()}
        self.threads: dict[str, list[int]] = {key: list(row) for key, row in (kept.get("threads") or {}).items()}

    def news(self, comment: Comment, now: datetime) -> Iterator[Incoming]:
        """Yield what is new of a comment: itself, whether it is held back now, or nothing; and remember it."""
        message = comment.message
        key, known = message.external_id, self.comments.get(message.external_id)
        version = f"{message.edited_at.timestamp() if message.edited_at else ''}\0{message.text}"
        mark = hashlib.sha256(version.encode(errors="replace")).hexdigest()[:10]
        # Asked for by its id, a comment does not say whether it is held back.
        is_held = comment.status in HELD if comment.status else bool(known and known[2])
        self.comments[key] = [int(message.sent_at.timestamp()), mark, int(is_held)]
        if known is None or known[1] != mark:
            yield message
        if is_held != bool(known and known[2]):
            yield Hidden(key, is_held, now)

    def has_grown(self, comment: Comment, came_along: int) -> bool:
        """Whether a thread holds replies that did not come along with it, and that were not asked for yet."""
        known = self.threads.get(comment.message.external_id)
        return comment.replies > came_along and (known is None or known[1] != comment.replies)

    def is_due(self, comment: Comment, came_along: int, now: datetime) -> bool:
        """Whether a thread's replies are to be read again: one that went and one that came leave its size as it was."""
        known = self.threads.get(comment.message.external_id)
        if comment.replies <= came_along or known is None:
            return False
        return now.timestamp() - (known[2] if len(known) > 2 else 0) >= AGAIN.total_seconds()  # noqa: PLR2004

    def note_size(self, comment: Comment, now: datetime) -> None:
        """Remember a thread's size: all of its replies were read."""
        sent_at = int(comment.message.sent_at.timestamp())
        self.threads[comment.message.external_id] = [sent_at, comment.replies, int(now.timestamp())]

    def stored(self) -> dict[str, Any]:
        """Return what to keep for the next round: what is newest."""
        return {"comments": _newest(self.comments, MOST), "threads": _newest(self.threads, MOST_THREADS)}


def _newest(rows: Mapping[str, list[Any]], most: int) -> dict[str, list[Any]]:
    kept = sorted(rows, key=lambda key: (rows[key][0], key), reverse=True)[:most]
    return {key: rows[key] for key in kept}
