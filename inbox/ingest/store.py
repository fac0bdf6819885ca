"""Stores a batch of one account in one transaction: decided in memory on locked rows, then written."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from channels.accounts.news import record_news
from channels.models import Account, Stream
from channels.types import (
    AccountNews,
    Author,
    DeliveryReport,
    Direction,
    Edit,
    Hidden,
    IdentityChange,
    Incoming,
    IncomingMessage,
    NotUnderstood,
    Reaction,
    Removal,
)
from inbox.ingest.batch import Batch, lock_account
from inbox.ingest.erased import without_erased
from inbox.ingest.identities import UNKNOWN, People, resolve_identities, unknown_author
from inbox.ingest.identity_changes import change_identities, merge_by_shared_ids, reveal_writers
from inbox.ingest.messages import knows_writer, mark_sent, merge_echo, upsert
from inbox.ingest.own_accounts import without_own_accounts
from inbox.ingest.placement import (
    find_answered,
    place_inbound,
    place_outbound,
    place_unaddressed,
    promote_found,
    save_conversations,
)
from inbox.ingest.removals import redact_removed
from inbox.ingest.scores import without_scores
from inbox.ingest.unparsed import store_unparsed
from inbox.ingest.updates import (
    EarlyUpdates,
    Update,
    apply_updates,
    apply_watermarks,
    delete_early_updates,
    files_of,
    is_watermark,
    reacted_customer,
    store_early_updates,
)
from inbox.live.announce import announce
from inbox.models import Identity, Message
from inbox.routing import spokespeople
from inbox.routing.holders import give_back_unseen
from inbox.sla import due
from inbox.triage import estimates
from inbox.triage.assignment import close_after
from inbox.triage.summary import refresh
from webcare.lib.enqueue import enqueue
from webcare.lib.statements import run


@dataclass(frozen=True, slots=True)
class Received:
    """What a batch brought: counts, and the ids of rows that changed."""

    new_messages: int = 0
    conversations: list[int] = field(default_factory=list)
    missing_context: list[int] = field(default_factory=list)
    attachments: list[int] = field(default_factory=list)
    autoreply_candidates: list[int] = field(default_factory=list)  # conversations that may get an automatic message
    has_estimates: bool = False
    # Places in the batch of events that the database did not take; each is kept as not understood.
    refused: tuple[int, ...] = ()

    def __add__(self, other: Received) -> Received:
        """Return what two batches brought together."""
        return Received(
            self.new_messages + other.new_messages,
            sorted({*self.conversations, *other.conversations}),
            [*self.missing_context, *other.missing_context],
            [*self.attachments, *other.attachments],
            sorted({*self.autoreply_candidates, *other.autoreply_candidates}),
            self.has_estimates or other.has_estimates,
            (*self.refused, *other.refused),
        )


@dataclass(frozen=True, slots=True)
class Arrival:
    """The platform took an answer of ours (the outbox tells)."""

    code: uuid.UUID
    external_id: str
    at: datetime
    permalink: str = ""
    thread_id: str = ""


@transaction.atomic
def store(
    account: Account,
    events: Sequence[Incoming],
    arrivals: Sequence[Arrival],
    stream: Stream | None,
    cursor: Mapping[str, Any] | None,
) -> Received:
    """Store what one account's platform told, and what hangs on it."""
    lock_account(account.pk)
    batch = Batch(account, timezone.now())
    events = without_scores(batch, without_own_accounts(account, without_erased(account, events))) if events else events
    messages = [event for event in events if isinstance(event, IncomingMessage)]
    updates = [
        event
        for event in events
        if isinstance(event, Edit | Removal | Reaction | DeliveryReport | Hidden) and not is_watermark(event)
    ]
    marks = [event for event in events if isinstance(event, DeliveryReport) and is_watermark(event)]
    merge_by_shared_ids(batch, _authors(events))
    change_identities(batch, [event for event in events if isinstance(event, IdentityChange)])
    if messages or updates or arrivals:
        _store_messages(batch, messages, updates, arrivals)
    if ids := [row.pk for row in [*batch.new, *batch.changed.values()]]:
        _place_found(batch, ids)
    if marks or any(row.direction == Message.Direction.OUTBOUND for row in batch.new) or batch.settled:
        apply_watermarks(batch, marks, [row.pk for row in [*batch.new, *batch.settled] if row.pk])
    if batch.revealed:
        reveal_writers(batch, batch.revealed)
    store_unparsed(account, [event for event in events if isinstance(event, NotUnderstood)], batch.now)
    record_news(account, [event for event in events if isinstance(event, AccountNews)])
    _note_progress(batch, stream, cursor)
    received = Received(
        new_messages=len(batch.new),
        conversations=sorted(batch.touched),
        missing_context=[row.pk for row in batch.new if row.context_state == "wanted"],
        attachments=files_of(batch),
        autoreply_candidates=_new_in_private(batch) if account.automatic_on else [],
        has_estimates=estimates.note_pending(_wanting_estimate(batch), batch.reworded, batch.now),
    )
    refresh(received.conversations)
    if received.conversations:
        due.renew(spokespeople.route_new(received.conversations))
    if batch.held_again:
        # Who had it may have lost sight of it while it was closed or asleep.
        give_back_unseen(None, conversations=batch.held_again)
    if closing := [row for row in batch.settled if row.closes_after]:
        close_after(closing)
    _on_commit(received)
    redact_removed(batch, events)
    return received


