"""What every platform's connector offers. A platform is a folder with one subclass, and one entry in platforms.py."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO, ClassVar

from channels.types import (
    Action,
    Attachment,
    Author,
    Capabilities,
    Incoming,
    OutgoingReply,
    Page,
    SendResult,
    Template,
)


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One thing an admin types to connect an account. `secret` fields are never shown again."""

    name: str
    label: str  # English; translated where shown
    secret: bool = False
    required: bool = True
    help: str = ""


@dataclass(frozen=True, slots=True)
class AccountProfile:
    """Who an account turned out to be when asked (`Connector.identify`)."""

    external_id: str
    name: str
    handle: str = ""
    avatar_url: str = ""
    limits: Mapping[str, Any] | None = None  # what its own server allows, where a platform has many


@dataclass(frozen=True, slots=True)
class Offer:
    """An account that somebody's sign-in reaches: it can be connected with these credentials."""

    platform: str
    external_id: str
    name: str
    credentials: Mapping[str, str]
    handle: str = ""
    detail: str = ""  # the page an Instagram account belongs to, a phone number
    followers: int | None = None
    lacking: tuple[str, ...] = ()  # permissions that were not given
    refusal: str = ""  # why it cannot be connected: "tasks", who signed in may not answer there

    @property
    def key(self) -> str:
        """What it is chosen by."""
        return f"{self.platform}:{self.external_id}"

    @property
    def at_handle(self) -> str:
        """The name a colleague knows it by."""
        return f"@{self.handle}" if self.handle else self.name


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a platform tells of our access to an account (`Connector.inspect`). None: it does not tell."""

    valid_until: datetime | None = None  # when the access ends; None where it does not end by itself too
    scopes: tuple[str, ...] | None = None  # permissions that were granted, and those that lack
    scopes_lacking: tuple[str, ...] = ()
    fields: tuple[str, ...] | None = None  # what webhooks tell of, and what they should and do not
    fields_lacking: tuple[str, ...] = ()
    used: float | None = None  # percent of the calls that we may make


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a platform lets us ask in a day, as we count it: `kept` of it is for answers."""

    used: int
    most: int
    kept: int
    renewed_at: datetime

    @property
    def is_read_up(self) -> bool:
        """Whether what is left is kept for answers."""
        return self.used >= self.most - self.kept


