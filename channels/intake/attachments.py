"""Fetches pictures, videos and files while their addresses work."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.core.files import File
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from channels import pictures
from channels.accounts import health
from channels.base import Connector
from channels.connectors import connector_for
from channels.errors import ChannelError, NeedsReauth, RateLimited
from channels.file_type import CONVERTED, FileType, read_type
from channels.models import Account
from channels.secrets import CredentialsUnreadable
from channels.types import Attachment as Wanted
from inbox.live.announce import announce
from inbox.models import Attachment, Conversation
from webcare.logs import scrub

log = logging.getLogger(__name__)

MB = 1024 * 1024
MOST_BYTES: Mapping[str, int] = {"image": 20 * MB, "video": 100 * MB, "audio": 32 * MB, "file": 50 * MB}
AT_ONCE = 100
LOCK = timedelta(minutes=3)
TRIES = (timedelta(seconds=10), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))


class Refused(Exception):
    """We do not keep this file. The text says why, in words."""


def due(now: datetime | None = None) -> list[int]:
    """Return the ids of files to fetch now."""
    rows = Attachment.objects.filter(_free(now or timezone.now()), state=Attachment.State.WAITING)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


def fetch(attachment_ids: Iterable[int]) -> None:
    """Fetch these files, each once however many workers try. Never raises: the row says what became of it."""
    taken = [pk for pk in attachment_ids if _claim(pk)]
    by_account: dict[Account, list[Attachment]] = {}
    for row in Attachment.objects.filter(pk__in=taken).select_related("message__account").order_by("pk"):
        by_account.setdefault(row.message.account, []).append(row)
    for account, rows in by_account.items():
        try:
            connector = connector_for(account)
        except CredentialsUnreadable as error:
            health.note_failure(account, NeedsReauth(str(error)))
            continue
        with closing(connector):
            for row in rows:
                _fetch_one(connector, account, row)


def _free(now: datetime) -> Q:
    """Nobody is at it, and its account was not removed: a removed one's platform is asked nothing."""
    return (Q(retry_at=None) | Q(retry_at__lte=now)) & Q(message__account__removed_at=None)


def _claim(attachment_id: int) -> bool:
    now = timezone.now()
    row = Attachment.objects.filter(_free(now), pk=attachment_id, state=Attachment.State.WAITING)
    return bool(row.update(retry_at=now + LOCK, attempts=F("attempts") + 1))


def _fetch_one(connector: Connector, account: Account, row: Attachment) -> None:
    if not row.source_url and not row.external_id:
        _settle(row, state=Attachment.State.NONE)
        return
    request = Wanted(
        kind=row.kind, url=row.source_url, external_id=row.external_id, mime_type=row.mime_type, filename=row.filename
    )
    try:
        file, claimed_type = connector.open_attachment(request)
        with closing(file):
            _store(row, file, row.mime_type or claimed_type)
    except Refused as error:
        _settle(row, state=Attachment.State.REFUSED, error=str(error))
    except ChannelError as error:
        _put_off(account, row, error)
    except Exception as error:
        log.exception("Fetching attachment %s failed", row.pk)
        _put_off(account, row, ChannelError(f"{type(error).__name__}."))


def _store(row: Attachment, file: BinaryIO, claimed_type: str = "") -> None:
    found = read_type(file, claimed_type)
    if found is None:
        raise Refused("Not a kind of file we keep.")
    size = file.seek(0, 2)
    file.seek(0)
    if size > MOST_BYTES[found.kind]:
        raise Refused(f"Larger than {MOST_BYTES[found.kind] // MB} MB.")
    if found.mime_type in CONVERTED:
        file, found = _as_jpeg(file)
        size = file.seek(0, 2)
        file.seek(0)
    row.file.save(f"{row.code}{found.extension}", File(file), save=False)
    stored = row.file.name
    if not _settle(
        row,
        state=Attachment.State.STORED, file=stored, kind=_kind(row, found), mime_type=found.mime_type, size=size,
        width=found.width, height=found.height, filename=_name(row, found), error="",
    ):  # fmt: skip
        # The customer withdrew the message while its file was on its way.
        row.file.storage.delete(str(stored))


def _as_jpeg(file: BinaryIO) -> tuple[BinaryIO, FileType]:
    """Return a photo that browsers do not show as a JPEG that they do. Raises Refused."""
    try:
        made = BytesIO(pictures.without_metadata(file.read()))
    except pictures.UnusablePicture:
        raise Refused("Not a picture that can be opened.") from None
    found = read_type(made)
    if found is None:
        raise Refused("Not a picture that can be opened.")
    return made, found


def _name(row: Attachment, found: FileType) -> str:
    """The name its sender gave, with the ending of what it is now."""
    if not row.filename:
        return f"{found.kind}{found.extension}"
    name = Path(row.filename)
    old = name.suffix.lower() in (".heic", ".heif", ".avif")
    return f"{name.stem}{found.extension}" if old and found.kind == "image" else row.filename


def _kind(row: Attachment, found: FileType) -> str:
    return "sticker" if row.kind == "sticker" and found.kind == "image" else found.kind


def _settle(row: Attachment, **values: object) -> bool:
    """Write the outcome if the row is still there and waiting, and tell the pages. Returns whether it was."""
    with transaction.atomic():
        waiting = Attachment.objects.filter(pk=row.pk, state=Attachment.State.WAITING)
        if not waiting.update(**{"retry_at": None, **values}):
            return False
        conversation = row.message.conversation_id
        if conversation:
            # The row's version moves on with every update, so that a page that was away asks for it again.
            Conversation.objects.filter(pk=conversation).update(has_attachment=True)
            announce([conversation])
    return True


def _put_off(account: Account, row: Attachment, error: ChannelError) -> None:
    now = timezone.now()
    if isinstance(error, (NeedsReauth, RateLimited)):
        health.note_failure(account, error)
        later = error.retry_at if isinstance(error, RateLimited) else now + TRIES[-1]
        # Not the file's fault: the try does not count.
        Attachment.objects.filter(pk=row.pk).update(retry_at=later, attempts=F("attempts") - 1)
    elif error.permanent:
        state = Attachment.State.REFUSED if error.reason == "media_refused" else Attachment.State.FAILED
        _settle(row, state=state, error=str(error))
    elif row.attempts > len(TRIES):
        _settle(row, state=Attachment.State.FAILED, error=scrub(str(error)))
    else:
        Attachment.objects.filter(pk=row.pk).update(
            retry_at=now + TRIES[max(row.attempts, 1) - 1], error=scrub(str(error))
        )
