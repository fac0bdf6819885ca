"""One message as a phone shows it to one person: whose it is, what they may do with it, which ticks it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.choices import offered
from sandbox.model import PRIVATE_KINDS, Message, User
from sandbox.phone import words
from sandbox.world import CHAT_EDIT_WINDOW, X_EDIT_WINDOW, World

#: What a customer can still change after sending, per platform; the platforms differ in exactly this.
EDITABLE: dict[str, frozenset[str]] = {
    "x": frozenset({"post"}),
    "facebook": frozenset({"visitor_post", "tagged_post", "comment", "message"}),
    "instagram": frozenset({"message"}),
    "whatsapp": frozenset({"text", "image", "video"}),
    "youtube": frozenset({"comment"}),
    "mastodon": frozenset({"post", "dm"}),
    "bluesky": frozenset(),
}
TICKS = {
    "accepted": "Verzonden",
    "sent": "Verzonden",
    "delivered": "Bezorgd",
    "read": "Gelezen",
    "failed": "Niet bezorgd",
}
WITHOUT_TEXT = {
    "sticker": "Sticker",
    "audio": "Spraakbericht",
    "video": "Video",
    "document": "Document",
    "image": "Foto",
    "location": "Locatie",
    "contacts": "Contactkaart",
    "story_mention": "Heeft je genoemd in een verhaal",
    "unsupported": "Dit bericht kan hier niet worden getoond",
}


@dataclass
class PhoneMessage:
    """A message with everything its template needs."""

    id: str
    kind: str
    text: str
    name: str
    handle: str
    initials: str
    hue: int
    at: datetime
    mine: bool
    brand: bool
    deleted: bool
    hidden: bool
    edited: bool
    likes: int
    liked: bool
    editable: bool
    reactions: list[tuple[str, int]]
    ticks: str
    media: list[tuple[str, str, str]]  # type, address, filename
    parent: str | None
    thread: str
    place: str = ""
    wordless: str = ""  # what to write where there is no text
    quoted: PhoneMessage | None = None
    choices: list[tuple[str, str]] = field(default_factory=list)  # what can be tapped under it: key and title
    starts_day: str = ""
    replies: list[PhoneMessage] = field(default_factory=list)

    @property
    def big(self) -> bool:
        """Only emoji, shown large."""
        return words.only_emoji(self.text)

    @property
    def removable(self) -> bool:
        """Senders can take back what they said on every platform."""
        return self.mine and not self.deleted

    @property
    def gist(self) -> str:
        """One line for lists and quotes."""
        return "Bericht verwijderd" if self.deleted else self.text or self.wordless


def message_of(world: World, message: Message, me: User, quote: bool = True) -> PhoneMessage:
    """Show `message` to `me`."""
    sender = world.user(message.platform, message.sender)
    name = sender.name if sender and sender.name else "Onbekend"
    mine = message.sender == me.id
    parent = world.message(message.parent) if message.parent else None
    private = message.kind in PRIVATE_KINDS
    return PhoneMessage(
        id=message.id,
        kind=message.kind,
        text=message.text,
        name=name,
        handle=sender.username if sender else "",
        initials=words.initials(name),
        hue=words.hue(sender.person if sender else message.sender),
        at=message.at,
        mine=mine,
        brand=message.by_brand,
        deleted=message.deleted,
        hidden=message.hidden,
        edited=bool(message.edits) or len(message.versions) > 1,
        likes=len(message.likes),
        liked=me.id in message.likes,
        editable=mine and _editable(message, world.now()),
        reactions=Counter(message.reactions.values()).most_common(),
        ticks=_ticks(world, message) if mine else "",
        media=[(item.type, item.url or f"/phone/media/{item.id}", item.filename) for item in message.media],
        parent=message.parent,
        thread=message.thread,
        place=_place(message),
        wordless=_wordless(message),
        choices=offered(message) if not mine else [],
        quoted=message_of(world, parent, me, quote=False) if quote and private and parent else None,
    )


def _editable(message: Message, now: datetime) -> bool:
    """Whether its platform lets the sender still change it: by kind, and within its window."""
    if message.deleted or message.kind not in EDITABLE[message.platform]:
        return False
    if message.platform == "x":
        return message.parent is None and now - message.at <= X_EDIT_WINDOW
    if message.platform == "mastodon":
        return True
    return message.kind not in PRIVATE_KINDS or now - message.at <= CHAT_EDIT_WINDOW


def _ticks(world: World, message: Message) -> str:
    """What the customer's own private message shows: one tick, or two once the brand has answered since."""
    if message.kind not in PRIVATE_KINDS or message.deleted:
        return ""
    if message.status:
        return TICKS.get(message.status, "Verzonden")
    chat = world.chat(message.thread)
    newest = world.message(chat.messages[-1]) if chat and chat.messages else None
    return "Gelezen" if newest and newest.by_brand else "Bezorgd"


def gist(message: Message) -> str:
    """A message in one line."""
    return "Bericht verwijderd" if message.deleted else message.text or _wordless(message)


def _wordless(message: Message) -> str:
    return WITHOUT_TEXT.get(message.media[0].type if message.media else message.kind, "Bericht")


def _place(message: Message) -> str:
    """A location's name, else its coordinates."""
    location = message.extra.get("location")
    if not isinstance(location, dict):
        return ""
    name = location.get("name") or location.get("address")
    return str(name or f"{location.get('latitude')}, {location.get('longitude')}")


def nest(items: Iterable[PhoneMessage], root: str) -> list[PhoneMessage]:
    """Comments as they stand under a post: answers below the comment they belong to, one level deep."""
    kept = list(items)
    by_id = {item.id: item for item in kept}
    top: list[PhoneMessage] = []
    for item in kept:
        above = by_id.get(item.parent or "")
        while above is not None and above.parent in by_id:
            above = by_id[above.parent or ""]
        if item.parent == root or above is None or above is item:
            top.append(item)
        else:
            above.replies.append(item)
    return top


def mark_days(items: list[PhoneMessage], now: datetime) -> list[PhoneMessage]:
    """Write the day above the first message of each day."""
    before = ""
    for item in items:
        today = words.day(item.at, now)
        item.starts_day, before = (today if today != before else ""), today
    return items
