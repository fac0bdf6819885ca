"""How one incoming message becomes a row, or adds to the row that is there."""

from __future__ import annotations

import html
import re
import unicodedata
import uuid
from datetime import datetime
from typing import Any

from channels.types import Direction, IncomingMessage
from inbox.ingest.batch import Batch
from inbox.ingest.identities import People, unknown_author
from inbox.ingest.known import fingerprint
from inbox.models import Attachment, Identity, Message
from inbox.thread.seen_by_customer import merge_parts, storable_parts

_TIMES = ("edited_at", "worded_at", "removed_at", "delivered_at", "read_at")
_FILELESS = frozenset({"location", "contact"})
NO_ERROR: dict[str, Any] = {"error": "", "error_code": "", "error_reason": "", "retry_at": None, "claimed_at": None}
_LINK = re.compile(r"https?://\S+")
_LEADING_NAMES = re.compile(r"^(?:\s*@\w+)+\s*")


def upsert(batch: Batch, people: People, event: IncomingMessage) -> Message:
    """Make a row of a message, complete a known one, or settle our answer."""
    row = batch.by_id.get(event.external_id) or batch.by_id.get(event.first_external_id or event.external_id)
    ours = _answer_of_ours(batch, people, event, row) if event.direction == Direction.OUTBOUND else None
    if ours is not None and ours is not row:
        if row is not None:
            merge_echo(batch, echo=row, ours=ours)
        row = ours
    if row is None:
        row = batch.add(_new_row(batch, people, event))
        batch.set_payload(row, event.raw)
        if row.first_external_id != row.external_id:
            batch.renamed[row.first_external_id] = event.external_id
        row.told = fingerprint(event)
        _attach(batch, row, event)
    else:
        _complete(batch, people, row, event)
        if (row.pk is None or row.pk in batch.changed) and not row.removed_at:
            batch.update(row, told=fingerprint(event))
    return row


def merge_echo(batch: Batch, *, echo: Message, ours: Message) -> None:
    """Merge our answer's row with the row its echo made earlier. Ours stays."""
    batch.merged.append((echo, ours))
    mark_sent(batch, ours, echo.external_id or "", echo.sent_at, first_external_id=echo.first_external_id)
    for name in ("permalink", "thread_id", "parent_external_id", *_TIMES):
        if getattr(echo, name) and not getattr(ours, name):
            batch.update(ours, **{name: getattr(echo, name)})
    batch.update(ours, earlier_ids=echo.earlier_ids)
    if echo.removed_at or echo.worded_at:
        batch.update(ours, text=echo.text)
    batch.update(ours, sent_at_is_ours=False)
    batch.move_payload(echo=echo, ours=ours)
    batch.index(ours)


def mark_sent(batch: Batch, row: Message, external_id: str, at: datetime, *, first_external_id: str = "") -> None:
    """Mark an answer of ours as standing on the platform under this id."""
    # A report of failure outranks the platform's having taken it; giving up on our side does not.
    reported = row.state == Message.State.FAILED and row.external_id is not None
    if row.external_id is None and external_id:
        batch.update(row, external_id=external_id, first_external_id=first_external_id or external_id)
    if row.state != Message.State.SENT and not reported:
        batch.update(row, state=Message.State.SENT, sent_at=at, **NO_ERROR)
        batch.settled.append(row)
        batch.log_event(
            "automatic_sent" if row.automatic else "post_sent" if row.is_post else "sent", row, actor_id=row.author_id
        )
    if row in batch.in_flight:
        batch.in_flight.remove(row)
    batch.index(row)


def same_words(ours: str, copy: str) -> bool:
    """Whether a platform's copy is our text: entities, shortened links, added names and white space aside."""
    return _normalized(ours) == _normalized(copy)


def _normalized(text: str) -> str:
    text = unicodedata.normalize("NFC", html.unescape(text))
    return " ".join(_LINK.sub("<link>", _LEADING_NAMES.sub("", text)).split())


