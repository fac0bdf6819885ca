"""What happens when a customer deletes a message: the row stays, what it said goes.

Its words and payload go here, its files as the batch is saved. What stored bodies quote goes by a task (`redaction`).
"""

from __future__ import annotations

from collections.abc import Sequence

from channels.types import Incoming, Removal
from inbox.ingest import redaction
from inbox.ingest.batch import Batch, ids_of
from inbox.models import Message
from webcare.lib.enqueue import enqueue


def remove(batch: Batch, row: Message, event: Removal) -> None:
    """Empty a message that was removed at the platform, and log it once."""
    if row.removed_at is None:
        batch.removed.append(row)
        batch.set_payload(row, {})
        batch.log_event("removed", row)
    removed_at = min(row.removed_at or event.removed_at, event.removed_at)
    batch.update(row, removed_at=removed_at, text="", shown=[], told=None)


def redact_removed(batch: Batch, events: Sequence[Incoming]) -> None:
    """Redact the words of removed messages from stored bodies, also of unknown ones."""
    unknown = [
        event.external_id for event in events if isinstance(event, Removal) and event.external_id not in batch.by_id
    ]
    gone = dict.fromkeys(unknown, batch.now - redaction.KEPT)
    gone |= {known: min(row.sent_at, row.received_at) for row in batch.removed for known in ids_of(row)}
    if gone:
        redaction.note_removed(batch.account, gone)
        enqueue("channels.tasks.redact", batch.account.pk, sorted(gone))
