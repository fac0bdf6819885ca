"""A mail handed to a server by SMTP: it took it, it refused it, or nobody knows (RFC 5321)."""

from __future__ import annotations

import contextlib
import smtplib
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from http import HTTPStatus

from django.utils import timezone

from channels.email import refusals
from channels.email.composing import bytes_of
from channels.email.servers import SECONDS, Mailbox, Server, context, not_encrypted, unreachable
from channels.errors import ChannelError, NeedsReauth, RateLimited

_TAKEN = 250
_GO_ON = 354
_TOO_MUCH = (421, 432)  # the server is leaving, or has too many of our connections: not about one mail
_FOR_GOOD = ("mail/refused", "mail/returned")  # what these say in words is not so for now
_BY_CODE = {552: ("mail/too_large", "media_refused"), 550: ("mail/no_address", "recipient_unavailable")}
# Our own server: whoever sends has sent what it allows in 24 hours. Gmail ("Gmail SMTP errors and codes"); Exchange
# Online, for a mailbox and for an organisation ("Sending limits"). By another server 5.4.5 is congestion (RFC 3463).
_OF_THE_DAY = frozenset({"5.4.5", "5.1.90", "5.7.233"})
LIMIT = "mail/limit"
_PAUSE = timedelta(minutes=1)
_PAUSE_OF_THE_DAY = timedelta(hours=1)  # what was sent a day ago counts no more by then
_ANSWERS_IN = 60.0  # seconds: a server may look at a mail before it says that it has it


def hand_in(mail: EmailMessage, mailbox: Mailbox, recipient: str) -> None:
    """Hand a mail to the server, once.

    Raises ChannelError; with `unknown` only where the last byte left and the answer to it did not come.
    """
    content = bytes_of(mail)
    with _connected(mailbox) as server:
        _ask(server, mailbox.smtp, f"MAIL FROM:<{mailbox.address}>")
        _ask(server, mailbox.smtp, f"RCPT TO:<{recipient}>", of_one=True)
        _ask(server, mailbox.smtp, "DATA", expected=_GO_ON, of_one=True)
        body = _dotted(content)
        try:
            if server.sock is None:
                raise smtplib.SMTPServerDisconnected
            server.sock.sendall(body)
        except (OSError, smtplib.SMTPException) as error:
            # Without its last line no server takes a mail (RFC 5321, 4.1.1.4).
            raise _failed(mailbox.smtp, error) from None
        try:
            server.sock.settimeout(_ANSWERS_IN)
            server.sock.sendall(b".\r\n")
            code, said = server.getreply()
        except (OSError, smtplib.SMTPException):
            raise _unknown(mailbox.smtp) from None
        if HTTPStatus.BAD_REQUEST <= code < 600:  # noqa: PLR2004  as in HTTP: 4yz is for now, 5yz for good
            raise _refusal(code, said, of_one=True)
        if not HTTPStatus.OK <= code < HTTPStatus.MULTIPLE_CHOICES:
            raise _unknown(mailbox.smtp)  # -1: an answer that nobody can read


def test(mailbox: Mailbox) -> None:
    """Make sure that we are let in, and may send from our address. Nothing leaves."""
    with _connected(mailbox) as server:
        _ask(server, mailbox.smtp, f"MAIL FROM:<{mailbox.address}>")
        _ask(server, mailbox.smtp, "RSET")


@contextlib.contextmanager
def _connected(mailbox: Mailbox) -> Iterator[smtplib.SMTP]:
    """A connection that let us in."""
    where = mailbox.smtp
    try:
        server = (
            smtplib.SMTP_SSL(where.host, where.port, timeout=SECONDS, context=context())
            if where.is_wrapped
            else smtplib.SMTP(where.host, where.port, timeout=SECONDS)
        )
    except (OSError, smtplib.SMTPException) as error:
        raise _failed(where, error) from None
    try:
        _log_in(server, mailbox)
        yield server
    finally:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            server.sock.settimeout(2) if server.sock else None
            server.quit()
        server.close()


