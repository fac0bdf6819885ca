"""A mail as the inbox's events. Pure: no network, no database.

RFC 5322 (Message-ID, In-Reply-To, References), RFC 3834 (automatic answers), RFC 3464 (delivery reports).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from channels.email import bounces, ids
from channels.email.parsing import Mail, Person, is_machine
from channels.errors import STRANGE
from channels.types import (
    AUTOMATIC,
    Attachment,
    Author,
    Direction,
    Incoming,
    IncomingMessage,
    NotUnderstood,
    Shown,
    ShownKind,
    Visibility,
)
from webcare.lib.text import clean

MAIL = "dm"
LEFT = "mail/left_there"  # why files did not come along
_KEPT = 100_000  # characters of text and of HTML that are kept beside the message
_QUOTED = 2000
_MOST_NAMED = 20  # recipients


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail lies in a mailbox, and when it came there by the server's clock."""

    folder: str  # inbox | sent
    validity: int
    uid: int
    at: datetime

    @property
    def is_sent(self) -> bool:
        """Whether it lies where our own mail is kept: only who has the password puts something there."""
        return self.folder == "sent"

    def file(self, number: int) -> str:
        """Return the id of one of its files."""
        return f"{self.folder}.{self.validity}.{self.uid}.{number}"


def events_of(raw: bytes, place: Place, own: str) -> Iterator[Incoming]:
    """Yield what a mail tells the mailbox of an address. Whatever cannot be read is NotUnderstood, with its headers."""
    try:
        mail = Mail(raw)
    except ValueError as error:
        yield unread(str(error), place, raw)
        return
    try:
        yield from _told(mail, place, own)
    except ValueError as error:
        yield unread(str(error) if str(error).startswith("mail: ") else "mail: cannot be read", place, raw)
    except STRANGE:
        yield unread("mail: cannot be read", place, raw)


def unread(reason: str, place: Place, raw: bytes) -> NotUnderstood:
    """Return a mail as what is set aside of it: its headers, and where it lies."""
    head = clean(raw[:8000].split(b"\r\n\r\n")[0].split(b"\n\n")[0].decode("utf-8", "replace"))
    return NotUnderstood(reason, {"headers": head, "folder": place.folder, "uid": place.uid, "size": len(raw)})


def too_large(events: Iterable[Incoming]) -> Iterator[Incoming]:
    """Return what the beginning of a mail tells: its words, and that its files were left in the mailbox."""
    left = Attachment("file", lost=LEFT)
    for event in events:
        yield replace(event, attachments=(left,)) if isinstance(event, IncomingMessage) else event


def _told(mail: Mail, place: Place, own: str) -> Iterator[Incoming]:
    if place.is_sent:
        yield from _ours(mail, place, own)
        return
    if bounces.is_report(mail):
        report = bounces.read(mail, place.at)
        if report is not None:
            yield report
        return
    writer = writer_of(mail, own)
    if writer is None:
        raise ValueError("mail: nobody is named as its writer")
    if writer.id == own:
        # A copy of our own, or somebody who puts our address there: only what bears our proof is ours.
        if not ids.reference_of(mail.message_id):
            raise ValueError("mail: from our own address")
        yield from _ours(mail, place, own)
        return
    yield _theirs(mail, place, writer, own)


def writer_of(mail: Mail, own: str) -> Person | None:
    """Return who wrote a mail. A form on our site writes from our own address, and names the person in Reply-To."""
    sender, answer_to = mail.person("from"), mail.person("reply-to")
    if sender is None:
        return answer_to
    is_form = sender.id.rpartition("@")[2] == own.rpartition("@")[2] or is_machine(sender)
    return answer_to if answer_to is not None and is_form and not is_machine(answer_to) else sender


