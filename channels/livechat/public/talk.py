"""What a visitor writes and reads. The same client id twice is one message: a constraint."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, BinaryIO
from urllib.parse import urlsplit
from uuid import UUID

from django.core.files import File
from django.core.files.storage import default_storage
from django.core.signing import BadSignature, TimestampSigner
from django.db.models import F, Q
from django.utils import timezone

from channels.file_type import read_type
from channels.livechat.connector import PICTURES
from channels.livechat.public.sites import Refusal
from channels.models import ChatMessage, ChatVisitor
from channels.models.chat import BY_MAIL, LONGEST, MAIL_ALONE, MOST_BYTES, chat_path
from webcare.lib.enqueue import enqueue
from webcare.lib.text import clean, is_uuid

MOST_SHOWN = 200  # messages told at once
OVERLAP = timedelta(seconds=30)  # what was written before, and committed after, is told again
PAGE_KNOWN = timedelta(hours=1)
LINK_LASTS = timedelta(hours=12)
_signer = TimestampSigner(salt="livechat file")


@dataclass(slots=True)
class Written:
    """What a visitor writes, cleaned and cut."""

    client_id: UUID
    text: str = ""
    choice: str = ""
    told: dict[str, str] = field(default_factory=dict)
    file: BinaryIO | None = None
    filename: str = ""


def read(said: dict[str, Any], origin: str) -> Written:
    """Make a message of what a widget sends. Raises Refusal for what is none."""
    known_by = said.get("id")
    if not isinstance(known_by, str) or not is_uuid(known_by):
        raise Refusal("id")
    text = said.get("text") or ""
    if not isinstance(text, str) or len(text) > LONGEST:
        raise Refusal("text")
    told = {name: _line(said, name, most) for name, most in (("name", 120), ("email", 254), ("title", 200))}
    told |= {"page": address(said.get("page"), origin), "referrer": address(said.get("referrer"))}
    told = {name: value for name, value in told.items() if value}
    return Written(UUID(known_by), clean(text).strip(), _line(said, "choice", 100), told)


def write(visitor: ChatVisitor, written: Written) -> ChatMessage:
    """Keep a message and let the inbox have it. Written before, it is found again."""
    if not (written.text or written.choice or written.file):
        raise Refusal("empty")
    row = ChatMessage.objects.filter(visitor=visitor, client_id=written.client_id).first()
    if row is not None and not may_read(visitor, row):
        raise Refusal("id")
    if row is None:
        _refuse_unless_offered(visitor, written.choice)
        fields = _file_of(written) | {"account_id": visitor.account_id, "text": written.text, "choice": written.choice}
        fields["told"] = _news(visitor, written.told)
        row, made = ChatMessage.objects.get_or_create(visitor=visitor, client_id=written.client_id, defaults=fields)
        if not made and fields.get("file") and row.file.name != fields["file"]:
            default_storage.delete(fields["file"])
        _note_details(visitor, written.told)
    enqueue("channels.tasks.take_in_chat", visitor.account_id)
    return row


def since(visitor: ChatVisitor, moment: datetime | None) -> list[ChatMessage]:
    """Return the newest messages that changed since a moment, oldest first, and note that ours were delivered."""
    rows = ChatMessage.objects.filter(visitor=visitor)
    if not visitor.user_id:
        rows = rows.exclude(is_ours=False, told__has_key=BY_MAIL).exclude(is_ours=True, told__has_key=MAIL_ALONE)
    if moment is not None:
        rows = rows.filter(changed_at__gte=moment - OVERLAP)
    found = sorted(rows.order_by("-changed_at", "-pk")[:MOST_SHOWN], key=lambda row: (row.at, row.pk))
    fresh = [row.pk for row in found if row.is_ours and row.delivered_at is None]
    if fresh:
        _note(visitor, Q(pk__in=fresh, delivered_at=None), delivered_at=timezone.now())
    return found


def may_read(visitor: ChatVisitor, row: ChatMessage) -> bool:
    """Whether a visitor's widget gets a message of their talk.

    Anybody can leave an address: what its owner mails back, and what we answer to that, is not for the widget, unless
    the site says who it is (channels/livechat/reach.py).
    """
    return bool(visitor.user_id) or (MAIL_ALONE if row.is_ours else BY_MAIL) not in row.told


def note_here(visitor: ChatVisitor) -> None:
    """Note once a day that a visitor is still here: who stays away is forgotten."""
    if timezone.now() - visitor.seen_at > timedelta(days=1):
        ChatVisitor.objects.filter(pk=visitor.pk).update(seen_at=timezone.now())


def note_read(visitor: ChatVisitor, code: str) -> None:
    """Note that a visitor read one of our messages, and with it all before."""
    last = ChatMessage.objects.filter(visitor=visitor, code=code, is_ours=True).values_list("at", flat=True).first()
    if last is not None:
        _note(visitor, Q(at__lte=last, read_at=None) & ~Q(told__has_key=MAIL_ALONE), read_at=timezone.now())


def link_to(row: ChatMessage) -> str:
    """Return the path under which a message's file can be had for half a day, by whoever has the link."""
    return f"/chat/file/{_signer.sign(str(row.code))}/"


