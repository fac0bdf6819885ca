"""What becomes of a private answer, where a channel knows that before it is sent. A room above tells it."""

from __future__ import annotations

from collections.abc import Callable

from channels.models import Account
from channels.types import Reach
from inbox.models import Conversation

Ask = Callable[[Account, str], Reach | None]
_asks: dict[str, Ask] = {}


def register(platform: str, ask: Ask) -> None:
    """Have a platform asked, by account and a person's id there."""
    _asks[platform] = ask


def reach_of(conversation: Conversation) -> Reach | None:
    """Return what becomes of an answer given now; None where it simply arrives."""
    ask = None if conversation.is_public else _asks.get(conversation.account.platform)
    return ask(conversation.account, conversation.identity.external_id) if ask else None
