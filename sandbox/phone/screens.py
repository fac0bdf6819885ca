"""What stands on each screen of a phone: one function per screen, each returns its template's context."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.model import Account, Chat, Message, User
from sandbox.phone import words
from sandbox.phone.messages import PhoneMessage, mark_days, message_of, nest
from sandbox.world import World

NAMES = {
    "x": "X",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "whatsapp": "WhatsApp",
    "youtube": "YouTube",
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
}
ROOM = 60  # how many posts or messages a screen shows


@dataclass(frozen=True)
class Phone:
    """One person's phone, with one of its platforms open on one of the brand's accounts."""

    world: World
    person: str
    users: dict[str, User]
    me: User
    account: Account | None

    @property
    def platform(self) -> str:
        """The platform that is open."""
        return self.me.platform


def post_with_comments(phone: Phone, message: Message) -> PhoneMessage:
    """A post and everything under it."""
    shown = message_of(phone.world, message, phone.me)
    under = [item for item in phone.world.thread(phone.platform, message.thread) if item.id != message.id]
    visible = [item for item in under if not item.hidden or item.sender == phone.me.id]
    shown.replies = nest((message_of(phone.world, item, phone.me) for item in visible), message.id)
    return shown


def timeline(phone: Phone) -> dict[str, Any]:
    """The newest posts of everybody, each with how many answers stand under it."""
    roots = [post for post in phone.world.posts(phone.platform) if post.parent is None and not post.hidden][-ROOM:]
    posts = []
    for root in reversed(roots):
        shown = message_of(phone.world, root, phone.me)
        shown.replies = [
            message_of(phone.world, item, phone.me) for item in phone.world.thread(phone.platform, root.thread)[1:]
        ]
        posts.append(shown)
    return {"posts": posts}


def notices(phone: Phone) -> dict[str, Any]:
    """What others said to this person, and what this person posted, newest first."""
    to_me = [post for post in phone.world.mentioning(phone.me.id) if post.sender != phone.me.id]
    mine = [post for post in phone.world.by(phone.platform, phone.me.id) if post.kind == "post"]
    newest = sorted([*to_me, *mine], key=lambda post: post.at, reverse=True)[:ROOM]
    return {"posts": [message_of(phone.world, post, phone.me) for post in newest]}


def thread(phone: Phone, id: str) -> dict[str, Any] | None:
    """The whole discussion around one post."""
    post = phone.world.message(id)
    if post is None or post.platform != phone.platform or post.kind != "post":
        return None
    around = phone.world.thread(phone.platform, post.thread)
    shown = [
        message_of(phone.world, item, phone.me) for item in around if not item.hidden or item.sender == phone.me.id
    ]
    focus = phone.world.newest_version(post).id
    chosen = next((item for item in shown if item.id == focus), None)
    if chosen is None:
        return None
    others = [item for item in shown if not item.mine]
    target = others[-1] if chosen.mine and others else chosen
    return {"posts": shown, "focus": focus, "target": target}


def page(phone: Phone) -> dict[str, Any]:
    """A page, profile or channel: its posts and what visitors put there, with the comments."""
    if phone.account is None:
        return {"posts": []}
    kinds = ("post", "visitor_post", "tagged_post", "media", "tag", "upload")
    posts = phone.world.posts_of(phone.account.id, kinds)
    posts += _mentions_elsewhere(phone)
    newest = sorted(posts, key=lambda post: post.at, reverse=True)[:ROOM]
    return {"posts": [post_with_comments(phone, post) for post in newest]}


def _mentions_elsewhere(phone: Phone) -> list[Message]:
    """Other people's Instagram posts under which somebody named the brand."""
    if phone.platform != "instagram" or phone.account is None:
        return []
    account = phone.account.id
    naming = phone.world.messages("instagram", account)
    threads = dict.fromkeys(item.thread for item in naming if item.kind == "mention" and not item.deleted)
    roots = (phone.world.message(thread) for thread in threads)
    return [root for root in roots if root is not None and root.account != account and not root.deleted]


def chats(phone: Phone) -> dict[str, Any]:
    """Private chats of this person, and the accounts they have not written to yet."""
    known = phone.world.chats(phone.platform, user=phone.me.id)
    rows = [_chat_row(phone, chat) for chat in known]
    written = {chat.account for chat in known}
    rows += [
        {"account": account, "newest": None, "unread": False, "initials": words.initials(account.name)}
        for account in phone.world.accounts(phone.platform)
        if account.id not in written
    ]
    return {"rows": rows}


def _chat_row(phone: Phone, chat: Chat) -> dict[str, Any]:
    account = phone.world.account(phone.platform, chat.account)
    spoken = [item for item in phone.world.chat_messages(chat) if item.kind != "reaction"]
    newest = message_of(phone.world, spoken[-1], phone.me) if spoken else None
    name = account.name if account else "Onbekend"
    return {
        "account": account,
        "newest": newest,
        "unread": bool(newest and newest.brand),
        "initials": words.initials(name),
    }


def chat(phone: Phone) -> dict[str, Any]:
    """The chat with the account that is open, oldest first, days marked."""
    world, account = phone.world, phone.account
    found = world.chat_between(phone.platform, account.id, phone.me.id) if account else None
    spoken = [item for item in world.chat_messages(found) if item.kind != "reaction"] if found else []
    shown = [message_of(world, item, phone.me) for item in spoken[-ROOM * 2 :]]
    return {"messages": mark_days(shown, world.now()), "chat": found, "older": max(0, len(spoken) - ROOM * 2)}


def unseen(world: World, users: dict[str, User]) -> set[str]:
    """Platforms on which the brand had the last word to this person: their dots in the dock."""
    found = set()
    for platform, user in users.items():
        last = last_word(world, user)
        if last is not None and last.by_brand:
            found.add(platform)
    return found


def last_word(world: World, user: User) -> Message | None:
    """The newest message from or to this person on their platform."""
    own = [item for item in world.by(user.platform, user.id) if item.kind not in ("reaction", "media")]
    own += [item for said_by_me in own for item in world.replies(said_by_me.id)]
    for chat in world.chats(user.platform, user=user.id):
        own += [item for item in world.chat_messages(chat)[-3:] if item.kind != "reaction" and not item.deleted]
    return max(own, key=lambda item: item.at, default=None)