def _log_in(server: smtplib.SMTP, mailbox: Mailbox) -> None:
    where = mailbox.smtp
    try:
        server.ehlo_or_helo_if_needed()
        if not where.is_wrapped and server.has_extn("starttls"):
            server.starttls(context=context())
            server.ehlo()
        elif not where.is_wrapped and not where.is_here:
            raise not_encrypted(where)
        if mailbox.token:
            server.auth("XOAUTH2", mailbox.xoauth2)
        elif server.has_extn("auth") or not where.is_here:  # one on this machine may let in who is here
            server.login(mailbox.user, mailbox.password)
    except UnicodeError:
        raise NeedsReauth(where.name, code="mail/smtp_login") from None
    except smtplib.SMTPAuthenticationError as error:
        if error.smtp_code < HTTPStatus.INTERNAL_SERVER_ERROR:  # RFC 4954: try again later
            raise ChannelError(where.name, code="mail/no_server", reason="unreachable") from None
        raise _not_let_in(mailbox, error) from None
    except (OSError, smtplib.SMTPException) as error:
        raise _failed(where, error) from None


def _not_let_in(mailbox: Mailbox, error: smtplib.SMTPAuthenticationError) -> ChannelError:
    """Return the error for a log-in that was refused.

    Microsoft sends nothing for a mailbox whose "Authenticated SMTP" is off, whatever the token: 535 5.7.139.
    """
    said = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
    if mailbox.token and b"smtpclientauthentication" in said.lower():
        return ChannelError(mailbox.smtp.name, code="mail/smtp_off", reason="forbidden")
    return NeedsReauth(mailbox.smtp.name, code="mail/smtp_token" if mailbox.token else "mail/smtp_login")


def _ask(server: smtplib.SMTP, where: Server, command: str, expected: int = _TAKEN, *, of_one: bool = False) -> None:
    """Say one line and wait for its answer. Nothing was handed in by then."""
    try:
        code, said = server.docmd(command)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise _failed(where, error) from None
    if code != expected and not (expected == _TAKEN and code == 251):  # noqa: PLR2004  RFC 5321: it passes it on
        raise _refusal(code, said, of_one=of_one)


def _failed(where: Server, error: Exception) -> ChannelError:
    return unreachable(where, error if isinstance(error, OSError) else OSError())


def _unknown(where: Server) -> ChannelError:
    """Return the error for a mail of which nobody knows whether the server took it."""
    return ChannelError(where.name, unknown=True, code="mail/no_server", reason="unreachable")


def _refusal(code: int, said: bytes, *, of_one: bool) -> ChannelError:
    """Return the error for an answer of the server's. No address stays in it: it may outlive an erasure.

    `of_one`: it is about one mail or its recipient, as where that one's server greylists (450 4.7.1).
    """
    words = f"{code} {refusals.without_addresses(said.decode('utf-8', 'replace'))}"[:500]
    if refusals.status_in(words) in _OF_THE_DAY:  # said as for good, and it is not
        return RateLimited(words, retry_at=timezone.now() + _PAUSE_OF_THE_DAY, code=LIMIT)
    named, reason = refusals.by_status(words)
    if HTTPStatus.BAD_REQUEST <= code < HTTPStatus.INTERNAL_SERVER_ERROR:
        if code in _TOO_MUCH or (named == "mail/refused" and not of_one):
            return RateLimited(words, retry_at=timezone.now() + _PAUSE, code=named)
        if of_one:
            return ChannelError(words, code="" if named in _FOR_GOOD else named, reason="deferred")
        return ChannelError(words, code=named, reason="unreachable")
    if named == "mail/returned":
        named, reason = _BY_CODE.get(code, (named, reason))
    return ChannelError(words, permanent=code >= HTTPStatus.INTERNAL_SERVER_ERROR, code=named, reason=reason)


def _dotted(content: bytes) -> bytes:
    """Return a mail as DATA takes it: lines that begin with a dot get another, and all end in CRLF."""
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    return b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines)
