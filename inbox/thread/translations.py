"""What stands below messages in another language. An app above the inbox offers it; the thread stands without."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from inbox.models import Conversation, Message, User


class Translated(NamedTuple):
    """A message in the reader's language, or where one has it made."""

    address: str
    text: str = ""  # "" where nobody asked yet
    language: str = ""
    has_gaps: bool = False  # a name or number stands in the original alone


Offer = Callable[[Conversation, User, Sequence[Message], UUID], Mapping[int, Translated]]
_offers: list[Offer] = []


def register(offer: Offer) -> None:
    """Have an app asked, for the messages of a page and a version of the reference data, what stands below them."""
    if offer not in _offers:
        _offers.append(offer)


def offered(
    conversation: Conversation, reader: User, messages: Sequence[Message], version: UUID
) -> dict[int, Translated]:
    """Return what stands below each message, by its number."""
    found: dict[int, Translated] = {}
    for offer in _offers:
        found.update(offer(conversation, reader, messages, version))
    return found
