"""Which servers a mailbox has, and how they are spoken to: encrypted, or on this machine."""

from __future__ import annotations

import ipaddress
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

from channels.email.ids import is_address, person_of
from channels.errors import ChannelError

SECONDS = 20.0  # for each answer of a server
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
# Where mail is read and handed in (RFC 8314, RFC 6409), and what some hosts offer besides.
_PORTS = {"imap": (993, 143), "smtp": (465, 587, 25, 2525)}
_USUAL = {"imap": 993, "smtp": 587}
_WRAPPED = (993, 465)  # encrypted from the first byte on


@dataclass(frozen=True, slots=True)
class Server:
    """A server for reading (imap) or for sending (smtp)."""

    host: str
    port: int

    @property
    def name(self) -> str:
        """How an admin knows it: mail.example.nl:993."""
        return f"{self.host}:{self.port}"

    @property
    def is_here(self) -> bool:
        """Whether it is on this machine: nobody can listen in between."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def is_wrapped(self) -> bool:
        """Whether it is encrypted from the first byte on."""
        return self.port in _WRAPPED


@dataclass(frozen=True, slots=True)
class Mailbox:
    """What an admin typed, read."""

    address: str
    name: str
    user: str
    password: str
    token: str  # instead of a password, where somebody signed in at the provider
    imap: Server
    smtp: Server

    def xoauth2(self, challenge: bytes | None = None) -> str:
        """Answer a log-in by token (SASL XOAUTH2): the token first, and nothing to what is said against it."""
        return "" if challenge else f"user={self.user}\x01auth=Bearer {self.token}\x01\x01"

    @property
    def id(self) -> str:
        """What the account is known by."""
        return person_of(self.address)


def mailbox_of(credentials: Mapping[str, str]) -> Mailbox:
    """Read what an admin typed. Raises ChannelError, code "mail/address" or "mail/server", for what is none."""
    address = credentials.get("address", "").strip()
    if not is_address(address) or not address.isascii():
        raise ChannelError(address[:200], permanent=True, code="mail/address")
    name = " ".join(credentials.get("name", "").split())[:120]
    return Mailbox(
        address=address,
        name=name or address,
        user=credentials.get("user", "").strip() or address,
        password=credentials.get("password", ""),
        token=credentials.get("oauth2_token", ""),
        imap=_server("imap", credentials.get("imap_server", "")),
        smtp=_server("smtp", credentials.get("smtp_server", "")),
    )


def context() -> ssl.SSLContext:
    """Return how certificates are checked: by name, and by whom this machine trusts."""
    made = ssl.create_default_context()
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made


def unreachable(server: Server, error: OSError) -> ChannelError:
    """Return the error for a server that does not answer, or not safely."""
    if isinstance(error, ssl.SSLError):
        return ChannelError(server.name, code="mail/certificate", reason="unreachable")
    return ChannelError(server.name, code="mail/no_server", reason="unreachable")


def not_encrypted(server: Server) -> ChannelError:
    """Return the error for a server that offers no encryption: no password is sent there."""
    return ChannelError(server.name, permanent=True, code="mail/not_encrypted")


def _server(kind: str, typed: str) -> Server:
    """Read "host" or "host:port". Only a server on this machine may have any port."""
    host, _colon, port = typed.strip().lower().partition(":")
    number = int(port) if port.isascii() and port.isdigit() else 0 if port else _USUAL[kind]
    server = Server(host, number)
    if not _HOST.fullmatch(host) or not (0 < number < 65536) or not (server.is_here or number in _PORTS[kind]):  # noqa: PLR2004
        raise ChannelError(typed[:200], permanent=True, code="mail/server")
    return server
