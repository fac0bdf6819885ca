"""Calls and mails of the CRM among a contact's conversations, by date. They are read, and changed nowhere."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import NamedTuple

from crm.port import Entry, Overview
from inbox.models import Conversation
from inbox.thread.query import Line, timeline_of

_BEGIN, _END = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


class Told(NamedTuple):
    """A call or a mail."""

    kind: str  # call or mail
    entry: Entry
    source: str


class Lines(NamedTuple):
    """Part of a timeline, the newest first, and where it goes on; "" at its end."""

    rows: list[tuple[Line | None, Told | None]]
    after: str


def lines_of(
    conversation: Conversation,
    overview: Overview | None,
    accounts: Collection[int],
    closed: Collection[int],
    *,
    before: tuple[datetime, int] | None,
    source: str,
) -> Lines:
    """Return conversations and what the CRM told, older than a place or from the newest on."""
    place = before or (_END, 0)
    found = timeline_of(conversation, accounts, closed, before=place)
    last = found.rows[-1] if found.rows else None
    told = [
        one for one in _told(overview, source)
        if one.entry.at is not None and (before is None or one.entry.at < before[0])
        and (not found.more or last is None or one.entry.at >= last.at)
    ]  # fmt: skip
    rows: list[tuple[Line | None, Told | None]] = [
        *((line, None) for line in found.rows),
        *((None, one) for one in told),
    ]
    rows.sort(key=_when, reverse=True)
    return Lines(rows, f"{last.at.isoformat()}~{last.id}" if found.more and last else "")


def _told(overview: Overview | None, source: str) -> list[Told]:
    if overview is None:
        return []
    calls = [Told("call", entry, source) for entry in overview.calls or ()]
    return calls + [Told("mail", entry, source) for entry in overview.mails or ()]


def _when(row: tuple[Line | None, Told | None]) -> datetime:
    line, told = row
    at = line.at if line else told.entry.at if told else None
    return at or _BEGIN
