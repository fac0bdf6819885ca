"""One mailbox: what comes in by IMAP, and how an answer leaves by SMTP."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, BinaryIO, ClassVar, cast

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from django.utils.translation import gettext_noop

from channels.base import AccountProfile, Connector, CredentialField
from channels.email import composing, login, sending
from channels.email.chats import without_chats
from channels.email.ids import OWN_TAG, own_id
from channels.email.normalise import Place, events_of, too_large, unread
from channels.email.parsing import Mail
from channels.email.reading import INBOX, MB, MOST_BYTES, SENT, Reader
from channels.email.servers import Mailbox, mailbox_of
from channels.email.setbacks import Setbacks
from channels.errors import ChannelError
from channels.types import (
    Attachment,
    Capabilities,
    Incoming,
    OutgoingFile,
    OutgoingReply,
    Page,
    Route,
    RouteRules,
    SendResult,
)

LONGEST = 20_000  # characters of an answer; nobody reads a longer one
AT_ONCE = 25  # mails of a page
MOST_OF_A_PAGE = 10 * MB  # then the next page's turn; the first mail comes whatever its size
BEGINNING = 256 * 1024  # bytes of a mail that is too large: its headers and words stand there
NOT_SOONER = {INBOX: timedelta(seconds=15), SENT: timedelta(minutes=2)}  # servers count how often one logs in
NO_FOLDER = timedelta(hours=1)
RENUMBERED = timedelta(days=7)  # read again where a server counts its mails anew, unless we know until when we read
SENT_LATELY = timedelta(days=30)
HERE_SINCE = "here_since"  # in the credentials: from when on all that is sent lies at this server
STILL_THERE = timedelta(minutes=10)  # so long a task that knows the former server may go on
_KINDS = ("image", "video", "audio", "file")


class EmailConnector(Connector):
    """A mailbox. A message's id is its Message-ID, a person's is the address."""

    platform = "email"
    summary = gettext_noop("E-mail of a mailbox of yours, answered from its own address")
    streams = (INBOX, SENT)
    capabilities = Capabilities(
        threads=True,
        routes={
            Route.PRIVATE_MESSAGE: RouteRules(
                limit=LONGEST, max_files=10, file_kinds=_KINDS, max_file_bytes=dict.fromkeys(_KINDS, 15 * MB)
            )
        },
    )
    credential_fields: ClassVar[Sequence[CredentialField]] = (
        CredentialField("address", gettext_noop("E-mail address"), help=gettext_noop("Answers come from it.")),
        CredentialField(
            "name", gettext_noop("Sender's name"), help=gettext_noop("Customers read it: your brand's name.")
        ),
        CredentialField(
            "imap_server",
            gettext_noop("Server for incoming mail (IMAP)"),
            help=gettext_noop("Like imap.example.nl, with :143 behind it where it is not port 993. Always encrypted."),
        ),
        CredentialField(
            "smtp_server",
            gettext_noop("Server for outgoing mail (SMTP)"),
            help=gettext_noop("Like smtp.example.nl, with :465 behind it where it is not port 587. Always encrypted."),
        ),
        CredentialField(
            "user",
            gettext_noop("User name"),
            required=False,
            help=gettext_noop("Where it is another than the address."),
        ),
        CredentialField(
            "password",
            gettext_noop("Password"),
            secret=True,
            help=gettext_noop("Where your provider has them: an app password, made for Webcare alone."),
        ),
    )

    def __init__(self, *, external_id: str, handle: str, credentials: Mapping[str, str]) -> None:
        super().__init__(external_id=external_id, handle=handle, credentials=credentials)
        self._reader: Reader | None = None
        self._loaded: tuple[tuple[str, int, int], Mail] | None = None  # the mail whose files are fetched

    @cached_property
    def mailbox(self) -> Mailbox:
        """What an admin typed. Raises ChannelError for what is no mailbox."""
        return mailbox_of(self.credentials)

    @property
    def reader(self) -> Reader:
        """The connection that reads."""
        if self._reader is None:
            self._reader = Reader(self.mailbox)
        return self._reader

    @classmethod
    def replacing(cls, credentials: Mapping[str, str], former: Mapping[str, str]) -> Mapping[str, str]:
        """Keep since when the mailbox is at its server: what was sent before may lie at another one alone."""
        if former.get("imap_server") == credentials.get("imap_server"):
            return {**credentials, HERE_SINCE: former.get(HERE_SINCE, "")}
        since = timezone.now() + (STILL_THERE if former else timedelta())
        return {**credentials, HERE_SINCE: since.isoformat()}

    @classmethod
    def renew(cls, credentials: Mapping[str, str]) -> dict[str, str]:
        """Renew what a sign-in at the provider gave, before it ends."""
        return login.renew(credentials)

    def identify(self) -> AccountProfile:
        """Log in both ways, and ask whether we may send from the address."""
        self.reader.log_in()
        sending.test(self.mailbox)
        return AccountProfile(self.mailbox.id, self.mailbox.name, self.mailbox.id)

    def fetch(self, stream: str, cursor: Mapping[str, Any], *, query: str = "") -> Page:
        """Fetch what is new in a folder. The cursor names the next mail by UID, and how the server counts them."""
        validity, after = self.reader.open(stream)
        if not validity:
            return Page((), cursor, next_poll=timezone.now() + NO_FOLDER)
        setbacks = Setbacks.in_cursor(cursor, validity)
        fresh = self._uids_to_read(cursor, validity, after)
        again = sorted(setbacks.refused)  # each of them came before the fresh ones
        events, left, newest = self._read(stream, validity, [*again, *fresh], setbacks)
        waiting = [uid for uid in left if uid not in again]
        more = bool(waiting) and not setbacks.is_stopped
        place = {
            "validity": validity,
            "next": waiting[0] if waiting else max([after, *(uid + 1 for uid in fresh[-1:])]),
        }
        at = newest or cursor.get("at")
        return Page(
            tuple(events),
            {**place, **({"at": at} if at else {}), **setbacks.for_cursor()},
            more=more,
            next_poll=None if more else timezone.now() + NOT_SOONER[stream],
        )

    def _uids_to_read(self, cursor: Mapping[str, Any], validity: int, after: int) -> list[int]:
        if cursor.get("validity") == validity:
            return self.reader.uids_from(cursor["next"]) if after > cursor["next"] else []
        since = parse_datetime(str(cursor.get("since") or cursor.get("at") or ""))
        if "validity" in cursor:  # counted anew: whatever is read twice is one message
            return self.reader.uids_since((since or timezone.now() - RENUMBERED) - timedelta(days=1))
        return self.reader.uids_since(since) if since else []

    def _read(
        self, folder: str, validity: int, uids: Sequence[int], setbacks: Setbacks
    ) -> tuple[list[Incoming], Sequence[int], str]:
        """Return what the first of these mails tell, which were not reached, and when the newest of them came."""
        sizes = self.reader.sizes(uids[:AT_ONCE])
        events: list[Incoming] = []
        newest, loaded = "", 0
        for reached, uid in enumerate(uids):
            size, at = sizes.get(uid, (0, timezone.now()))
            is_part = size > MOST_BYTES or setbacks.is_too_slow(uid)
            part = min(size, BEGINNING) if is_part else size
            if reached == AT_ONCE or (reached and loaded + part > MOST_OF_A_PAGE):
                return events, uids[reached:], newest
            place = Place(folder, validity, uid, at)
            try:
                raw = self._load(uid, part, setbacks) if uid in sizes else b""
                told = self._told(raw, place, is_part=is_part) if raw else []
            except ChannelError:
                if not loaded:
                    raise
                setbacks.is_stopped = True  # what was read before is kept: the next page begins here
            if setbacks.is_stopped:
                return events, uids[reached:], newest
            if raw is None:
                if setbacks.is_hopeless(uid, timezone.now()):
                    events.append(unread("mail: the server does not hand it over", place, b""))
                continue
            setbacks.note_read(uid)
            if raw:  # else somebody deleted it just now
                events += told
                newest, loaded = max(newest, at.isoformat()), loaded + len(raw)
        return events, [], newest

    def _told(self, raw: bytes, place: Place, *, is_part: bool) -> list[Incoming]:
        """Return what a mail tells the inbox. Raises ChannelError where a file of a chat's cannot be had for now."""
        read = events_of(raw, place, self.mailbox.id)
        return without_chats(too_large(read) if is_part else read, self.open_attachment)

    def _load(self, uid: int, part: int, setbacks: Setbacks) -> bytes | None:
        """Load a mail, or its beginning. Raises ChannelError where a small one cannot be had: the server's trouble."""
        try:
            raw = self.reader.load(uid, BEGINNING if part <= BEGINNING else MOST_BYTES)
        except ChannelError:
            if part <= BEGINNING:
                raise
            setbacks.note_cut(uid)
            return None
        if raw is None:
            setbacks.note_full(uid)
        return raw

    def cursor_from(self, stream: str, moment: Any) -> Mapping[str, Any]:
        """Return a cursor that reads from the day of a moment on."""
        return {"since": moment.isoformat()}

    def send(self, reply: OutgoingReply) -> SendResult:
        """Send an answer to the customer's address, below what they wrote."""
        if reply.route != Route.PRIVATE_MESSAGE:
            raise ChannelError(f"E-mail has no {reply.route}.", permanent=True, reason="forbidden")
        mail = composing.mail_of(reply, self.mailbox)
        sending.hand_in(mail, self.mailbox, composing.recipient_of(reply))
        return SendResult(own_id(reply.reference, self.mailbox.address), thread_id=_thread_of(reply))

    def mail_chat(self, reference: str, address: str, subject: str, text: str, files: tuple[OutgoingFile, ...]) -> None:
        """Mail somebody what they did not see in a chat. What they answer is known by the reference."""
        reply = OutgoingReply(Route.PRIVATE_MESSAGE, text, reference, recipient_id=address, files=files)
        mail = composing.mail_of(reply, self.mailbox)
        mail.replace_header("Subject", composing.printable(subject))
        sending.hand_in(mail, self.mailbox, composing.recipient_of(reply))

    def has_mailed_chat(self, reference: str, address: str, tried_at: datetime | None) -> bool:
        """Whether such a mail had left. Raises ChannelError where the server does not tell."""
        reply = OutgoingReply(Route.PRIVATE_MESSAGE, "", reference, recipient_id=address, tried_at=tried_at)
        return self.find_sent(reply) is not None

    def find_sent(self, reply: OutgoingReply) -> SendResult | None:
        """Look for an answer by its Message-ID, where the server keeps what was sent.

        Not every server does. Where none of our answers of the last weeks lies there, nobody can tell; nor where the
        mailbox was at another server when the answer was to leave.
        """
        wanted = own_id(reply.reference, self.mailbox.address)
        for folder in (SENT, INBOX):
            if self.reader.open(folder)[0] and self.reader.uids_of(wanted):
                return SendResult(wanted, thread_id=_thread_of(reply))
        if self._was_elsewhere(reply.tried_at):
            raise ChannelError("It was to leave by a server that is no longer known.", permanent=True, unknown=True)
        lately = set(self.reader.uids_since(timezone.now() - SENT_LATELY)) if self.reader.open(SENT)[0] else set()
        if lately.intersection(self.reader.uids_of(OWN_TAG) if lately else ()):
            return None
        raise ChannelError("The server keeps no copy of what is sent.", permanent=True, unknown=True)

    def _was_elsewhere(self, at: datetime | None) -> bool:
        since = parse_datetime(self.credentials.get(HERE_SINCE, ""))
        return at is not None and since is not None and at < since

    def open_attachment(self, attachment: Attachment) -> tuple[BinaryIO, str]:
        """Open a file of a mail: the mail is loaded once for all its files."""
        gone = ChannelError("The mail is no longer where it was.", permanent=True, reason="message_gone")
        try:
            folder, *numbers = attachment.external_id.split(".")
            validity, uid, number = (int(digits) for digits in numbers)
        except ValueError:
            raise gone from None
        place = (folder, validity, uid)
        if self._loaded is None or self._loaded[0] != place:
            if not self.reader.is_open(folder, validity) and self.reader.open(folder)[0] != validity:
                raise gone
            raw = self.reader.load(uid)
            if raw is None:  # for now
                raise ChannelError(self.mailbox.imap.name, code="mail/imap_refused", reason="unreachable")
            if not raw:
                raise gone
            self._loaded = place, Mail(raw)
        try:
            content = self._loaded[1].content_of(number)
        except LookupError:
            raise gone from None
        file = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=MB))  # noqa: SIM115  the caller closes it
        file.write(content)
        file.seek(0)
        return file, attachment.mime_type

    def close(self) -> None:
        """Let go of the connection."""
        if self._reader is not None:
            self._reader.close()


def _thread_of(reply: OutgoingReply) -> str:
    """Return the first message of the thread that an answer stands in."""
    return reply.line[0] if reply.line else ""
