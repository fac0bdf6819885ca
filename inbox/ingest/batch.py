"""The rows one batch is about: what is stored already, locked, and what is new. Decisions are made on them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from channels.models import Account
from inbox.ingest import payloads
from inbox.models import Attachment, Conversation, Event, Identity, Message, RawPayload, Reaction
from inbox.models.answer_state import AT_THE_PLATFORM
from webcare.lib.retry import RowMoved
from webcare.lib.statements import fetch, insert, select

# Kept in step with the fields that `Batch.update` may be asked to change.
_FIELDS = [
    "conversation", "identity", "direction", "kind", "visibility", "external_id", "first_external_id", "earlier_ids",
    "thread_id", "parent_external_id", "parent_missing", "context_state", "text", "shown", "permalink", "sent_at",
    "sent_at_is_ours", "received_at", "edited_at", "worded_at", "removed_at", "opens_window", "state", "claimed_at",
    "retry_at", "error", "error_code", "error_reason", "delivered_at", "read_at", "hidden_at", "shown_at", "mood",
    "language", "our_emoji", "our_emoji_at", "told",
]  # fmt: skip

# One index each: joined by OR, the planner reads them in a way that does not suit many ids.
_FIND = """
SELECT id, conversation_id FROM inbox_message
    WHERE account_id = %(account)s AND external_id = ANY(%(ids)s::text[])
UNION SELECT id, conversation_id FROM inbox_message
    WHERE account_id = %(account)s AND first_external_id = ANY(%(ids)s::text[]) AND first_external_id <> ''
UNION SELECT id, conversation_id FROM inbox_message
    WHERE account_id = %(account)s AND earlier_ids && %(ids)s::varchar[] AND NOT earlier_ids = '{}'
"""
_FIND_CODES = """
UNION SELECT id, conversation_id FROM inbox_message WHERE account_id = %(account)s AND code = ANY(%(codes)s::uuid[])
"""
_FIND_IN_FLIGHT = """
UNION SELECT id, conversation_id FROM inbox_message
    WHERE account_id = %(account)s AND state = ANY(%(states)s::text[])
    AND state IN ('queued', 'sending', 'retry', 'unknown')