def _theirs(mail: Mail, place: Place, writer: Person, own: str) -> IncomingMessage:
    is_form = is_machine_form(mail, writer)
    # Who forwards a mail wants us to read it. A form has no older mails, though it says from whom and when.
    is_whole = mail.is_forwarded or is_form
    written, quoted = ("\n\n".join(filter(None, mail.halves)), "") if is_whole else mail.halves
    is_automatic = mail.is_automatic and not is_form
    named = mail.ids("in-reply-to")[:1] or mail.ids("references")[-1:]
    known = [ids.external_id(named_id, writer.id) for named_id in mail.ids("references")[:1] + named]
    external_id = _id_of(mail, writer.id)
    return IncomingMessage(
        external_id=external_id,
        kind=AUTOMATIC if is_automatic else MAIL,
        direction=Direction.INBOUND,
        visibility=Visibility.PRIVATE,
        sent_at=place.at,
        text=written,
        author=Author(writer.id, name=writer.name, handle=writer.id),
        thread_id=known[0] if known else external_id,
        parent_id=known[-1] if known else "",
        attachments=_files(mail, place),
        opens_window=not is_automatic,
        shown=(*_shown(mail, quoted), *_also_to(mail, {own, writer.id})),
        raw=_kept(mail),
    )


def is_machine_form(mail: Mail, writer: Person) -> bool:
    """Whether a person wrote by a form: a machine sent it for them. What answers by itself is none."""
    sender = mail.person("from")
    answers = mail.header("auto-submitted").lower().startswith("auto-replied")
    return sender is not None and sender.id != writer.id and not answers


def _ours(mail: Mail, place: Place, own: str) -> Iterator[Incoming]:
    """Yield a mail of ours: an answer from here, or one that a colleague wrote in another program."""
    to = next((person for person in [*mail.people("to"), *mail.people("cc")] if person.id != own), None)
    if to is None:
        return  # to ourselves: nobody's conversation
    reference = ids.reference_of(mail.message_id)
    if not reference and mail.is_automatic:
        return
    written, quoted = mail.halves
    named = mail.ids("in-reply-to")[:1] or mail.ids("references")[-1:]
    known = [ids.external_id(named_id, to.id) for named_id in mail.ids("references")[:1] + named]
    yield IncomingMessage(
        external_id=_id_of(mail, own),
        kind=MAIL,
        direction=Direction.OUTBOUND,
        visibility=Visibility.PRIVATE,
        sent_at=place.at,
        text=written,
        customer=Author(to.id, name=to.name, handle=to.id),
        thread_id=known[0] if known else "",
        parent_id=known[-1] if known else "",
        attachments=() if reference else _files(mail, place),
        reference=reference,
        shown=() if reference else tuple(_shown(mail, quoted)),
        raw=_kept(mail),
    )


def _id_of(mail: Mail, author: str) -> str:
    return ids.external_id(mail.message_id, author) if mail.message_id else ids.unnamed_id(mail.raw, author)


def _shown(mail: Mail, quoted: str) -> Iterator[Shown]:
    """Yield what it is about, and the older mails below it, folded."""
    if mail.subject:
        yield Shown(ShownKind.SUBJECT, title=mail.subject[:500])
    if quoted:
        yield Shown(ShownKind.QUOTED, words=quoted if len(quoted) <= _QUOTED else f"{quoted[: _QUOTED - 1]}…")


def _also_to(mail: Mail, known: Set[str]) -> Iterator[Shown]:
    """Yield whom it went to besides us: an answer does not go to them."""
    others = {person.id: person for person in [*mail.people("to"), *mail.people("cc")] if person.id not in known}
    named = [f"{one.name} <{one.address}>" if one.name else one.address for one in others.values()]
    if named:
        more = ", …" if len(named) > _MOST_NAMED else ""
        yield Shown(ShownKind.ALSO_TO, words=", ".join(named[:_MOST_NAMED]) + more)


def _files(mail: Mail, place: Place) -> tuple[Attachment, ...]:
    left = (Attachment("file", lost=LEFT),) if mail.thinned.is_cut else ()
    return left + tuple(
        Attachment(
            _kind(file.mime_type), external_id=place.file(file.number), mime_type=file.mime_type,
            filename=file.filename, size=file.size,
        )
        for file in mail.files
    )  # fmt: skip


def _kind(mime_type: str) -> str:
    kind = mime_type.partition("/")[0]
    return kind if kind in ("image", "video", "audio") else "file"


def _kept(mail: Mail) -> Mapping[str, Any]:
    """Return what is kept beside the message: the headers and the words, whole."""
    return {"headers": mail.headers, "text": clean(mail.text)[:_KEPT], "html": clean(mail.html)[:_KEPT]}
