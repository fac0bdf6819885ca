"""Mails that a server does not hand over: tried again, and in the end past them. They stand in the cursor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

REFUSED_FOR = timedelta(hours=1)  # a server that is busy says no for a moment
CUTS = 3  # how often the connection may break at one mail before only its beginning is read
MOST_REFUSED = 10  # at once: with more of them it is the server


@dataclass
class Setbacks:
    """What went wrong in a folder, by UID."""

    refused: dict[int, datetime] = field(default_factory=dict)  # since when
    cut: tuple[int, int] = (0, 0)  # at which mail the connection broke, and how often in a row
    is_stopped: bool = False  # nothing further is read in this round

    @classmethod
    def in_cursor(cls, cursor: Mapping[str, Any], validity: int) -> Setbacks:
        """Return what a cursor tells; nothing of a folder that was counted anew."""
        if cursor.get("validity") != validity:
            return cls()
        refused = {int(uid): parse_datetime(since) for uid, since in cursor.get("refused", {}).items()}
        uid, times = cursor.get("cut", (0, 0))
        return cls({uid: since for uid, since in refused.items() if since}, (uid, times))

    def for_cursor(self) -> dict[str, Any]:
        """Return what a cursor keeps."""
        refused = {str(uid): since.isoformat() for uid, since in self.refused.items()}
        return ({"refused": refused} if refused else {}) | ({"cut": list(self.cut)} if self.cut[1] else {})

    def note_full(self, uid: int) -> None:
        """Stop where the refusal of another mail cannot be kept."""
        self.is_stopped = uid not in self.refused and len(self.refused) >= MOST_REFUSED

    def is_hopeless(self, uid: int, now: datetime) -> bool:
        """Note that a mail was refused; return whether that has lasted too long."""
        hopeless = now - self.refused.setdefault(uid, now) >= REFUSED_FOR
        if hopeless:
            del self.refused[uid]
        return hopeless

    def note_cut(self, uid: int) -> None:
        """Note that the connection broke while a mail was read."""
        self.cut = (uid, self.cut[1] + 1 if self.cut[0] == uid else 1)
        self.is_stopped = True

    def is_too_slow(self, uid: int) -> bool:
        """Whether a mail cannot be read whole."""
        return self.cut[0] == uid and self.cut[1] >= CUTS

    def note_read(self, uid: int) -> None:
        """Note that a mail was read, or is gone."""
        self.refused.pop(uid, None)
        if self.cut[0] == uid:
            self.cut = (0, 0)
