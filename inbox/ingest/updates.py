"""Updates of messages: edits, removals, receipts and reactions. What overtook its message waits for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.dateparse import parse_datetime

from channels.models import Account, digest_of
from channels.types import Author, DeliveryReport, Edit, Hidden, Reaction, Removal
from inbox.ingest.batch import Batch, ReactionChange
from inbox.ingest.identities import People, scope_of
from inbox.ingest.messages import (
    NO_ERROR,
    edit,
    mark_sent,
    note_version,
)
from inbox.ingest.removals import remove
from inbox.models import Attachment, EarlyEvent, Message
from webcare.lib.statements import select

Update = Edit | Removal | DeliveryReport | Reaction | Hidden
_KINDS: dict[str, type[Update]] = {
    "edit": Edit,
    "removal": Removal,
    "report": DeliveryReport,
    "reaction": Reaction,
    "hidden": Hidden,
}
_NAMES = {made: name for name, made in _KINDS.items()}
_RANK = {"delivered": 1, "read": 2, "played": 2}


def is_watermark(event: Update) -> bool:
    """Whether a report counts for everything up to a time instead of one message."""
    return isinstance(event, DeliveryReport) and event.until is not None and not event.external_id


class EarlyUpdates:
    """The updates that wait for messages with these ids, each with its row id."""

    def __init__(self, account: Account, ids: Collection[str]) -> None:
        self.account = account
        self.waiting: dict[str, list[tuple[Update, int]]] = {}
        self._load(ids)

    def about(self, batch: Batch) -> list[tuple[Update, int]]:
        """Return those whose message is in the batch, by whichever of its ids."""
        self._load(batch.by_id.keys() - self.waiting.keys())
        return [found for external_id in batch.by_id for found in self.waiting[external_id]]

    def reactors(self, ids: AbstractSet[str]) -> list[tuple[Author, datetime]]:
        """Return who reacted to these messages: they have to be met with the batch's other people."""
        waiting = (event for external_id in ids - {""} for event, _pk in self.waiting[external_id])
        reactions = (event for event in waiting if isinstance(event, Reaction))
        return [(who, reaction.at) for reaction in reactions if (who := reacted_customer(self.account, reaction))]

    def _load(self, ids: Collection[str]) -> None:
        if not ids:
            return
        self.waiting |= {external_id: [] for external_id in ids}
        which = "WHERE account_id = %s AND external_id = ANY(%s::text[]) AND kind <> 'watermark' ORDER BY id"
        for row in select(EarlyEvent, which, [self.account.pk, list(ids)]):
            self.waiting[row.external_id].append((_deserialized(row), row.pk))


def apply_updates(batch: Batch, people: People, updates: Sequence[Update]) -> list[Update]:
    """Apply updates to the rows they are about; return those that have to wait for their message."""
    early = []
    # Renaming edits first, so that the rest finds the row under any of its ids.
    for event in sorted(updates, key=lambda event: not (isinstance(event, Edit) and event.new_external_id)):
        row = _row_of(batch, event)
        if row is None or (isinstance(event, DeliveryReport) and row.direction != Message.Direction.OUTBOUND):
            early.append(event)
            continue
        match event:
            case Edit():
                _edit(batch, row, event)
            case Removal():
                remove(batch, row, event)
            case DeliveryReport():
                _report(batch, row, event)
            case Reaction():
                _react(batch, people, row, event)
            case Hidden():
                _hide(batch, row, event)
    return early


def _row_of(batch: Batch, event: Update) -> Message | None:
    row = batch.by_id.get(event.external_id)
    if row is None and isinstance(event, Edit) and event.new_external_id:
        row = batch.by_id.get(event.new_external_id)
    if row is None and isinstance(event, DeliveryReport) and event.reference:
        row = batch.by_code.get(event.reference.lower())
    return row


def _edit(batch: Batch, row: Message, event: Edit) -> None:
    edit(batch, row, event.text, event.edited_at)
    if event.new_external_id:
        note_version(batch, row, event.new_external_id)


def _report(batch: Batch, row: Message, event: DeliveryReport) -> None:
    if row.external_id is None and event.external_id:
        mark_sent(batch, row, event.external_id, row.claimed_at or event.at)
    if event.status == "failed":
        if not (row.delivered_at or row.read_at) and row.state not in (Message.State.FAILED, Message.State.CANCELLED):
            batch.update(
                row,
                state=Message.State.FAILED,
                **NO_ERROR
                | {"error": event.error, "error_code": event.error_code, "error_reason": event.reason or "other"},
            )
            batch.log_event(row.verb("failed"), row, code=event.error_code, reason=event.reason)
        return
    rank = _RANK.get(event.status, 0)
    if rank and row.state in (Message.State.FAILED, Message.State.SENDING, Message.State.UNKNOWN):
        # Delivered outranks a failure reported before or after it.
        batch.update(row, state=Message.State.SENT, **NO_ERROR)
    if rank == 1:
        batch.update(row, delivered_at=min(row.delivered_at or event.at, event.at))
    elif rank == 2:  # noqa: PLR2004
        batch.update(row, read_at=min(row.read_at or event.at, event.at))


def reacted_customer(account: Account, event: Reaction) -> Author | None:
    """Return the customer who reacted; None where somebody of ours did."""
    return None if event.author and event.author.external_id == account.external_id else event.author


def _react(batch: Batch, people: People, row: Message, event: Reaction) -> None:
    customer = reacted_customer(batch.account, event)
    if customer is None:
        stands = (row.our_emoji_at, not row.our_emoji, row.our_emoji)
        if row.our_emoji_at is None or (event.at, not event.emoji, event.emoji) > stands:
            batch.update(row, our_emoji=event.emoji[:40], our_emoji_at=event.at)
        return
    identity = people.of(customer, event.at)
    batch.reactions.append(ReactionChange(row, identity.pk, event.emoji, event.at))


