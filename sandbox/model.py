"""What the sandbox's world is made of: accounts of brands, users on a platform, and what they say to each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

PLATFORMS = ("x", "facebook", "instagram", "whatsapp", "youtube", "mastodon", "bluesky")

#: What can be said on each platform, as `kind` in `World.say` and in `POST /control/messages`.
KINDS: dict[str, tuple[str, ...]] = {
    "x": ("post", "dm"),
    "facebook": ("post", "visitor_post", "tagged_post", "comment", "message"),
    "instagram": ("media", "comment", "mention", "tag", "message", "story_mention"),
    "youtube": ("upload", "comment"),
    "mastodon": ("post", "dm"),
    "bluesky": ("post", "dm"),
    "whatsapp": (
        *("text", "image", "video", "audio", "document", "sticker", "location", "contacts", "reaction"),
        *("button", "interactive", "order", "system", "template", "unsupported"),
    ),
}

#: Kinds that are said in private, in a chat between one customer and one account.
PRIVATE_KINDS = frozenset({"dm", "message", "story_mention", *KINDS["whatsapp"]})


@dataclass
class Account:
    """An account of a brand on one platform, with its credentials."""

    platform: str
    id: str  # X user id, Facebook page id, Instagram user id, WhatsApp phone_number_id, YouTube channel id
    name: str
    username: str
    credentials: dict[str, str]
    extra: dict[str, Any] = field(default_factory=dict)  # page_id, waba_id, display_phone_number, oauth2 …
    subscribed: list[str] | None = None  # webhook fields its page or WABA is subscribed to; None: all of them
    failing_since: datetime | None = None  # first webhook in a row that could not be delivered


@dataclass
class Token:
    """What a log-in page gave out: an access token, or one to renew it with."""

    token: str
    kind: str  # x_access, x_refresh, x_signer; meta_user, meta_page, meta_system; google_access, google_refresh
    issued: float
    expires: float = 0.0  # 0: it does not end by itself
    account: str = ""  # its id; "" for a token of a person or a business
    scopes: list[str] = field(default_factory=list)
    secret: str = ""
    reaches: list[str] = field(default_factory=list)  # ids of the pages or numbers a person shared
    targets: bool = False  # whether Meta names what each permission is for


@dataclass
class User:
    """Somebody on one platform. A brand's account is a user as well (`is_brand`); `person` ties platforms together."""

    platform: str
    id: str  # what the platform's API calls them: X user id, PSID, IGSID, wa_id or (without a phone) BSUID
    name: str
    username: str
    person: str  # key shared by the users that are one human being; a brand's is "brand:<name>"
    is_brand: bool = False
    phone: str | None = None  # WhatsApp: digits of the number, None when they hide it behind a username
    bsuid: str | None = None  # WhatsApp: business-scoped user id
    profile: dict[str, Any] = field(default_factory=dict)  # followers, following, description, location, verified …


@dataclass
class Media:
    """One picture, film, sound or document; its bytes stand in the world's media folder under `id`."""

    id: str
    type: str  # image, video, audio, document, sticker
    mime: str
    filename: str
    size: int
    sha256: str
    url: str | None = None  # set when the sender only gave an address elsewhere: there are no bytes of our own


@dataclass
class Message:
    """One thing said: a post, comment, direct message or WhatsApp message, by a customer or by the brand."""

    id: str
    platform: str
    kind: str
    account: str | None  # id of the brand's account it concerns; None for posts that name no brand
    sender: str  # user id
    text: str
    at: datetime
    thread: str  # X: conversation id; Facebook, Instagram, YouTube: post, media or video id; private chats: chat id
    parent: str | None = None  # what it answers
    media: list[Media] = field(default_factory=list)
    ref: str | None = None
    by_brand: bool = False
    via_api: bool = False  # sent through the API (by Webcare), not typed on the platform
    metadata: str | None = None
    deleted: bool = False
    hidden: bool = False
    likes: list[str] = field(default_factory=list)  # user ids
    reactions: dict[str, str] = field(default_factory=dict)  # user id → emoji
    mentions: list[str] = field(default_factory=list)  # X: ids of users it names, answers included
    versions: list[str] = field(default_factory=list)  # X: ids oldest → newest once edited (an edit is a new post)
    superseded: bool = False  # X: a newer version exists
    edits: list[str] = field(default_factory=list)  # earlier texts, oldest first
    to: str | None = None  # private chats: user id at the other side of `sender`
    status: str | None = None  # brand's WhatsApp and Messenger messages: accepted, sent, delivered, read, failed
    extra: dict[str, Any] = field(default_factory=dict)  # location, contacts, template, private_reply_to, quoted …


@dataclass
class Chat:
    """A private conversation between one user and one account (derived from its messages)."""

    id: str
    platform: str
    account: str
    user: str
    messages: list[str] = field(default_factory=list)
    last_user_at: datetime | None = None  # opens the reply window: last thing the customer did
    updated_at: datetime | None = None


@dataclass(frozen=True)
class Event:
    """Something that just happened, as `World.listen` callbacks get it.

    `name` is one of added, edited, removed, hidden, unhidden, liked, unliked, reacted, status, read, cleared. `message`
    is what it happened to (None for cleared), `actor` the user id if known.
    """

    name: str
    message: Message | None = None
    actor: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)


Listener = Callable[[Event], None]


class WorldError(Exception):
    """What was asked cannot happen on that platform; the text says why."""