"""

# By id, or whatever these people have here that is not closed, or was closed last. No OR: it would read every row.
_LOCK_CONVERSATIONS = """
WHERE id IN (
    SELECT unnest(%(ids)s::bigint[])
    UNION SELECT id FROM inbox_conversation
        WHERE account_id = %(account)s AND identity_id = ANY(%(people)s::bigint[]) AND status <> 'closed'
    UNION SELECT id FROM (
        SELECT DISTINCT ON (identity_id, visibility) id FROM inbox_conversation
        WHERE account_id = %(account)s AND identity_id = ANY(%(people)s::bigint[]) AND status = 'closed'
        ORDER BY identity_id, visibility, last_message_at DESC, id DESC
    ) newest_closed
) ORDER BY id FOR NO KEY UPDATE
"""


def lock_account(account_id: int) -> None:
    """Let one transaction at a time write platform messages of an account, until it ends.

    One batch takes milliseconds, so queueing is cheaper than untangling two pollers.
    """
    fetch("SELECT pg_advisory_xact_lock(hashtext('inbox.ingest.receive'), %s::int)", [account_id])


@dataclass(slots=True)
class ReactionChange:
    """A reaction that came in; `emoji` is empty where one was taken back."""

    row: Message
    identity_id: int
    emoji: str
    at: datetime


@dataclass(slots=True)
class Batch:
    """Message and conversation rows of one account, by every platform id."""

    account: Account
    now: datetime
    by_id: dict[str, Message] = field(default_factory=dict)
    by_code: dict[str, Message] = field(default_factory=dict)
    in_flight: list[Message] = field(default_factory=list)  # ours, of which we do not know yet whether they arrived
    conversations: dict[int, Conversation] = field(default_factory=dict)
    by_person: dict[tuple[int, str], list[Conversation]] = field(default_factory=dict)  # by person and visibility
    started: list[Conversation] = field(default_factory=list)  # not saved yet
    opened: set[int] = field(default_factory=set)  # reopened or woken
    held_again: set[int] = field(default_factory=set)  # of these, those that somebody holds
    placed: list[tuple[Message, Conversation]] = field(default_factory=list)
    new: list[Message] = field(default_factory=list)
    changed: dict[int, Message] = field(default_factory=dict)
    payloads: dict[int, tuple[Message, Mapping[str, Any]]] = field(default_factory=dict)  # by id() of the row
    removed: list[Message] = field(default_factory=list)  # removed ones, whose files go too
    merged: list[tuple[Message, Message]] = field(default_factory=list)  # (echo row that goes, our row that stays)
    renamed: dict[str, str] = field(default_factory=dict)  # older version's id → the id replies shall name
    revealed: list[tuple[int, Identity]] = field(
        default_factory=list
    )  # (stored writer, writer as told now) where they differ
    with_files: set[int] = field(default_factory=set)  # id() of rows that have attachments
    attachments: list[Attachment] = field(default_factory=list)
    reactions: list[ReactionChange] = field(default_factory=list)
    events: list[tuple[Event, Message | None]] = field(default_factory=list)
    begun_by_echo: set[int] = field(default_factory=set)  # conversations an echo stood in that was another account's
    settled: list[Message] = field(default_factory=list)  # our answers that turned out to have arrived
    reworded: set[int] = field(default_factory=set)  # messages whose text changed
    touched: set[int] = field(default_factory=set)  # conversations to summarise again

    def load(
        self, ids: Collection[str], codes: Collection[uuid.UUID], people: Collection[int], *, in_flight: bool
    ) -> None:
        """Lock the conversations concerned, then the messages with these ids or codes. `people` are identities."""
        found = self._find(ids, codes, in_flight=in_flight)
        self.lock_conversations({conversation for _pk, conversation in found if conversation}, people)
        if not found:
            return
        # Read again under the locks: the outbox changes a message only while it holds the conversation.
        rows = Message.objects.filter(pk__in=[pk for pk, _conversation in found])
        for row in rows.select_for_update(no_key=True).order_by("pk").without_words():
            if row.conversation_id and row.conversation_id not in self.conversations:
                raise RowMoved
            self.index(row)
            if row.state in AT_THE_PLATFORM and row.external_id is None:
                self.in_flight.append(row)
        stored = {row.pk: row for row in self.by_code.values()}
        with_files = (
            Attachment.objects.filter(message__in=stored).order_by().values_list("message_id", flat=True).distinct()
        )
        self.with_files = {id(stored[pk]) for pk in with_files}

    def _find(
        self, ids: Collection[str], codes: Collection[uuid.UUID], *, in_flight: bool
    ) -> list[tuple[int, int | None]]:
        """Return the messages with these ids or codes, each with its conversation."""
        asked = {"account": self.account.pk, "ids": list(ids), "codes": list(codes), "states": list(AT_THE_PLATFORM)}
        return fetch(_FIND + _FIND_CODES * bool(codes) + _FIND_IN_FLIGHT * in_flight, asked)

    def lock_conversations(self, ids: Collection[int], people: Collection[int]) -> None:
        """Lock conversations by id, and those these people could write in."""
        if not ids and not people:
            return
        asked = {"ids": list(ids), "account": self.account.pk, "people": list(people)}
        for conversation in select(Conversation, _LOCK_CONVERSATIONS, asked):
            if conversation.pk not in self.conversations:
                self.conversations[conversation.pk] = conversation
                if conversation.account_id != self.account.pk:
                    continue  # an answer of this account stands there, but nothing else of it belongs there
                key = (conversation.identity_id, conversation.visibility)
                self.by_person.setdefault(key, []).append(conversation)

    def is_elsewhere(self, row: Message) -> bool:
        """Whether this account answered in a conversation of another account of ours."""
        conversation = self.conversations.get(row.conversation_id or 0)
        return conversation is not None and conversation.account_id != self.account.pk

    def index(self, row: Message) -> None:
        """Make a row findable by its ids and code."""
        self.by_code[str(row.code)] = row
        for known in ids_of(row):
            self.by_id[known] = row

    def add(self, row: Message) -> Message:
        """Take a new row."""
        self.new.append(row)
        self.index(row)
        return row

    def update(self, row: Message, **values: Any) -> bool:
        """Change fields of a row, and remember it when something really changed. Returns whether it did."""
        differing = {name: value for name, value in values.items() if getattr(row, name) != value}
        for name, value in differing.items():
            setattr(row, name, value)
        if differing:
            self.mark_changed(row)
        return bool(differing)

    def mark_changed(self, row: Message) -> None:
        """Remember that a row has to be written and its conversation summarised."""
        if row.pk is not None:
            self.changed[row.pk] = row

    def set_payload(self, row: Message, payload: Mapping[str, Any]) -> None:
        """Replace what the platform literally told of a message; an empty one takes it away."""
        self.payloads[id(row)] = (row, payload)

    def move_payload(self, *, echo: Message, ours: Message) -> None:
        """Give the answer what came with its echo in this batch; what was stored follows when rows are merged."""
        if found := self.payloads.pop(id(echo), None):
            self.set_payload(ours, found[1])

    def log_event(
        self, verb: str, row: Message | None = None, conversation: Conversation | None = None, **data: Any
    ) -> None:
        """Note an event; written with the rest. The conversation of a message is filled in when it is known."""
        actor = data.pop("actor_id", None)
        event = Event(
            verb=verb, at=self.now, account=self.account, conversation=conversation, actor_id=actor, data=data
        )
        self.events.append((event, row))

    def canonical(self, external_id: str) -> str:
        """Return the id under which a message is stored now, for any of its ids."""
        row = self.by_id.get(external_id)
        return (row.external_id or external_id) if row else external_id

    # ── writing ──

    def save_messages(self) -> None:
        """Write new and changed rows in a constant number of statements."""
        self._merge()
        for row in [*self.new, *self.changed.values()]:
            row.parent_external_id = self.renamed.get(row.parent_external_id, row.parent_external_id)
        replaced = [row.pk for row, _payload in self.payloads.values() if row.pk is not None]
        insert(self.new)
        if self.changed:
            Message.objects.bulk_update([self.changed[pk] for pk in sorted(self.changed)], _FIELDS)
        payloads.write(self.payloads.values(), replaced)
        self._rename_parents()
        self._drop_files()
        for attachment in self.attachments:
            attachment.message_id = attachment.message.pk
        insert(self.attachments)
        self._react()
        for event, about in self.events:
            if about is not None:
                event.message_id, event.conversation_id = about.pk, about.conversation_id
        insert([event for event, _about in self.events])
        self.touched |= {row.conversation_id for row in [*self.new, *self.changed.values()] if row.conversation_id}

    def _merge(self) -> None:
        """Delete echo rows that turned out to be answers of ours; what hung on them goes to the answer."""
        gone = [(echo, ours) for echo, ours in self.merged if echo.pk is not None]
        self.new = [row for row in self.new if not any(row is echo for echo, _ours in self.merged)]
        for reaction in self.reactions:
            reaction.row = next((ours for echo, ours in self.merged if reaction.row is echo), reaction.row)
        if not gone:
            return
        for echo, ours in gone:
            Reaction.every.filter(message=echo).update(message=ours)
            Message.objects.filter(reply_to=echo).update(reply_to=ours)
            RawPayload.objects.filter(message=ours).delete()
            RawPayload.objects.filter(message=echo).update(message=ours)
            self.changed.pop(echo.pk, None)
            if echo.conversation_id:
                self.touched.add(echo.conversation_id)
                if self.is_elsewhere(ours):
                    self.begun_by_echo.add(echo.conversation_id)
        Message.objects.filter(pk__in=[echo.pk for echo, _ours in gone]).delete()
        self._drop_begun()

    def _drop_begun(self) -> None:
        """Delete the conversations that only the echoes had begun: the answers stand in another account's."""
        empty = Conversation.objects.filter(pk__in=self.begun_by_echo, messages=None)
        dropped = list(empty.values_list("pk", flat=True))
        Conversation.objects.filter(pk__in=dropped).delete()
        self.touched.difference_update(dropped)

    def _rename_parents(self) -> None:
        if not self.renamed:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE inbox_message m SET parent_external_id = r.new"
                " FROM unnest(%s::text[], %s::text[]) AS r(old, new)"
                " WHERE m.account_id = %s AND m.parent_external_id = r.old",
                [list(self.renamed), list(self.renamed.values()), self.account.pk],
            )

    def _drop_files(self) -> None:
        if not self.removed:
            return
        gone = {id(row) for row in self.removed}
        self.attachments = [attachment for attachment in self.attachments if id(attachment.message) not in gone]
        stored = [row.pk for row in self.removed if row.pk is not None]
        if stored:
            from inbox.models.discarded_files import discard  # noqa: PLC0415  files leave with the commit

            discard(Attachment.objects.filter(message__in=stored))

    def _react(self) -> None:
        if not self.reactions:
            return
        newest: dict[tuple[int, int], ReactionChange] = {}
        # At the same time, one that was taken back is gone: a platform's seconds do not tell which came first.
        for reaction in sorted(self.reactions, key=lambda reaction: (reaction.at, not reaction.emoji, reaction.emoji)):
            newest[reaction.row.pk, reaction.identity_id] = reaction
        rows = [newest[key] for key in sorted(newest)]
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO inbox_reaction (message_id, identity_id, emoji, at)"
                " SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[])"
                " ON CONFLICT (message_id, identity_id) DO UPDATE SET emoji = excluded.emoji, at = excluded.at"
                " WHERE (inbox_reaction.at, inbox_reaction.emoji = '', inbox_reaction.emoji)"
                " < (excluded.at, excluded.emoji = '', excluded.emoji) RETURNING message_id",
                [
                    [r.row.pk for r in rows],
                    [r.identity_id for r in rows],
                    [r.emoji for r in rows],
                    [r.at for r in rows],
                ],
            )
            hit = {message_id for (message_id,) in cursor.fetchall()}
        self.touched |= {
            reaction.row.conversation_id for reaction in rows if reaction.row.pk in hit and reaction.row.conversation_id
        }


ID_FIELDS = ("external_id", "first_external_id", "earlier_ids")  # of a message: what `ids_of` reads


def ids_of(row: Message) -> Iterable[str]:
    """Every id the platform ever gave a message."""
    return [known for known in (row.external_id, row.first_external_id, *row.earlier_ids) if known]