def _answer_of_ours(batch: Batch, people: People, event: IncomingMessage, row: Message | None) -> Message | None:
    """Return the outbox row this is the echo of: by our own reference, else by the same words in the same place."""
    try:
        by_reference = batch.by_code.get(str(uuid.UUID(event.reference))) if event.reference else None
    except ValueError:
        by_reference = None  # another program's reference
    if by_reference is not None and by_reference.direction == Message.Direction.OUTBOUND:
        return by_reference
    if row is not None:
        return None
    customer = people.of(event.customer, event.sent_at) if event.customer else None
    parent = batch.canonical(event.parent_id)
    for candidate in batch.in_flight:
        if candidate.visibility != event.visibility or not same_words(candidate.text, event.text):
            continue
        conversation = batch.conversations.get(candidate.conversation_id or 0)
        same_customer = customer is not None and conversation is not None and conversation.identity_id == customer.pk
        same_parent = parent and batch.canonical(candidate.parent_external_id) == parent
        # Facebook and Instagram hang an answer to a reply under the comment above it: the thread is what stays.
        same_thread = candidate.thread_id and candidate.thread_id == event.thread_id
        if same_parent or same_thread or (same_customer and not (parent and candidate.parent_external_id)):
            return candidate
    return None


def _edited_at(event: IncomingMessage) -> datetime | None:
    if event.edited_at is None and event.first_external_id not in ("", event.external_id):
        return event.sent_at
    return event.edited_at


def author_of(people: People, event: IncomingMessage) -> Identity | None:
    """Return who wrote a message; None for our own brand."""
    if event.author is None and event.direction == Direction.INBOUND:
        return people.of(unknown_author(event.external_id), event.sent_at)
    if event.author is None or event.direction == Direction.OUTBOUND:
        return None
    return people.of(event.author, event.sent_at)


def _new_row(batch: Batch, people: People, event: IncomingMessage) -> Message:
    outbound = event.direction == Direction.OUTBOUND
    return Message(
        account=batch.account,
        identity=author_of(people, event),
        direction=str(event.direction),
        kind=event.kind,
        visibility=str(event.visibility),
        external_id=event.external_id,
        first_external_id=event.first_external_id or event.external_id,
        thread_id=event.thread_id,
        parent_external_id=batch.canonical(event.parent_id),
        parent_missing=event.parent_missing,
        text=event.text,
        permalink=_address(event.permalink),
        shown=storable_parts(event.shown),
        sent_at=event.sent_at,
        received_at=batch.now,
        edited_at=_edited_at(event),
        worded_at=None if event.text_missing else _edited_at(event),
        opens_window=event.direction == Direction.INBOUND and event.opens_window,
        state=Message.State.SENT if outbound else "",
    )


def _address(url: str) -> str:
    # One that was cut leads nowhere; one of another kind (a path, a script) leads somewhere it should not.
    return url if url.startswith(("https://", "http://")) else ""


def _complete(batch: Batch, people: People, row: Message, event: IncomingMessage) -> None:
    """Merge what is newer or was not known yet into a row. The same again changes nothing."""
    _promote_context(batch, people, row, event)
    if row.author_id is not None or row.route:
        # Our own answer: until the platform told its time, ours stood in for it.
        mark_sent(batch, row, event.external_id, event.sent_at, first_external_id=event.first_external_id)
        if row.sent_at_is_ours:
            batch.update(row, sent_at=event.sent_at, sent_at_is_ours=False)
            if not row.removed_at:
                batch.set_payload(row, event.raw)
    _newer_version(batch, row, event)
    blanks: dict[str, Any] = {
        "permalink": _address(event.permalink),
        "thread_id": event.thread_id,
        "parent_external_id": batch.canonical(event.parent_id),
        "text": "" if row.removed_at or row.worded_at else event.text,
    }
    batch.update(row, **{name: value for name, value in blanks.items() if value and not getattr(row, name)})
    if event.sent_at < row.sent_at:
        batch.update(row, sent_at=event.sent_at)
    if event.parent_missing:
        batch.update(row, parent_missing=True)
    if event.shown and not row.removed_at:
        batch.update(row, shown=merge_parts(row.shown, event.shown))
    if event.attachments and not row.removed_at and id(row) not in batch.with_files:
        _attach(batch, row, event)


