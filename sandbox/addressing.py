"""Where something said belongs on its platform: its id, thread, parent, and the account of the brand it concerns."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.ids import opaque
from sandbox.model import Account, Message, User, WorldError
from sandbox.store import Store, chat_id

_HANDLE = re.compile(r"(?<![\w@])@(\w{1,40})")
_FEDIVERSE = re.compile(r"(?<![=/\w])@([a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?(?:@[\w.-]+\w+)?)", re.IGNORECASE)
_BLUESKY = re.compile(r"(?<![\w@/])@([A-Za-z0-9][A-Za-z0-9.-]*[A-Za-z0-9])")
BLUESKY_DOMAIN = "bsky.example"
MASTODON_DOMAIN = "sociaal.example"  # the server on which the brands' Mastodon accounts are at home


@dataclass
class Place:
    """What `World.say` needs to know to make the message."""

    id: str
    account: str | None
    thread: str
    parent: str | None = None
    to: str | None = None
    mentions: list[str] = field(default_factory=list)


def place(
    store: Store, platform: str, kind: str, sender: User, text: str, to: str | None, answers: str | None,
    extra: dict[str, Any],
) -> Place:  # fmt: skip
    """Find the place, raising WorldError when the platform has none for it."""
    parent = None
    if answers:
        parent = store.message(answers)
        if parent is None or parent.platform != platform or parent.deleted:
            raise WorldError(f"there is nothing on {platform} with id {answers} to answer")
    if platform == "x" and kind == "post":
        return _x_post(store, sender, text, to, parent, extra)
    if platform in ("mastodon", "bluesky") and kind == "post":
        return _status(store, platform, sender, text, parent, str(extra.get("rkey") or ""))
    if kind in ("post", "media", "upload", "visitor_post", "tagged_post", "tag"):
        return _root(store, platform, kind, sender, to)
    if kind in ("comment", "mention"):
        return _comment(store, platform, kind, sender, to, parent, extra)
    return _private(store, platform, sender, to, parent)


def named(store: Store, text: str) -> list[str]:
    """Ids of the X users a text names, in order, each once."""
    users = (store.user("x", name) for name in _HANDLE.findall(text))
    return list(dict.fromkeys(user.id for user in users if user))


def fediverse_named(store: Store, text: str) -> list[str]:
    """Ids of the Mastodon users a text names, in order, each once: `@name`, or `@name@server`."""
    names = (name.lower().removesuffix(f"@{MASTODON_DOMAIN}") for name in _FEDIVERSE.findall(text))
    users = (store.user("mastodon", name) for name in names)
    return list(dict.fromkeys(user.id for user in users if user))


def account_for(store: Store, platform: str, sender: User, to: str | None) -> Account:
    """The brand's account meant by `to`; the sender's own when the brand speaks; else the platform's first."""
    account = store.account(platform, sender.id if sender.is_brand else to)
    if account is None:
        raise WorldError(f"no account {to or ''} on {platform}: make one with POST /control/accounts")
    return account


def _x_post(
    store: Store, sender: User, text: str, to: str | None, parent: Message | None, extra: dict[str, Any]
) -> Place:
    if parent is not None and parent.kind != "post":
        raise WorldError("a post cannot answer a direct message")
    id = store.mint.snowflake()
    quoted = store.message(str(extra.get("quoted") or ""))
    others = [other.sender for other in (parent, quoted) if other]
    mentions = [user for user in dict.fromkeys([*named(store, text), *others]) if user != sender.id]
    brand = next((user for user in mentions if store.account("x", user)), None)
    if sender.is_brand:
        account: str | None = sender.id
    elif brand or parent:
        account = brand or (parent.account if parent else None)
    else:
        meant = store.account("x", to) if to else None
        account = meant.id if meant else None
    return Place(id, account, parent.thread if parent else id, parent.id if parent else None, None, mentions)


def bluesky_named(store: Store, text: str) -> list[str]:
    """Ids of the Bluesky users a text names, in order, each once: by handle, or by its first part."""
    users = (bluesky_user(store, name) for name in _BLUESKY.findall(text))
    return list(dict.fromkeys(user.id for user in users if user))


