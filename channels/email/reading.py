"""A mailbox read by IMAP: by UID, without a mark on anything, and never more than is let in.

RFC 3501 (UIDVALIDITY), RFC 6154 (which folder holds what was sent).
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from channels.email.servers import SECONDS, Mailbox, context, not_encrypted, unreachable
from channels.errors import ChannelError, NeedsReauth

if TYPE_CHECKING:
    from imapclient import IMAPClient

MB = 1024 * 1024
MOST_BYTES = 25 * MB  # of one mail; a larger one is set aside
INBOX = "inbox"
SENT = "sent"
MOST_SECONDS = 150.0  # of one connection; a stream is nobody else's for longer


class Reader:
    """A connection that begins with its first question. Not shared between threads."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self._client: IMAPClient | None = None
        self._chosen = ("", 0)  # the folder that is open, and its validity
        self._timer: threading.Timer | None = None

    def open(self, folder: str) -> tuple[int, int]:
        """Open a folder to read; return (its validity, the UID its next mail gets). (0, 0): there is no such folder."""
        with self._errors():
            client = self._connected()
            name = "INBOX" if folder == INBOX else client.find_special_folder(b"\\Sent")
            if name is None:
                return 0, 0
            status = client.select_folder(name, readonly=True)
            validity, after = int(status.get(b"UIDVALIDITY", 1)), int(status.get(b"UIDNEXT", 0))
            if not after:  # RFC 3501 lets a server leave it out
                after = max(client.search("ALL"), default=0) + 1
            self._chosen = (folder, validity)
            return validity, after

    def uids_from(self, uid: int) -> list[int]:
        """Return the UIDs of the open folder from one on, in order."""
        with self._errors():
            # "n:*" names the last mail even where its UID is below n.
            return sorted(found for found in self._connected().search(["UID", f"{uid}:*"]) if found >= uid)

    def uids_since(self, moment: datetime) -> list[int]:
        """Return the UIDs of what came since the day of a moment, in order."""
        with self._errors():
            return sorted(self._connected().search(["SINCE", moment.date()]))

    def uids_of(self, message_id: str) -> list[int]:
        """Return the UIDs of the mails whose Message-ID holds this."""
        with self._errors():
            return sorted(self._connected().search(["HEADER", "Message-ID", message_id]))

    def sizes(self, uids: Sequence[int]) -> dict[int, tuple[int, datetime]]:
        """Return how large each of these mails is, and when it came by the server's clock."""
        with self._errors():
            found = self._connected().fetch(list(uids), ["RFC822.SIZE", "INTERNALDATE"]) if uids else {}
        return {
            uid: (_size(facts.get(b"RFC822.SIZE")), _utc(facts.get(b"INTERNALDATE"))) for uid, facts in found.items()
        }

    def load(self, uid: int, most: int = MOST_BYTES) -> bytes | None:
        """Return a mail, or as much of its beginning as is let in. It is not marked as read.

        b"" where it is gone, None where the server has it and does not hand it over: for a moment, or for good.
        """
        from imapclient.exceptions import IMAPClientAbortError, IMAPClientError  # noqa: PLC0415  as below

        with self._errors():
            client = self._connected()
            try:
                found = client.fetch([uid], [f"BODY.PEEK[]<0.{most}>"])
            except IMAPClientAbortError:
                raise  # the connection, not the mail
            except IMAPClientError:
                return None
        return bytes(found.get(uid, {}).get(b"BODY[]<0>") or b"")

    def log_in(self) -> None:
        """Make sure that we are let in, and that there is an inbox."""
        self.open(INBOX)

    def is_open(self, folder: str, validity: int) -> bool:
        """Whether this folder is open, as it was numbered then."""
        return self._chosen == (folder, validity)

    def close(self) -> None:
        """Let go of the connection."""
        client = self._taken()
        if client is not None:
            with contextlib.suppress(Exception):
                client.logout()

    def _connected(self) -> IMAPClient:
        if self._client is None:
            self._client = self._connect()
        return self._client

    def _connect(self) -> IMAPClient:
        from imapclient import IMAPClient  # noqa: PLC0415  loaded with the first question
        from imapclient.exceptions import IMAPClientError, LoginError  # noqa: PLC0415

        server = self.mailbox.imap
        client = IMAPClient(
            server.host, port=server.port, ssl=server.is_wrapped, timeout=SECONDS,
            ssl_context=context() if server.is_wrapped else None,
        )  # fmt: skip
        client.normalise_times = False  # else they come by this machine's zone, and do not say so
        self._timer = threading.Timer(MOST_SECONDS, _cut, [client.socket()])  # a server that drips is left
        self._timer.daemon = True
        self._timer.start()
        try:
            if not server.is_wrapped and client.has_capability("STARTTLS"):
                client.starttls(context())
            elif not server.is_wrapped and not server.is_here:
                raise not_encrypted(server)
            if self.mailbox.token:
                client.sasl_login("XOAUTH2", self.mailbox.xoauth2)
            else:
                client.login(self.mailbox.user, self.mailbox.password)
        except LoginError:
            self._timer.cancel()
            _drop(client)
            code = "mail/imap_token" if self.mailbox.token else "mail/imap_login"
            raise NeedsReauth(server.name, code=code) from None
        except (ChannelError, IMAPClientError, OSError):
            self._timer.cancel()
            _drop(client)
            raise
        return client

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        from imapclient.exceptions import IMAPClientError  # noqa: PLC0415  loaded with the first question

        try:
            yield
        except ChannelError:
            raise
        except OSError as error:
            self._forget()
            raise unreachable(self.mailbox.imap, error) from None
        except IMAPClientError:
            self._forget()
            raise ChannelError(self.mailbox.imap.name, code="mail/imap_refused", reason="unreachable") from None
        except (AttributeError, LookupError, TypeError, ValueError):
            # What a server says that is no IMAP: none of it goes on.
            self._forget()
            raise ChannelError(self.mailbox.imap.name, code="mail/imap_refused", reason="unreachable") from None

    def _forget(self) -> None:
        client = self._taken()
        if client is not None:
            _drop(client)

    def _taken(self) -> IMAPClient | None:
        client, self._client, self._chosen = self._client, None, ("", 0)
        if self._timer is not None:
            self._timer.cancel()
        return client


def _cut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


def _drop(client: Any) -> None:
    with contextlib.suppress(Exception):
        client.shutdown()


def _size(said: object) -> int:
    """Return a size; of a server that does not tell it, the largest that is let in."""
    return said if isinstance(said, int) else MOST_BYTES


def _utc(moment: object) -> datetime:
    """Return a time of the server's as ours; what it does not say by which zone is UTC."""
    if not isinstance(moment, datetime):
        return timezone.now()
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
