"""The files of an answer that waits, as a second person sees them, and one mark of exactly that set."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from inbox.models import Attachment, Message
from inbox.outbox.parts import family_of


def files_of(answer: Message) -> list[Attachment]:
    """Return what leaves with an answer and all its parts, in order."""
    return list(Attachment.objects.filter(message__in=family_of(answer)).order_by("message", "position", "pk"))


def mark_of(files: Sequence[Attachment]) -> str:
    """Return what names this set of files: another one has another mark, and no files have none.

    What a file is, how it is called, what is said of it, and in which order: all of that leaves.
    """
    if not files:
        return ""
    shown = [
        [file.message_id, file.position, file.code.hex, file.file.name, file.size, file.mime_type, file.filename,
         file.alt_text]
        for file in files
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()