def _promote_context(batch: Batch, people: People, row: Message, event: IncomingMessage) -> None:
    """Turn a context message into one to us or of us."""
    if row.direction == Message.Direction.CONTEXT and event.direction != Direction.CONTEXT:
        inbound = event.direction == Direction.INBOUND
        batch.update(
            row,
            direction=str(event.direction),
            kind=event.kind,
            identity=_writer_of(people, row, event),
            received_at=batch.now,
            opens_window=inbound and event.opens_window,
            state="" if inbound else Message.State.SENT,
        )
        if not row.removed_at:
            batch.set_payload(row, event.raw)
    elif row.direction == Message.Direction.INBOUND and event.direction == Direction.INBOUND:
        writer = author_of(people, event)
        if event.author is not None and writer is not None and row.identity_id not in (None, writer.pk):
            batch.revealed.append((row.identity_id or 0, writer))
        if row.kind == "found" and event.kind != "found":
            batch.update(row, kind=event.kind)
        if event.opens_window:
            batch.update(row, opens_window=True)


def _writer_of(people: People, row: Message, event: IncomingMessage) -> Identity | None:
    """Who wrote it: whoever is told now, else whoever was told before."""
    return row.identity if knows_writer(row, event) else author_of(people, event)


def knows_writer(row: Message, event: IncomingMessage) -> bool:
    """Whether a customer's message names nobody this time, and we know its writer from before."""
    return event.direction == Direction.INBOUND and event.author is None and row.identity_id is not None


def _newer_version(batch: Batch, row: Message, event: IncomingMessage) -> None:
    edited_at = _edited_at(event)
    note_version(batch, row, event.external_id)
    if event.first_external_id and row.first_external_id != event.first_external_id:
        rename(batch, row, row.first_external_id, row.external_id or "")
        batch.update(row, first_external_id=event.first_external_id)
        batch.index(row)
    if edited_at is not None:
        edit(batch, row, None if event.text_missing else event.text, edited_at)


def note_version(batch: Batch, row: Message, external_id: str) -> None:
    """Take note of a version's id. The newest names the message: ids grow, whatever is told about the text and when."""
    current = row.external_id
    if current is not None and external_id != current:
        older, newest = sorted((current, external_id), key=lambda version: (len(version), version))
        rename(batch, row, older, newest)


def rename(batch: Batch, row: Message, old: str, new: str) -> None:
    """Give a row the id of its newest version; the old one still finds it."""
    batch.update(row, external_id=new)
    others = {*row.earlier_ids, old} - {row.external_id, row.first_external_id, ""}
    batch.update(row, earlier_ids=sorted(others, key=lambda version: (len(version), version)))
    batch.index(row)
    for known in (old, row.first_external_id, *row.earlier_ids):
        if known != new:
            batch.renamed[known] = new
    batch.renamed.pop(new, None)


def edit(batch: Batch, row: Message, text: str | None, at: datetime) -> None:
    """Apply an edit, and its words where they are newer."""
    if row.edited_at is None or at > row.edited_at:
        batch.update(row, edited_at=at)
    if text is None or (row.worded_at is not None and (at, text) <= (row.worded_at, row.text)):
        return
    batch.update(row, worded_at=at)
    if not row.removed_at and batch.update(row, text=text):
        batch.update(row, mood="", language="")  # estimated anew
        if row.pk is not None:
            batch.reworded.add(row.pk)
        batch.log_event("edited", row)


def _attach(batch: Batch, row: Message, event: IncomingMessage) -> None:
    if row.removed_at or not event.attachments:
        return
    batch.with_files.add(id(row))
    for position, part in enumerate(event.attachments):
        fetchable = (part.url or part.external_id) and part.kind not in _FILELESS and not part.lost
        waits = Attachment.State.WAITING if fetchable else Attachment.State.NONE
        batch.attachments.append(
            Attachment(
                message=row,
                position=position,
                kind=part.kind,
                state=Attachment.State.FAILED if part.lost else waits,
                error=part.lost,
                source_url=part.url,
                external_id=part.external_id,
                mime_type=part.mime_type,
                filename=part.filename,
                alt_text=part.alt_text,
                text=part.text,
                size=part.size,
            )
        )