def bluesky_user(store: Store, handle: str) -> User | None:
    """Who has a handle: a name of this server may be written without it."""
    name = handle.lower().lstrip("@")
    return store.user("bluesky", name) or store.user("bluesky", name.removesuffix(f".{BLUESKY_DOMAIN}"))


def _status(store: Store, platform: str, sender: User, text: str, parent: Message | None, key: str) -> Place:
    id = key or (store.mint.snowflake() if platform == "mastodon" else store.mint.tid())
    named = fediverse_named(store, text) if platform == "mastodon" else bluesky_named(store, text)
    # Bluesky tells whom an answer is to, named or not.
    told = [parent.sender] if parent is not None and platform == "bluesky" else []
    mentions = [user for user in dict.fromkeys([*named, *told]) if user != sender.id]
    brand = next((user for user in mentions if store.account(platform, user)), None)
    account = sender.id if sender.is_brand else brand or (parent.account if parent else None)
    return Place(id, account, parent.thread if parent else id, parent.id if parent else None, None, mentions)


def _root(store: Store, platform: str, kind: str, sender: User, to: str | None) -> Place:
    if kind in ("post", "media") and not sender.is_brand:
        if kind == "post":
            raise WorldError("only the page itself makes a post; a customer's is a visitor_post or tagged_post")
        id = f"17{store.mint.snowflake()}"
        return Place(id, None, id)
    account = account_for(store, platform, sender, to)
    if platform == "youtube":
        if not sender.is_brand:
            raise WorldError("only the channel itself puts a video on YouTube here")
        id = opaque("", 8)
        return Place(id, account.id, id)
    number = store.mint.snowflake()
    id = f"17{number}" if platform == "instagram" else f"{sender.id if kind == 'tagged_post' else account.id}_{number}"
    return Place(id, account.id, id)


def _comment(
    store: Store, platform: str, kind: str, sender: User, to: str | None, parent: Message | None, extra: dict[str, Any]
) -> Place:
    id = f"18{store.mint.snowflake()}"
    if kind == "mention" and extra.get("where") == "caption":
        return Place(id, account_for(store, platform, sender, to).id, id)
    if parent is None:
        parent = _newest_root(store, platform, account_for(store, platform, sender, to))
    account = account_for(store, platform, sender, to).id if kind == "mention" else parent.account
    root = store.message(parent.thread) or parent
    if parent.parent and parent.parent != root.id:  # one level of nesting only: attach to the top-level comment
        parent = store.message(parent.parent) or parent
    if platform == "youtube":
        if root.extra.get("comments_off"):
            raise WorldError("this video takes no comments")
        # As there: what is answered to stands before the dot.
        id = opaque("Ug", 15) + "4AaABAg" if parent.id == root.id else f"{parent.id}.{opaque('9', 15)}"
    if platform == "facebook":
        id = f"{root.id.rsplit('_', 1)[-1]}_{id[2:]}"
    return Place(id, account, root.id, parent.id)


def _newest_root(store: Store, platform: str, account: Account) -> Message:
    roots = store.posts_of(account.id, ("post", "media", "upload"))
    if not roots:
        raise WorldError(f"{account.name} has no post on {platform} to comment on: give in_reply_to")
    return roots[-1]


def _private(store: Store, platform: str, sender: User, to: str | None, parent: Message | None) -> Place:
    account = account_for(store, platform, sender, to or (parent.account if parent else None))
    if not sender.is_brand:
        customer = sender
    else:
        key = to or (parent and (parent.to if parent.by_brand else parent.sender))
        other = store.user(platform, key) if key else None
        if other is None:
            raise WorldError(f"the brand writes to whom? no customer {key or ''} on {platform}")
        customer = other
    prefix, size = {"facebook": ("m_", 48), "instagram": ("aWdf", 60), "whatsapp": ("wamid.HBgL", 24)}.get(
        platform, ("", 0)
    )
    id = opaque(prefix, size)
    if platform in ("x", "mastodon", "bluesky"):
        id = store.mint.tid() if platform == "bluesky" else store.mint.snowflake()
    thread = chat_id(platform, account.id, customer.id)
    receiver = customer.id if sender.is_brand else account.id
    return Place(id, account.id, thread, parent.id if parent else None, receiver)
