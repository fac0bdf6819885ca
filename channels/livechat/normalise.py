"""What stands in a chat as the inbox's events. Pure: rows in, events out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext, override

from channels.models import ChatMessage, ChatVisitor
from channels.models.chat import BY_MAIL, RETURNED
from channels.types import (
    Attachment,
    Author,
    DeliveryReport,
    Direction,
    Incoming,
    IncomingMessage,
    NotUnderstood,
    Shown,
    ShownKind,
    Visibility,
)


def events_of(row: ChatMessage, language: str) -> Iterator[Incoming]:
    """Yield what is news about a message: itself where a visitor wrote it, else how far ours got.

    Nameless visitors get a name in `language`. What does not fit together is NotUnderstood.
    """
    if row.is_ours:
        yield from _reports(row)
    elif not isinstance(row.told, Mapping):
        yield NotUnderstood("chat: told is no object", {"code": str(row.code)})
    else:
        yield _message(row, language)


def author_of(visitor: ChatVisitor, language: str) -> Author:
    """Return who a visitor is to the inbox."""
    return Author(visitor.external_id, visitor.name or nameless(visitor, language))


def nameless(visitor: ChatVisitor, language: str) -> str:
    """Return what a visitor without a name is called: "Bezoeker 8f21"."""
    with override(language):
        return gettext("Visitor %(number)s") % {"number": visitor.external_id[-4:]}


def _message(row: ChatMessage, language: str) -> IncomingMessage:
    file = Attachment(
        _kind(row.mime_type), external_id=str(row.code), mime_type=row.mime_type, filename=row.filename, size=row.size
    )
    return IncomingMessage(
        external_id=str(row.code),
        kind="dm",
        direction=Direction.INBOUND,
        visibility=Visibility.PRIVATE,
        sent_at=row.at,
        text=row.text,
        author=author_of(row.visitor, language),
        attachments=(file,) if row.file else (),
        shown=tuple(_shown(row.told, language)),
        choice=row.choice,
    )


def _shown(told: Mapping[str, Any], language: str) -> Iterator[Shown]:
    """Yield the page it was written on, with where the visitor came from, and what they filled in."""
    if subject := _text(told, BY_MAIL):
        yield Shown(ShownKind.SUBJECT, title=subject)
    page = told.get("page")
    if isinstance(page, str) and page:
        came = _text(told, "referrer")
        with override(language):
            words = gettext("came from %(page)s") % {"page": came} if came else ""
        yield Shown(ShownKind.WRITTEN_ON, title=_text(told, "title"), url=page, words=words)
    with override(language):
        names = (("name", gettext("Name")), ("email", gettext("E-mail")), ("user", gettext("Customer number")))
    answers = tuple((title, _text(told, name)) for name, title in names if _text(told, name))
    if answers:
        # Of who is signed in the site says all of it, and nobody else (public/talk.py).
        yield Shown(ShownKind.SIGNED if _text(told, "user") else ShownKind.FORM, answers=answers)


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""


def _kind(mime_type: str) -> str:
    kind = mime_type.split("/")[0]
    return kind if kind in ("image", "video", "audio") else "file"


def _reports(row: ChatMessage) -> Iterator[DeliveryReport]:
    for status, at in (("delivered", row.delivered_at), ("read", row.read_at)):
        if at is not None:
            yield DeliveryReport(status, at, external_id=str(row.code))
    if isinstance(row.told, Mapping) and (code := _text(row.told, RETURNED)):
        yield DeliveryReport(
            "failed",
            row.changed_at,
            external_id=str(row.code),
            error_code=code,
            reason="other" if code.startswith("chat/") else "recipient_unavailable",
        )