class Connector(ABC):
    """One account's way to its platform. Made per task; not shared between threads.

    Methods that call the platform raise ChannelError, NeedsReauth or RateLimited, nothing of the SDK's.
    """

    platform: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    credential_fields: ClassVar[Sequence[CredentialField]]
    streams: ClassVar[Sequence[str]]  # names of what is polled; empty: webhooks only
    summary: ClassVar[str] = ""  # what comes in, in one English line; translated where a platform is chosen
    query_streams: ClassVar[Sequence[str]] = ()  # streams that exist once per saved search
    publish_scopes: ClassVar[Sequence[str]] = ()  # permissions that posts of our own need besides
    webhook_product: ClassVar[str] = ""  # the door its webhooks come in by: /webhooks/<product>/; empty: none
    # The credential that names the app, for a webhook address of its own.
    webhook_app: ClassVar[str] = ""

    # Dollars for what a stream brings, for an "answer", and for one with a "link". Empty: the platform charges nothing.
    prices: ClassVar[Mapping[str, Decimal]] = {}

    def __init__(self, *, external_id: str, handle: str, credentials: Mapping[str, str]) -> None:
        self.external_id = external_id
        self.handle = handle
        self.credentials = credentials

    @classmethod
    def capabilities_with(cls, limits: Mapping[str, Any] | None) -> Capabilities:
        """Return what an account can do whose server has these limits (`AccountProfile.limits`)."""
        return cls.capabilities

    @classmethod
    def prepare(cls, credentials: Mapping[str, str]) -> Mapping[str, str]:
        """Make complete what an admin typed or a sign-in brought: where the access itself has to be fetched first."""
        return credentials

    @classmethod
    def replacing(cls, credentials: Mapping[str, str], former: Mapping[str, str]) -> Mapping[str, str]:
        """Return credentials as they are kept in place of an account's former ones; {}: those are not known."""
        return credentials

    @classmethod
    def renew(cls, credentials: Mapping[str, str]) -> dict[str, str]:
        """Return credentials whose access ends later, where it ends by itself (`ends_at`).

        Raises NeedsReauth where the platform gives no more, ChannelError where it fails.
        """
        raise ValueError(f"{cls.platform} renews nothing")

    @abstractmethod
    def identify(self) -> AccountProfile:
        """Ask the platform who these credentials belong to."""

    @abstractmethod
    def fetch(self, stream: str, cursor: Mapping[str, Any], *, query: str = "") -> Page:
        """Fetch a stream's next page, newest last, from `cursor` ({} at first); `query`: the words it seeks."""

    @abstractmethod
    def send(self, reply: OutgoingReply) -> SendResult:
        """Put one message on the platform, once. A ChannelError with `unknown` set means: it may stand there."""

    def find_sent(self, reply: OutgoingReply) -> SendResult | None:
        """Look for a message whose sending ended unknown. None: it is not there."""
        return None

    def act(self, action: Action, external_id: str) -> None:
        """Like, share, hide or delete a message, or block a person, by id. Only `capabilities.actions` are asked."""
        raise ValueError(f"{self.platform} cannot {action}")

    def context(self, external_id: str, thread_id: str, parent_id: str) -> Sequence[Incoming]:
        """Return the public posts that came before this one, by parents, oldest first. Empty where there is none."""
        return ()

    def check_removed(self, external_ids: Sequence[str]) -> Sequence[Incoming]:
        """Ask about open threads' messages; return Removal and Edit events. Empty where platforms tell."""
        return ()

    def profile(self, author: Author) -> Author:
        """Return what more the platform tells about a person; the same author where it tells nothing."""
        return author

    def open_attachment(self, attachment: Attachment) -> tuple[BinaryIO, str]:
        """Open an attachment: (stream of bytes, mime type). Platform hosts only; limited in size and time."""
        raise ValueError(f"{self.platform} has no attachments")

    def templates(self) -> Sequence[Template]:
        """Return every template there is, whatever its status; () where the platform has none.

        All of them or an error: what is not in it is forgotten.
        """
        return ()

    def cursor_from(self, stream: str, moment: datetime) -> Mapping[str, Any]:
        """Return a cursor from which `fetch` brings all that came since a moment. It may bring older things too."""
        return {}

    def inspect(self) -> Inspection:
        """Ask what our access may do, until when, and what webhooks tell us."""
        return Inspection()

    @property
    def allowance(self) -> Allowance | None:
        """How much of the day's calls is used; None where the platform gives none by the day. Asks nobody."""
        return None

    def subscribe(self) -> str:
        """Make sure webhooks of this account reach us; return a warning sentence or ""."""
        return ""

    @property
    def subscription(self) -> str:
        """What webhooks are switched on for: accounts with the same one share them. "" where there is none to end."""
        return ""

    def unsubscribe(self) -> None:  # noqa: B027  most have none to end
        """End the webhooks of `subscription`."""

    @classmethod
    def parse_webhook(cls, body: Mapping[str, Any]) -> Iterable[tuple[str, str, Incoming]]:
        """Yield (platform, account's external id, event) for each item of a stored webhook body. Pure: no network.

        Items that need a look-up first are yielded as NotUnderstood with reason "lookup". `complete` completes them. An
        Instagram mention is one: an id only.
        """
        return ()

    def complete(self, item: Incoming) -> Sequence[Incoming]:
        """Fetch what a webhook only pointed at. Returns the full events."""
        return (item,)

    def close(self) -> None:  # noqa: B027  most have nothing to let go of
        """Let go of connections."""
