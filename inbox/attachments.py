"""Files that go with a message that was removed."""

from __future__ import annotations

from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from inbox.models import Attachment


def discard(attachments: QuerySet[Attachment]) -> None:
    """Delete attachments, and their files once the transaction is committed: a rollback must not lose a file."""
    names = [name for name in attachments.values_list("file", flat=True) if name]
    attachments.delete()
    for name in names:
        transaction.on_commit(partial(default_storage.delete, name), robust=True)
