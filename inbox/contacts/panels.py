"""Parts of a contact's panel that come from apps above the inbox: they offer them, and the page asks for them.

The panel stands without them. Each part is loaded by itself afterwards; without scripts it is a page behind a link.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from inbox.models import Conversation


class Panel(NamedTuple):
    """One part, and where it is asked for."""

    title: str
    address: str
    timeline: str = ""  # of the contact's timeline with what this part knows; "" where it knows nothing of it


Offer = Callable[[Conversation, UUID], Panel | None]
_offers: list[Offer] = []


def register(offer: Offer) -> None:
    """Have an app asked, for each conversation and version of the reference data, whether it has a part in it."""
    if offer not in _offers:
        _offers.append(offer)


def offered(conversation: Conversation, version: UUID) -> tuple[Panel, ...]:
    """Return the parts of a conversation's contact panel."""
    found = (offer(conversation, version) for offer in _offers)
    return tuple(panel for panel in found if panel is not None)
