"""What is known of a conversation when something happens in it. Pure: inbox/routing/rules/reading.py fills it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from inbox.text.whole_words import spaced


@dataclass(frozen=True)
class Facts:
    """One conversation at one moment. `text` is the message that came in, or the customer's newest."""

    conversation: int
    version: int = 0  # of the conversation's row: whether it changed since
    platform: str = ""
    account: int = 0
    visibility: str = ""
    text: str = ""
    language: str = ""
    mood: str = ""
    contact: str = ""
    followers: int | None = None
    labels: frozenset[str] = frozenset()
    is_open: bool = True  # the office
    is_known: bool = False
    is_complaint: bool = False
    is_addressed: bool = False  # they named us, and were not only found
    team: str = ""  # a number, "" for none
    assignee: str = ""
    priority: int = 0

    @cached_property
    def words(self) -> str:
        """The text in the normal form of words."""
        return spaced(self.text)