def _hide(batch: Batch, row: Message, event: Hidden) -> None:
    if not event.hidden:
        batch.update(row, shown_at=max(row.shown_at or event.at, event.at))
        if row.hidden_at is not None and row.hidden_at <= event.at:
            batch.update(row, hidden_at=None)
    elif row.shown_at is None or row.shown_at < event.at:
        batch.update(row, hidden_at=max(row.hidden_at or event.at, event.at))


# ── what came too early ──


def store_early_updates(batch: Batch, early: Iterable[Update]) -> None:
    """Store updates of unknown messages until these come in. The same one twice is one row."""
    rows = [
        EarlyEvent(
            account=batch.account,
            external_id=event.external_id,
            kind=_NAMES[type(event)],
            data=(frozen := _serialized(event)),
            digest=digest_of({"kind": _NAMES[type(event)], **frozen}),
            at=_time_of(event),
        )
        for event in early
        if event.external_id
    ]
    if rows:
        EarlyEvent.objects.bulk_create(rows, ignore_conflicts=True)


def _serialized(event: Update) -> dict[str, Any]:
    # Spelled out, since JSON encoders cut a time to milliseconds.
    data = dataclasses.asdict(event)
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in data.items()}


def _time_of(event: Update) -> datetime:
    match event:
        case Edit():
            return event.edited_at
        case Removal():
            return event.removed_at
        case _:
            return event.at


def _deserialized(row: EarlyEvent) -> Update:
    data: dict[str, Any] = dict(row.data)
    for name in ("at", "edited_at", "removed_at", "until"):
        if isinstance(data.get(name), str):
            data[name] = parse_datetime(data[name])
    if isinstance(data.get("author"), dict):
        data["author"] = Author(**data["author"] | {"also": tuple(data["author"].get("also", ()))})
    return _KINDS[row.kind](**data)


# ── watermarks: "everything up to here was delivered / read" ──


def apply_watermarks(batch: Batch, events: Sequence[DeliveryReport], arrived: Sequence[int]) -> None:
    """Apply receipts up to a time, and keep the newest for later messages.

    `arrived` are outbound rows that may lie under an earlier mark.
    """
    _remember_marks(batch, [event for event in events if event.status in ("delivered", "read")])
    if not events and not arrived:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inbox_message m SET"
            " delivered_at = CASE WHEN m.sent_at <= marks.delivered_until"
            " THEN coalesce(m.delivered_at, marks.delivered_at) ELSE m.delivered_at END,"
            " read_at = CASE WHEN m.sent_at <= marks.read_until"
            " THEN coalesce(m.read_at, marks.read_at) ELSE m.read_at END"
            " FROM inbox_conversation c JOIN inbox_identity i ON i.id = c.identity_id,"
            " (SELECT external_id,"
            "   max((data->>'until')::timestamptz) FILTER (WHERE digest = 'delivered') AS delivered_until,"
            "   max(at) FILTER (WHERE digest = 'delivered') AS delivered_at,"
            "   max((data->>'until')::timestamptz) FILTER (WHERE digest = 'read') AS read_until,"
            "   max(at) FILTER (WHERE digest = 'read') AS read_at"
            "  FROM inbox_earlyevent WHERE account_id = %(account)s AND kind = 'watermark' GROUP BY external_id) marks"
            " WHERE m.conversation_id = c.id AND c.account_id = %(account)s AND c.visibility = 'private'"
            " AND i.platform = %(platform)s AND i.scope = %(scope)s AND marks.external_id = i.external_id"
            " AND m.direction = 'outbound' AND m.state = 'sent'"
            " AND (m.id = ANY(%(arrived)s) OR i.external_id = ANY(%(people)s))"
            " AND ((m.delivered_at IS NULL AND m.sent_at <= marks.delivered_until)"
            " OR (m.read_at IS NULL AND m.sent_at <= marks.read_until))"
            " RETURNING c.id",
            {
                "account": batch.account.pk,
                "scope": scope_of(batch.account),
                "platform": batch.account.platform,
                "arrived": list(arrived),
                "people": [event.customer_id for event in events],
            },
        )
        batch.touched.update(conversation_id for (conversation_id,) in cursor.fetchall())


def _remember_marks(batch: Batch, events: Sequence[DeliveryReport]) -> None:
    newest: dict[tuple[str, str], DeliveryReport] = {}
    for event in sorted(events, key=lambda event: event.at):
        newest[event.customer_id, event.status] = event
    if not newest:
        return
    rows = [newest[key] for key in sorted(newest)]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inbox_earlyevent (account_id, external_id, kind, digest, data, at, received_at)"
            " SELECT %s, mark.person, 'watermark', mark.status, jsonb_build_object('until', mark.until), mark.at, %s"
            " FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[])"
            " AS mark(person, status, until, at)"
            " ON CONFLICT (account_id, external_id, digest) DO UPDATE SET data = excluded.data, at = excluded.at"
            " WHERE inbox_earlyevent.at < excluded.at",
            [
                batch.account.pk,
                batch.now,
                [mark.customer_id for mark in rows],
                [mark.status for mark in rows],
                [mark.until for mark in rows],
                [mark.at for mark in rows],
            ],
        )


def delete_early_updates(batch: Batch, ids: Sequence[int]) -> None:
    """Delete early updates that were applied."""
    if ids:
        EarlyEvent.objects.filter(account=batch.account, pk__in=ids).delete()


def files_of(batch: Batch) -> list[int]:
    """Return the attachments of this batch that have to be fetched."""
    return [
        attachment.pk
        for attachment in batch.attachments
        if attachment.pk and attachment.state == Attachment.State.WAITING
    ]
