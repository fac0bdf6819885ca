"""What a scenario is written in: people, brands, posts of a brand, conversations and openers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Platform = Literal["x", "facebook", "instagram", "whatsapp", "youtube", "bluesky", "mastodon"]
TIMELINES: tuple[Platform, ...] = ("x", "bluesky", "mastodon")
"""Where an answer is a post of its own."""

BRAND = "merk"
"""`Line.by` of what the brand itself says."""


@dataclass(frozen=True)
class Person:
    """A customer; an empty name on a platform means that they have no account there."""

    key: str
    name: str
    group: str
    x: str = ""
    facebook: bool = False
    instagram: str = ""
    whatsapp: str = ""
    youtube: str = ""
    bluesky: str = ""
    mastodon: str = ""
    language: str = "nl"

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """Where this person has an account, in the order the phone shows them."""
        here: list[Platform] = []
        if self.x:
            here.append("x")
        if self.facebook:
            here.append("facebook")
        if self.instagram:
            here.append("instagram")
        if self.whatsapp:
            here.append("whatsapp")
        if self.youtube:
            here.append("youtube")
        if self.bluesky:
            here.append("bluesky")
        if self.mastodon:
            here.append("mastodon")
        return tuple(here)


@dataclass(frozen=True)
class Brand:
    """A company with the accounts it has: the user name per platform."""

    key: str
    name: str
    accounts: dict[Platform, str]


@dataclass(frozen=True)
class BrandPost:
    """Something the brand put on its own page, under which customers comment."""

    key: str
    brand: str
    platform: Platform
    day: int
    at: str
    text: str
    picture: str = ""


@dataclass(frozen=True)
class Line:
    """One message in a conversation, `after` minutes later than the one before it.

    `by` is another person than the conversation's own customer, or BRAND; `mention` false leaves the brand's name off
    an answer on X.
    """

    text: str
    after: float = 3
    by: str = ""
    picture: str = ""
    mention: bool = True


@dataclass(frozen=True)
class Talk:
    """A conversation: in the past (`day` days ago `at` a time) or open now (`waiting` minutes).

    `on` is the brand's post it stands under; `then` is what the customer says after each further answer, when live.
    """

    key: str
    brand: str
    platform: Platform
    kind: str
    by: str
    lines: tuple[Line, ...]
    day: int = 0
    at: str = ""
    waiting: float = 0
    on: str = ""
    then: tuple[str, ...] = ()


@dataclass(frozen=True)
class Opener:
    """How a live conversation begins, and what the customer says once the brand has answered.

    `{names}` in the texts are filled by `slots.filled`; `more` follows the text within a minute; `answer` is what the
    brand says in the filled history; `by` names the people it suits when it does not suit everybody.
    """

    key: str
    brand: str
    platform: Platform
    kind: str
    text: str
    answer: str
    thanks: str
    follow_up: str = ""
    follow_answer: str = ""
    picture: str = ""
    language: str = "nl"
    by: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
