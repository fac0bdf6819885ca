"""What visitors of a chat mail back: an answer they did not see was mailed to them, and theirs belongs in the chat.

Known by the Message-ID of our mail, which only its recipient has, and by who wrote: the address the visitor left.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any, BinaryIO

from django.core.files import File
from django.core.files.storage import default_storage
from django.db.models import F
from django.utils import timezone

from channels.email.ids import person_of, reference_of
from channels.errors import ChannelError
from channels.file_type import read_type
from channels.models import ChatMessage, ChatVisitor
from channels.models.chat import BY_MAIL, LONGEST, MOST_BYTES, RETURNED, chat_path
from channels.types import AUTOMATIC, Attachment, DeliveryReport, Direction, Incoming, IncomingMessage, ShownKind
from webcare.lib.enqueue import enqueue

MOST_FILES = 10
Opener = Callable[[Attachment], tuple[BinaryIO, str]]


def without_chats(events: Iterable[Incoming], open_file: Opener) -> list[Incoming]:
    """Return the events that are no chat's. What a visitor answers is put in their chat; the same mail twice once."""
    listed = list(events)
    named = {id(event): reference for event in listed if (reference := _reference_in(event))}
    if not named:
        return listed
    rows = ChatMessage.objects.filter(client_id__in=set(named.values()), is_ours=True, mailed_at__isnull=False)
    mailed = {str(row.client_id): row for row in rows.select_related("visitor", "account")}
    return [event for event in listed if not _is_taken(event, mailed.get(named.get(id(event), "")), open_file)]


def _reference_in(event: Incoming) -> str:
    """Return the reference of the answer of ours that an event is, or is about; "" for none."""
    if isinstance(event, DeliveryReport):
        return event.reference
    if not isinstance(event, IncomingMessage):
        return ""
    return event.reference or reference_of(event.parent_id) or reference_of(event.thread_id)


def _is_taken(event: Incoming, ours: ChatMessage | None, open_file: Opener) -> bool:
    """Whether an event belonged to a chat, and was dealt with."""
    if ours is None:
        return False
    if isinstance(event, DeliveryReport):
        if event.status == "failed":
            ChatMessage.objects.filter(pk=ours.pk).update(
                told=ours.told | {RETURNED: event.error_code}, news=F("news") + 1, changed_at=timezone.now()
            )
            enqueue("channels.tasks.take_in_chat", ours.account_id)
        return True
    if not isinstance(event, IncomingMessage) or event.direction == Direction.OUTBOUND:
        return True  # a copy of what was mailed
    if event.author is None or event.author.external_id != person_of(ours.visitor.email):
        return False  # somebody it was passed on to: a mail like any other
    if event.kind == AUTOMATIC:
        return True
    if ours.account.removed_at is not None or not _fits(event):
        return False  # nobody reads that chat any more, or it would lose something there
    _put_in_chat(event, ours.visitor, open_file)
    return True


def _fits(event: IncomingMessage) -> bool:
    """Whether a chat can hold the whole of a mail: its words and its files."""
    files = event.attachments
    is_held = all(file.external_id and (file.size or 0) <= MOST_BYTES for file in files)
    return len(event.text) <= LONGEST and len(files) <= MOST_FILES and is_held


def _put_in_chat(event: IncomingMessage, visitor: ChatVisitor, open_file: Opener) -> None:
    subject = next((part.title for part in event.shown if part.kind == ShownKind.SUBJECT), "")
    details = {BY_MAIL: subject or "…"}
    rows: Iterator[tuple[str, dict[str, Any]]] = iter([("", {"text": event.text})] if event.text else [])
    for place, (key, fields) in enumerate([*rows, *_files_of(event, visitor, open_file)]):
        at = event.sent_at + timedelta(milliseconds=place)  # so that the words come before the files
        fields |= {"account_id": visitor.account_id, "told": details, "at": at}
        ChatMessage.objects.get_or_create(
            visitor=visitor, client_id=_client_id(event, key), is_ours=False, defaults=fields
        )
    ChatVisitor.objects.filter(pk=visitor.pk).update(seen_at=timezone.now())
    enqueue("channels.tasks.take_in_chat", visitor.account_id)


def _client_id(event: IncomingMessage, key: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{event.external_id}#{key}")


def _files_of(event: IncomingMessage, visitor: ChatVisitor, open_file: Opener) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what is kept of each file that a chat takes, with its number; of the others that they were left."""
    for number, attachment in enumerate(event.attachments):
        known = ChatMessage.objects.filter(visitor=visitor, client_id=_client_id(event, str(number)))
        if not known.exists():
            yield str(number), _kept(attachment, open_file)


def _kept(attachment: Attachment, open_file: Opener) -> dict[str, Any]:
    try:
        file, _claimed = open_file(attachment)
    except ChannelError as error:
        if error.permanent:
            return _left(attachment)
        raise
    with closing(file):
        size = file.seek(0, 2)
        kind = read_type(file) if size <= MOST_BYTES else None
        file.seek(0)
        if kind is None:
            return _left(attachment)
        name = default_storage.save(chat_path(kind.mime_type), File(file))
    return {"file": name, "filename": attachment.filename[:255], "mime_type": kind.mime_type, "size": size}


def _left(attachment: Attachment) -> dict[str, Any]:
    return {"text": f"[{attachment.filename or attachment.mime_type}]"}
