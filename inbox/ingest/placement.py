"""Placement: which conversation a message belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from channels.types import AUTOMATIC, Visibility
from inbox.ingest.batch import Batch
from inbox.models import Conversation, Identity, Message
from webcare.lib.statements import fetch, insert

_LONGEST_RUN = 50


def place_inbound(batch: Batch, rows: Iterable[tuple[Message, Identity]]) -> None:
    """Give customers' messages their conversation: the one not closed, a recently closed one reopened, or a new one."""
    for row, identity in sorted(rows, key=lambda pair: (pair[0].sent_at, pair[0].external_id or "")):
        conversation = _current(batch, identity, row.visibility)
        if conversation is not None and _is_over(batch, conversation, row):
            conversation = _answered_in(batch, identity, row)
        if conversation is None:
            conversation = _start(batch, identity, row)
        elif _is_history(batch, row) or row.kind == AUTOMATIC:
            pass  # what was said before the account was connected opens nothing, nor does a machine's answer
        elif conversation.status == Conversation.Status.CLOSED:
            _open(batch, conversation, "reopened")
        elif conversation.status == Conversation.Status.SNOOZED:
            _open(batch, conversation, "woken")
        _put_in(batch, row, conversation)


def place_outbound(batch: Batch, rows: Iterable[tuple[Message, Identity]]) -> None:
    """Give messages of ours with a known addressee their conversation. One that is closed stays closed."""
    for row, identity in sorted(rows, key=lambda pair: (pair[0].sent_at, pair[0].external_id or "")):
        parent = batch.by_id.get(row.parent_external_id)
        conversation = _of(batch, parent) if parent is not None else None
        place = (batch.account.pk, identity.pk, row.visibility)
        if conversation is None or place != (
            conversation.account_id, conversation.identity_id, conversation.visibility
        ):  # fmt: skip
            conversation = _current(batch, identity, row.visibility)
        if conversation is None or _is_over(batch, conversation, row):
            conversation = _start(batch, identity, row)
        _put_in(batch, row, conversation)


def save_conversations(batch: Batch) -> None:
    """Write new and changed conversations, so that messages can point to them."""
    insert(batch.started)
    opened = [conversation for conversation in batch.conversations.values() if conversation.pk in batch.opened]
    if opened:
        Conversation.objects.bulk_update(
            sorted(opened, key=lambda conversation: conversation.pk),
            ["status", "closed_at", "close_reason", "snoozed_until"],
        )
    for conversation in batch.started:
        batch.conversations[conversation.pk] = conversation
        batch.touched.add(conversation.pk)
    batch.started, batch.opened = [], set()
    for row, conversation in batch.placed:
        row.conversation_id = conversation.pk


def place_unaddressed(batch: Batch, ids: Sequence[int]) -> None:
    """Place our messages without an addressee with what they answer, through chains of posts."""
    found = fetch(
        "WITH RECURSIVE line(id, external_id, account_id, visibility, conversation_id) AS ("
        "  SELECT w.id, w.external_id, w.account_id, w.visibility, p.conversation_id FROM inbox_message w"
        "  JOIN inbox_message p ON p.account_id = w.account_id AND p.external_id = w.parent_external_id"
        "  WHERE w.account_id = %(account)s AND w.direction = 'outbound' AND w.conversation_id IS NULL"
        "  AND w.parent_external_id <> '' AND p.conversation_id IS NOT NULL AND p.visibility = w.visibility"
        "  AND (p.id = ANY(%(ids)s) OR w.id = ANY(%(ids)s))"
        " UNION"
        "  SELECT w.id, w.external_id, w.account_id, w.visibility, l.conversation_id FROM inbox_message w"
        "  JOIN line l ON l.account_id = w.account_id AND l.external_id = w.parent_external_id"
        "  WHERE w.direction = 'outbound' AND w.conversation_id IS NULL AND w.visibility = l.visibility"
        "  AND w.parent_external_id <> ''"
        ") UPDATE inbox_message m SET conversation_id = line.conversation_id FROM line WHERE m.id = line.id"
        " RETURNING m.conversation_id",
        {"account": batch.account.pk, "ids": list(ids)},
    )
    batch.touched.update(conversation_id for (conversation_id,) in found)