def _place_found(batch: Batch, ids: Sequence[int]) -> None:
    """Bring what came in, and what it answers, into the conversations they belong to."""
    found = find_answered(batch, ids)
    if found:
        promote_found(batch, found)
    place_unaddressed(batch, [*ids, *(row.pk for row in found)])


def _store_messages(
    batch: Batch, messages: Sequence[IncomingMessage], updates: Sequence[Update], arrivals: Sequence[Arrival]
) -> None:
    """Decide everything in memory on locked rows, then write it."""
    ids, codes = _ids_and_codes(messages, updates, arrivals)
    early = EarlyUpdates(batch.account, ids)
    people = _resolve_identities(batch.account, messages, updates, early.reactors(_named(messages, arrivals)))
    in_flight = any(message.direction == Direction.OUTBOUND for message in messages)
    writers = _with_conversations(people, messages)
    batch.load(ids, codes, writers, in_flight=in_flight)
    for arrival in arrivals:
        _mark_arrival(batch, arrival)
    # In the order in which they were said, whatever the order in which they were told.
    taken = [
        (upsert(batch, people, message), message)
        for message in sorted(messages, key=lambda message: (message.sent_at, message.external_id))
    ]
    waited = early.about(batch)
    too_early = apply_updates(batch, people, [*(event for event, _pk in waited), *updates])
    delete_early_updates(batch, [pk for event, pk in waited if event not in too_early])
    store_early_updates(batch, too_early)
    _place(batch, people, taken)
    _mark_missing_context(batch)
    save_conversations(batch)
    batch.save_messages()


def _with_conversations(people: People, messages: Sequence[IncomingMessage]) -> list[int]:
    """Return the identities whose conversations these messages may stand in."""
    customers = [
        (_writer(message) if message.direction == Direction.INBOUND else message.customer, message.sent_at)
        for message in messages
        if message.direction in (Direction.INBOUND, Direction.OUTBOUND)
    ]
    known = {people.of(customer, at).pk for customer, at in customers if customer}
    return sorted(known - people.made)


def _place(batch: Batch, people: People, taken: Sequence[tuple[Message, IncomingMessage]]) -> None:
    """Give messages without a conversation the one they belong to."""
    gone = {id(echo) for echo, _ours in batch.merged}
    placeless = [
        (row, message) for row, message in _most_complete(taken) if row.conversation_id is None and id(row) not in gone
    ]
    inbound = [(row, message) for row, message in placeless if row.direction == "inbound"]
    outbound = [(row, message) for row, message in placeless if row.direction == "outbound" and message.customer]
    known = _known_writers(batch, inbound)
    writers = [(row, known.get(row.identity_id or 0), message) for row, message in inbound]
    place_inbound(
        batch, [(row, writer or people.of(_writer(message), message.sent_at)) for row, writer, message in writers]
    )
    customers = [(row, message.customer, message.sent_at) for row, message in outbound]
    place_outbound(batch, [(row, people.of(customer, at)) for row, customer, at in customers if customer])


def _known_writers(batch: Batch, placeless: Sequence[tuple[Message, IncomingMessage]]) -> dict[int, Identity]:
    """Return the writers of messages that name nobody this time, with their conversations locked."""
    known = {row.identity_id for row, message in placeless if knows_writer(row, message) and row.identity_id}
    if not known:
        return {}
    found = Identity.objects.exclude(external_id__startswith=UNKNOWN).in_bulk(known)
    batch.lock_conversations((), list(found))
    return found


def _most_complete(taken: Sequence[tuple[Message, IncomingMessage]]) -> list[tuple[Message, IncomingMessage]]:
    """Return each row once, with the telling that says most about where it belongs."""
    best: dict[int, tuple[Message, IncomingMessage]] = {}
    for row, event in taken:
        known = best.get(id(row))
        if known is None or _completeness(row, event) > _completeness(row, known[1]):
            best[id(row)] = (row, event)
    return list(best.values())


def _completeness(row: Message, event: IncomingMessage) -> tuple[bool, bool]:
    return (event.direction == row.direction, event.customer is not None or event.author is not None)


def _writer(event: IncomingMessage) -> Author:
    return event.author or unknown_author(event.external_id)


def _authors(events: Sequence[Incoming]) -> Iterator[Author]:
    for event in events:
        if isinstance(event, IncomingMessage):
            yield from filter(None, (event.author, event.customer))
        elif isinstance(event, Reaction) and event.author:
            yield event.author


