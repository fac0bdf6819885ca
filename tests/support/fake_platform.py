"""A platform in memory, for what needs exact faults and times. Everything else is tested against the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from channels.base import AccountProfile, Connector, CredentialField
from channels.types import Action, Capabilities, OutgoingReply, Page, Route, RouteRules, SendResult
from tests.factories import next_id


class FakeConnector(Connector):
    """Does what `script` says, one entry for each call of send; keeps what was sent in `sent`."""

    platform = "fake"
    capabilities = Capabilities(
        routes={
            Route.PUBLIC_REPLY: RouteRules(
                limit=280, count="weighted", max_files=1, file_kinds=("image",), splits=True, any_account=True
            ),
            Route.PRIVATE_MESSAGE: RouteRules(
                limit=1000,
                count="bytes",
                window=timedelta(hours=24),
                max_files=1,
                file_kinds=("image",),
                captions={},
                choices=10,
            ),
            Route.POST: RouteRules(limit=280, count="weighted", max_files=4, file_kinds=("image",)),
            Route.PRIVATE_REPLY: RouteRules(limit=1000, once=True, within=timedelta(days=7)),
        },
        actions=frozenset({Action.LIKE, Action.UNLIKE, Action.HIDE, Action.DELETE_OWN}),
    )
    credential_fields: ClassVar[Sequence[CredentialField]] = ()
    streams = ("mentions",)

    sent: ClassVar[list[tuple[str, OutgoingReply]]] = []
    acted: ClassVar[list[tuple[Action, str]]] = []
    script: ClassVar[list[Exception | Callable[[OutgoingReply], SendResult]]] = []
    look_ups: ClassVar[list[OutgoingReply]] = []
    looking: ClassVar[list[Exception]] = []

    @classmethod
    def reset(cls) -> None:
        """Forget everything."""
        for kept in (cls.sent, cls.acted, cls.script, cls.look_ups, cls.looking):
            kept.clear()

    def identify(self) -> AccountProfile:
        """Nobody in particular."""
        return AccountProfile(self.external_id, "Fake")

    def fetch(self, stream: str, cursor: Mapping[str, Any], *, query: str = "") -> Page:
        """Nothing new."""
        return Page((), cursor)

    def send(self, reply: OutgoingReply) -> SendResult:
        """Follow the script; without one, take the message."""
        step = self.script.pop(0) if self.script else self.take
        if isinstance(step, Exception):
            raise step
        return step(reply)

    @classmethod
    def take(cls, reply: OutgoingReply) -> SendResult:
        """Put a message on the platform."""
        external_id = next_id()
        cls.sent.append((external_id, reply))
        return SendResult(external_id)

    def find_sent(self, reply: OutgoingReply) -> SendResult | None:
        """Look for it among what was taken."""
        self.look_ups.append(reply)
        if self.looking:
            raise self.looking.pop(0)
        for external_id, taken in self.sent:
            if taken.reference == reply.reference:
                return SendResult(external_id)
        return None

    def act(self, action: Action, external_id: str) -> None:
        """Note what was done."""
        self.acted.append((action, external_id))
