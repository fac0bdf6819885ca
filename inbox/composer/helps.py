"""Help with writing an answer. An app above the inbox offers it; the composer stands without."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from inbox.models import Conversation, User


class Help(NamedTuple):
    """What the composer offers, each as the address that is asked; "" where it does not."""

    draft: str = ""
    translate: str = ""
    take: str = ""  # where what was offered is taken over
    summary: str = ""  # where a long case is summed up for who takes it over


Offer = Callable[[Conversation, User, UUID], Help | None]
_offers: list[Offer] = []


def register(offer: Offer) -> None:
    """Have an app asked, for each conversation, reader and version of the reference data, what it helps with."""
    if offer not in _offers:
        _offers.append(offer)


def offered(conversation: Conversation, reader: User, version: UUID) -> Help | None:
    """Return what the composer offers, None for nothing."""
    found = (offer(conversation, reader, version) for offer in _offers)
    return next((one for one in found if one is not None), None)
