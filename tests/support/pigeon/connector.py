"""Pigeon post: one list of what people wrote, and one way to answer them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from channels.base import AccountProfile, Connector, CredentialField
from channels.errors import NeedsReauth
from channels.types import (
    Author,
    Capabilities,
    Direction,
    IncomingMessage,
    OutgoingReply,
    Page,
    Route,
    RouteRules,
    SendResult,
    Visibility,
)


class PigeonConnector(Connector):
    """A loft in memory: `loft` holds what people wrote, `flown` what left."""

    platform = "pigeon"
    summary = "Letters that come in by pigeon"
    capabilities = Capabilities(routes={Route.PUBLIC_REPLY: RouteRules(limit=140)})
    credential_fields = (CredentialField("ring", "Ring number", secret=True),)
    streams = ("letters",)

    loft: ClassVar[list[dict[str, str]]] = []
    flown: ClassVar[list[OutgoingReply]] = []

    def identify(self) -> AccountProfile:
        """Return the loft that the ring belongs to. Raises NeedsReauth for a wrong ring."""
        if self.credentials["ring"] != "NL-26-1":
            raise NeedsReauth("No such ring.")
        return AccountProfile("loft-1", "Veldhuis Wonen", "veldhuis")

    def fetch(self, stream: str, cursor: Mapping[str, Any], *, query: str = "") -> Page:
        """Return the letters after the cursor's number."""
        seen = int(cursor.get("seen", 0))
        return Page(tuple(_read(letter) for letter in self.loft[seen:]), {"seen": len(self.loft)})

    def send(self, reply: OutgoingReply) -> SendResult:
        """Let a pigeon go."""
        self.flown.append(reply)
        return SendResult(f"flown-{len(self.flown)}")


def _read(letter: Mapping[str, str]) -> IncomingMessage:
    return IncomingMessage(
        external_id=letter["id"],
        kind="letter",
        direction=Direction.INBOUND,
        visibility=Visibility.PUBLIC,
        sent_at=datetime.fromisoformat(letter["at"]).astimezone(UTC),
        text=letter["words"],
        author=Author(letter["from"], letter["name"]),
    )