def find_answered(batch: Batch, ids: Sequence[int]) -> list[Message]:
    """Return context posts that we have answered, with their writer's posts directly before.

    We answered somebody who never named us; from then on it is a conversation. Only the unbroken run of the same
    person's posts counts: what others said in between was not for us. What came in first makes no difference.
    """
    found = fetch(
        "WITH RECURSIVE below(id, external_id, identity_id, depth) AS ("
        "  SELECT m.id, m.external_id, m.identity_id, 0 FROM inbox_message m WHERE m.id = ANY(%(ids)s)"
        "  AND m.direction IN ('context', 'inbound') AND m.identity_id IS NOT NULL AND m.visibility = 'public'"
        " UNION"
        "  SELECT c.id, c.external_id, c.identity_id, b.depth + 1 FROM below b JOIN inbox_message c"
        "  ON c.account_id = %(account)s AND c.parent_external_id = b.external_id AND c.parent_external_id <> ''"
        "  WHERE c.identity_id = b.identity_id AND c.direction IN ('context', 'inbound') AND b.depth < %(longest)s"
        "), run(id, parent_external_id, identity_id, depth) AS ("
        "  SELECT p.id, p.parent_external_id, p.identity_id, 0 FROM inbox_message a JOIN inbox_message p"
        "  ON p.account_id = a.account_id AND p.external_id = a.parent_external_id"
        "  LEFT JOIN inbox_conversation c ON c.id = a.conversation_id"
        "  WHERE a.account_id = %(account)s AND a.direction = 'outbound' AND a.external_id IS NOT NULL"
        # answered for another account of ours, in whose conversation it stands: nothing new for this one
        "  AND (c.account_id IS NULL OR c.account_id = a.account_id)"
        "  AND a.parent_external_id <> '' AND a.visibility = 'public' AND p.identity_id IS NOT NULL"
        "  AND (a.id = ANY(%(ids)s) OR a.parent_external_id IN (SELECT external_id FROM below))"
        " UNION"
        "  SELECT q.id, q.parent_external_id, q.identity_id, r.depth + 1 FROM run r JOIN inbox_message q"
        "  ON q.account_id = %(account)s AND q.external_id = r.parent_external_id"
        "  WHERE q.identity_id = r.identity_id AND r.depth < %(longest)s"
        ") SELECT DISTINCT m.id FROM run JOIN inbox_message m ON m.id = run.id WHERE m.direction = 'context'",
        {"account": batch.account.pk, "ids": list(ids), "longest": _LONGEST_RUN},
    )
    if not found:
        return []
    return list(
        Message.objects.filter(pk__in=[pk for (pk,) in found]).select_related("identity").without_words().order_by("pk")
    )


def promote_found(batch: Batch, rows: Sequence[Message]) -> None:
    """Make inbound messages of answered context posts, in their writers' conversations."""
    people = [row.identity_id for row in rows if row.identity_id]
    batch.lock_conversations((), people)
    for row in sorted(rows, key=lambda row: (row.sent_at, row.external_id or "")):
        if row.identity is None:
            continue
        conversation = _current(batch, row.identity, row.visibility) or _start(batch, row.identity, row)
        row.direction, row.kind, row.received_at = Message.Direction.INBOUND, "found", batch.now
        _put_in(batch, row, conversation)
    save_conversations(batch)
    batch.touched.update(row.conversation_id for row in rows if row.conversation_id)
    Message.objects.bulk_update(rows, ["direction", "kind", "received_at", "conversation"])


def _of(batch: Batch, row: Message) -> Conversation | None:
    # Without an id the attribute is the unsaved conversation of this batch, or None; neither asks the database.
    return row.conversation if row.conversation_id is None else batch.conversations.get(row.conversation_id)


def _current(batch: Batch, identity: Identity, visibility: str) -> Conversation | None:
    """Return the conversation that is not closed, else the one closed last."""
    conversations = batch.by_person.get((identity.pk, visibility), [])
    for conversation in conversations:
        if conversation.status != Conversation.Status.CLOSED:
            return conversation
    return max(conversations, key=lambda conversation: (conversation.last_message_at, conversation.pk), default=None)


def _is_over(batch: Batch, conversation: Conversation, row: Message) -> bool:
    """Whether a closed conversation lies too far back to be the same case."""
    closed = conversation.status == Conversation.Status.CLOSED
    return closed and row.sent_at - conversation.last_message_at > batch.account.conversation_gap


def _answered_in(batch: Batch, identity: Identity, row: Message) -> Conversation | None:
    """Return the conversation of theirs in which what they answer was said, where the channel has threads."""
    parent = batch.by_id.get(row.parent_external_id) if batch.account.capabilities.threads else None
    found = _of(batch, parent) if parent is not None else None
    place = (batch.account.pk, identity.pk, row.visibility)
    is_theirs = found is not None and place == (found.account_id, found.identity_id, found.visibility)
    return found if is_theirs else None


def _start(batch: Batch, identity: Identity, row: Message) -> Conversation:
    visibility = row.visibility or Visibility.PUBLIC.value
    conversation = Conversation(
        account=batch.account,
        contact_id=identity.contact_id,
        identity=identity,
        visibility=visibility,
        reach=identity.followers if visibility == Visibility.PUBLIC else None,
        first_message_at=row.sent_at,
        last_message_at=row.sent_at,
    )
    if _is_history(batch, row):
        conversation.status, conversation.closed_at = Conversation.Status.CLOSED, batch.account.history_until
    batch.started.append(conversation)
    batch.by_person.setdefault((identity.pk, conversation.visibility), []).append(conversation)
    return conversation


def _is_history(batch: Batch, row: Message) -> bool:
    """Whether it was said before the account was connected."""
    return batch.account.history_until is not None and row.sent_at < batch.account.history_until


def _open(batch: Batch, conversation: Conversation, verb: str) -> None:
    conversation.status = Conversation.Status.OPEN
    conversation.closed_at, conversation.close_reason, conversation.snoozed_until = None, "", None
    batch.opened.add(conversation.pk)
    if conversation.assignee_id:
        batch.held_again.add(conversation.pk)
    batch.log_event(verb, conversation=conversation)


def _put_in(batch: Batch, row: Message, conversation: Conversation) -> None:
    row.conversation = conversation
    batch.placed.append((row, conversation))
    batch.mark_changed(row)