def linked(signed: str) -> ChatMessage | None:
    """Return the message with the file that a link is for; None where it is no link of ours, or an old one."""
    try:
        code = _signer.unsign(signed, max_age=LINK_LASTS)
    except BadSignature:
        return None
    row = ChatMessage.objects.exclude(file="").filter(code=code, removed_at=None).select_related("visitor").first()
    return row if row and may_read(row.visitor, row) else None


def address(said: object, origin: str = "") -> str:
    """Return an address without what may name somebody: its query and its mark. "" for none, or one elsewhere."""
    if not isinstance(said, str):
        return ""
    try:
        parts = urlsplit(clean(said)[:2000])
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    place = f"{parts.scheme}://{parts.hostname or ''}{port}"
    is_web = parts.scheme in ("http", "https") and parts.hostname
    return (place + parts.path)[:1000] if is_web and place == (origin or place) else ""


def _refuse_unless_offered(visitor: ChatVisitor, choice: str) -> None:
    """Raise Refusal for a choice that we did not offer this visitor."""
    offered = ChatMessage.objects.filter(visitor=visitor, is_ours=True, choices__contains=[[choice]])
    if choice and not offered.exists():
        raise Refusal("choice")


def _line(said: dict[str, Any], name: str, most: int) -> str:
    value = said.get(name)
    return " ".join(clean(value).split())[:most] if isinstance(value, str) else ""


def _news(visitor: ChatVisitor, told: dict[str, str]) -> dict[str, str]:
    """Return what the inbox was not told lately: the page where it is another, who somebody is where that is new."""
    last = ChatMessage.objects.filter(visitor=visitor, is_ours=False, told__has_key="page").order_by("-at").first()
    fresh = last is None or last.told["page"] != told.get("page") or timezone.now() - last.at > PAGE_KNOWN
    shown = {name: told[name] for name in ("page", "title", "referrer") if fresh and name in told}
    if not ChatMessage.objects.filter(visitor=visitor, is_ours=False).exists():
        known = {"name": visitor.name, "email": visitor.email, "user": visitor.user_id}
        return shown | {name: value for name, value in known.items() if value} | _details(visitor, told)
    return shown | _details(visitor, told)


def _details(visitor: ChatVisitor, told: dict[str, str]) -> dict[str, str]:
    if visitor.user_id:  # the site's word stands
        return {}
    return {name: told[name] for name in ("name", "email") if told.get(name) and told[name] != getattr(visitor, name)}


def _note_details(visitor: ChatVisitor, told: dict[str, str]) -> None:
    changed = _details(visitor, told)
    for name, value in changed.items():
        setattr(visitor, name, value)
    visitor.seen_at = timezone.now()
    visitor.save(update_fields=[*changed, "seen_at"])


def _note(visitor: ChatVisitor, which: Q, **at: datetime) -> None:
    rows = ChatMessage.objects.filter(which, visitor=visitor, is_ours=True)
    if rows.update(**at, news=F("news") + 1):
        enqueue("channels.tasks.take_in_chat", visitor.account_id)


def _file_of(written: Written) -> dict[str, Any]:
    """Keep a file by what it holds, not by what it is called. Raises Refusal for one that nobody opens."""
    file = written.file
    if file is None:
        return {}
    size = file.seek(0, 2)
    kind = read_type(file) if size <= MOST_BYTES else None
    if kind is None:
        raise Refusal("file")
    file.seek(0)
    name = default_storage.save(chat_path(kind.mime_type), File(file))
    return {"file": name, "filename": written.filename, "mime_type": kind.mime_type, "size": size}


def is_picture(row: ChatMessage) -> bool:
    """Whether the widget shows a file instead of offering it."""
    return row.mime_type in PICTURES
