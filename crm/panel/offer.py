"""Whether the CRM has a part in a contact's panel. Known from the reference data's version: no statement of its own."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.urls import reverse

from crm.connecting.connections import current
from inbox.contacts.panels import Panel
from inbox.models import Conversation


@dataclass(frozen=True, slots=True)
class _Kept:
    version: uuid.UUID
    title: str  # "" where no CRM takes part
    accounts: frozenset[int] | None = None
    teams: frozenset[int] | None = None


_kept: _Kept | None = None


def offer(conversation: Conversation, version: uuid.UUID) -> Panel | None:
    """Return the CRM's part of a contact's panel; None where there is none."""
    global _kept  # noqa: PLW0603  one copy per process; two threads may both read it, and find the same
    known = _kept
    if known is None or known.version != version:
        known = _kept = _read(version)
    if not known.title or conversation.erased_at or conversation.account.practice_id:
        return None
    if known.accounts is not None and conversation.account_id not in known.accounts:
        return None
    if known.teams is not None and conversation.team_id not in known.teams:
        return None
    return Panel(
        known.title, reverse("crm_contact", args=[conversation.code]), reverse("crm_timeline", args=[conversation.code])
    )


def _read(version: uuid.UUID) -> _Kept:
    row = current()
    if row is None or not row.is_on:
        return _Kept(version, "")
    return _Kept(
        version,
        row.name,
        None if row.accounts is None else frozenset(row.accounts),
        None if row.teams is None else frozenset(row.teams),
    )