def _resolve_identities(
    account: Account,
    messages: Sequence[IncomingMessage],
    updates: Sequence[Update],
    reactors: Sequence[tuple[Author, datetime]],
) -> People:
    seen: list[tuple[Author, datetime]] = []
    for message in messages:
        if message.direction == Direction.INBOUND or (message.author and message.direction == Direction.CONTEXT):
            seen.append((_writer(message), message.sent_at))
        if message.customer and message.direction == Direction.OUTBOUND:
            seen.append((message.customer, message.sent_at))
    reactions = (event for event in updates if isinstance(event, Reaction))
    seen += [(who, reaction.at) for reaction in reactions if (who := reacted_customer(account, reaction))]
    return resolve_identities(account, [*seen, *reactors])


def _named(messages: Sequence[IncomingMessage], arrivals: Sequence[Arrival]) -> set[str]:
    """Return the ids of what comes in now: reactions to it may have waited."""
    told = {known for message in messages for known in (message.external_id, message.first_external_id)}
    return told | {arrival.external_id for arrival in arrivals}


def _ids_and_codes(
    messages: Sequence[IncomingMessage], updates: Sequence[Update], arrivals: Sequence[Arrival]
) -> tuple[set[str], set[uuid.UUID]]:
    """Return every platform id and every code of ours that the batch names."""
    ids, references = {arrival.external_id for arrival in arrivals}, set()
    for message in messages:
        ids |= {message.external_id, message.first_external_id, message.parent_id}
        references.add(message.reference)
    for event in updates:
        ids.add(event.external_id)
        if isinstance(event, Edit):
            ids.add(event.new_external_id)
        if isinstance(event, DeliveryReport):
            references.add(event.reference)
    codes = {arrival.code for arrival in arrivals}
    for reference in references:
        try:
            codes.add(uuid.UUID(reference))
        except ValueError:
            continue  # none, or another program's
    return ids - {""}, codes


def _mark_arrival(batch: Batch, arrival: Arrival) -> None:
    ours, echo = batch.by_code.get(str(arrival.code)), batch.by_id.get(arrival.external_id)
    if ours is None:
        return
    if echo is not None and echo is not ours:
        merge_echo(batch, echo=echo, ours=ours)
    else:
        mark_sent(batch, ours, arrival.external_id, arrival.at)
    for name in ("permalink", "thread_id"):
        if getattr(arrival, name) and not getattr(ours, name):
            batch.update(ours, **{name: getattr(arrival, name)})


def _mark_missing_context(batch: Batch) -> None:
    """Mark new public messages that answer something we do not have: what was said before them is loaded next."""
    # Answers of ours too: whom we answered may never have named us.
    conversational = (Message.Direction.INBOUND, Message.Direction.OUTBOUND)
    for row in [*batch.new, *batch.changed.values()]:
        if row.direction not in conversational or row.visibility != "public" or batch.is_elsewhere(row):
            continue
        if row.reply_to_id or row.part_of_id:
            continue  # written here: what it answers is here too
        is_missing = row.parent_external_id and row.parent_external_id not in batch.by_id
        if is_missing and not row.context_state and not row.parent_missing:
            batch.update(row, context_state="wanted")


def _note_progress(batch: Batch, stream: Stream | None, cursor: Mapping[str, Any] | None) -> None:
    if stream is not None and cursor is not None:
        Stream.objects.filter(pk=stream.pk).update(cursor=dict(cursor))
        stream.cursor = dict(cursor)
    newest = max((row.sent_at for row in batch.new if row.direction == Message.Direction.INBOUND), default=None)
    if newest is not None:
        run(
            "UPDATE channels_account SET last_message_at = %s"
            " WHERE id = %s AND (last_message_at IS NULL OR last_message_at < %s)",
            [newest, batch.account.pk, newest],
        )


def _wanting_estimate(batch: Batch) -> list[Message]:
    """Return the customers' messages of this batch whose mood nobody told yet."""
    rows = [*batch.new, *batch.changed.values()]
    inbound = [row for row in rows if row.direction == Message.Direction.INBOUND and not row.removed_at]
    return [row for row in inbound if row.pk and row.text and not row.mood]


def _new_in_private(batch: Batch) -> list[int]:
    """Return the conversations in which a customer said something new in private."""
    new = [row for row in batch.new if row.direction == Message.Direction.INBOUND and row.visibility == "private"]
    return sorted({row.conversation_id for row in new if row.conversation_id})


def _on_commit(received: Received) -> None:
    announce(received.conversations)
    if received.has_estimates:
        enqueue("inbox.tasks.estimate_messages")
    if received.autoreply_candidates:
        enqueue("inbox.tasks.tell_opening_hours", received.autoreply_candidates)
    if received.missing_context:
        enqueue("channels.tasks.load_contexts", received.missing_context)
    if received.attachments:
        enqueue("channels.tasks.fetch_attachments", received.attachments)
