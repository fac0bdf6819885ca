"""An answer as a mail: its headers can hold nothing that somebody slipped into a name or a subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from django.utils import timezone

from channels.email.ids import is_address, message_ids, own_id
from channels.email.servers import Mailbox
from channels.errors import ChannelError
from channels.types import OutgoingFile, OutgoingReply
from webcare.lib.bidi import without_bidi_controls
from webcare.lib.text import clean

MB = 1024 * 1024
MOST_BYTES = 18 * MB  # of all files: encoded that is the 25 MB which most servers take
LONGEST_SUBJECT = 250
_ANSWERS = re.compile(r"\s*(?:re|antw|aw|sv)\s*:\s*", re.IGNORECASE)


def mail_of(reply: OutgoingReply, mailbox: Mailbox) -> EmailMessage:
    """Return an answer as a mail. Where what is answered has no subject, the sender's name stands there.

    Raises ChannelError for an address that cannot be written to, and for files that are too large together.
    """
    mail = EmailMessage(policy=policy.SMTP.clone(max_line_length=78))
    mail["From"] = _address(mailbox.name, mailbox.address)
    mail["To"] = _address("", recipient_of(reply))
    mail["Subject"] = subject_of(reply.subject) or printable(mailbox.name)
    mail["Date"] = format_datetime(timezone.now())
    mail["Message-ID"] = f"<{own_id(reply.reference, mailbox.address)}>"
    if line := message_ids(reply.line):
        mail["In-Reply-To"] = f"<{line[-1]}>"
        mail["References"] = " ".join(f"<{message_id}>" for message_id in line)
    if reply.automatic:
        mail["Auto-Submitted"] = "auto-replied"  # RFC 3834: no machine answers that
        mail["X-Auto-Response-Suppress"] = "All"  # MS-OXCMAIL
    mail.set_content(reply.text.replace("\r\n", "\n") + "\n", cte="quoted-printable" if _is_wide(reply.text) else None)
    _attach(mail, reply.files)
    return mail


def subject_of(answered: str) -> str:
    """Return the subject of an answer, on one line: with one "Re:" in front, whatever stood there; "" for none."""
    words = printable(answered)
    while (found := _ANSWERS.match(words)) and found.end():
        words = words[found.end() :]
    return f"Re: {words[:LONGEST_SUBJECT]}" if words else ""


def bytes_of(mail: EmailMessage) -> bytes:
    """Return a mail as it leaves. An id that is longer than a line stands on its header's own: not all unfold it."""
    head, blank, body = mail.as_bytes().partition(b"\r\n\r\n")
    return re.sub(rb"(?m)^(Message-ID|In-Reply-To):[ ]*\r\n[ ]+<", rb"\1: <", head) + blank + body


def recipient_of(reply: OutgoingReply) -> str:
    """Return whom an answer goes to, in letters that every server takes. Raises ChannelError where that cannot be."""
    address = reply.recipient_id
    user, _at, host = address.rpartition("@")
    try:
        if not is_address(address) or not user.isascii():
            raise ValueError
        return f"{user}@{host if host.isascii() else host.encode('idna').decode()}"
    except (UnicodeError, ValueError):
        raise ChannelError(address, permanent=True, code="mail/no_address", reason="recipient_unavailable") from None


def _address(name: str, address: str) -> Address:
    user, _at, host = address.rpartition("@")
    return Address(printable(name), user, host)


def printable(text: str) -> str:
    """Return a text on one line, without signs that nobody sees."""
    words = " ".join(without_bidi_controls(clean(text)).split())
    return "".join(sign for sign in words if sign.isprintable())


def _is_wide(text: str) -> bool:
    """Whether a text has lines or letters that not every server passes on as they are."""
    return not text.isascii() or any(len(line) > 900 for line in text.split("\n"))  # noqa: PLR2004  RFC 5322: 998


def _attach(mail: EmailMessage, files: Sequence[OutgoingFile]) -> None:
    size = sum(Path(file.path).stat().st_size for file in files)
    if size > MOST_BYTES:
        raise ChannelError(str(size), permanent=True, code="mail/too_large", reason="media_refused")
    for file in files:
        kind, _slash, form = file.mime_type.partition(";")[0].strip().partition("/")
        name = "".join(sign for sign in Path(file.filename or file.path).name if sign.isprintable())
        mail.add_attachment(
            Path(file.path).read_bytes(), maintype=kind or "application", subtype=form or "octet-stream", filename=name
        )
