"""The server: set up, tested, forgotten, and known to each page without a statement."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from assist.port import AssistError, Question, ask
from assist.server.models import Help, Server
from assist.translating.models import Translation
from channels.secrets import seal
from inbox.models import Conversation, Event, User
from inbox.models.rights import Right


@dataclass(frozen=True, slots=True)
class _Kept:
    version: uuid.UUID
    helps: frozenset[str]


_kept: _Kept | None = None


def current() -> Server | None:
    """Return the server that was set up."""
    return Server.objects.first()


def helps_at(version: uuid.UUID) -> frozenset[str]:
    """Return what it helps with, by the reference data's version: asked of the database when that changes."""
    global _kept  # noqa: PLW0603  one copy per process; two threads may both read it, and find the same
    known = _kept
    if known is None or known.version != version:
        row = current()
        known = _kept = _Kept(version, frozenset(row.helps if row else ()))
    return known.helps


def may_help(conversation: Conversation, reader: User) -> bool:
    """Whether somebody may have help in a conversation: who answers there, and never in practice."""
    home = conversation.account
    return reader.has(Right.ANSWER) and not (home.practice_id or home.removed_at or conversation.erased_at)


def server_for(help_wanted: Help, conversation: Conversation, reader: User) -> Server | None:
    """Return the server where it helps somebody with this in a conversation."""
    row = current() if may_help(conversation, reader) else None
    return row if row is not None and help_wanted in row.helps else None


@transaction.atomic
def save(by: User, *, address: str, model: str, key: str | None, helps: Collection[str]) -> Server:
    """Set it up. `key` is a new one, "" for none, None to keep the one there is."""
    row = Server.objects.select_for_update().first() or Server(made_by=by)
    before = (row.address, row.model, row.sealed)
    row.address, row.model, row.helps = address, model, sorted(helps)
    if key is not None:
        row.sealed = seal({"key": key}) if key else ""
    row.save()
    is_other = before != (row.address, row.model, row.sealed)
    Event.note("assist_set" if is_other else "assist_switched", actor=by, host=row.host, helps=row.helps)
    return row


@transaction.atomic
def forget(by: User) -> None:
    """Take the server and its key away, and what it translated."""
    row = Server.objects.select_for_update().first()
    if row is not None:
        host = row.host
        row.delete()
        Translation.objects.all().delete()
        Event.note("assist_removed", actor=by, host=host)


def test(row: Server) -> AssistError | None:
    """Ask it for a word; return what is not well."""
    try:
        ask(row, Question("Answer with one word.", "Say: ready", most_tokens=64))
    except AssistError as error:
        return error
    return None
