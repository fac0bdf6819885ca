"""Files that go with a message that was removed."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet

from webcare.lib.on_commit import after_commit


def discard(attachments: QuerySet[Any]) -> None:
    """Delete attachments, and their files once the transaction is committed: a rollback must not lose a file."""
    names = [name for name in attachments.values_list("file", flat=True) if name]
    attachments.delete()
    for name in names:
        after_commit(default_storage.delete, name)
