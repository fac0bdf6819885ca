"""Files of access requests: asked for by a colleague, made by a worker, gone after a week. The row is the queue."""

from __future__ import annotations

import logging
import tempfile
from datetime import timedelta

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from inbox.models import Contact, Event, PersonExport, User
from inbox.privacy import archive
from webcare.lib.enqueue import enqueue

log = logging.getLogger(__name__)
KEPT = timedelta(days=7)
TRY_AGAIN = timedelta(minutes=15)  # after which whoever was making it has died
MOST_TRIES = 3
_FOLDER = "exports"


def ask(contact: Contact, by: User, *, known: str, language: str, with_notes: bool) -> PersonExport:
    """Ask for a person's file. A worker makes it."""
    with transaction.atomic():
        row = PersonExport.objects.create(
            contact=contact, by=by, known=known, language=language, with_notes=with_notes
        )  # fmt: skip
        Event.note("export_asked", actor=by, export=row.pk, contact=contact.pk, known=known, notes=with_notes)
        enqueue("inbox.tasks.make_exports")
    return row


def make_due() -> None:
    """Make the files that were asked for, one after the other."""
    while (row := _claim()) is not None:
        try:
            _make(row)
        except Exception:
            log.exception("Export %s could not be made", row.pk)
            default_storage.delete(row.path)
            if row.tries >= MOST_TRIES:
                PersonExport.objects.filter(pk=row.pk).update(failed_at=timezone.now())


def fetched(row: PersonExport, by: User) -> None:
    """Write down that a file was taken along."""
    PersonExport.objects.filter(pk=row.pk).update(fetched_at=timezone.now())
    Event.note("export_fetched", actor=by, export=row.pk, contact=row.contact_id)


def forget_old() -> None:
    """Delete the files whose week is over, and those that no row knows: their maker died, or the person is erased."""
    for row in PersonExport.objects.filter(expires_at__lte=timezone.now()):
        default_storage.delete(row.path)
    if not default_storage.exists(_FOLDER):
        return
    wanted = PersonExport.objects.exclude(expires_at__lte=timezone.now()).values_list("code", flat=True)
    known = {f"{code}.zip" for code in wanted}
    for name in default_storage.listdir(_FOLDER)[1]:
        if name not in known:
            default_storage.delete(f"{_FOLDER}/{name}")


def _claim() -> PersonExport | None:
    """Take the next row, with the try written down before it begins."""
    now = timezone.now()
    with transaction.atomic():
        due = PersonExport.objects.filter(made_at=None, failed_at=None, due_at__lte=now).order_by("due_at", "pk")
        row = due.select_for_update(skip_locked=True).first()
        if row is None:
            return None
        PersonExport.objects.filter(pk=row.pk).update(due_at=now + TRY_AGAIN, tries=F("tries") + 1)
        row.tries += 1
    return row


def _make(row: PersonExport) -> None:
    with tempfile.TemporaryFile() as made:
        archive.write(row.contact, made, language=row.language, with_notes=row.with_notes)
        size = made.tell()
        made.seek(0)
        default_storage.delete(row.path)  # of a try that died
        default_storage.save(row.path, File(made))
    now = timezone.now()
    mine = PersonExport.objects.filter(pk=row.pk, tries=row.tries)
    taken = mine.update(made_at=now, expires_at=now + KEPT, size=size)
    if not taken and not PersonExport.objects.filter(pk=row.pk).exists():
        default_storage.delete(row.path)  # the person was erased meanwhile
