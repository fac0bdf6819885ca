"""What the world remembers and how it is looked up: by id, thread, sender, mention, account; kept in a journal."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sandbox.clock import Clock, parse_moment
from sandbox.ids import Mint, digits
from sandbox.journal import Journal
from sandbox.model import PRIVATE_KINDS, Account, Chat, Media, Message, Token, User

_MOMENTS = frozenset({"at", "failing_since"})


class Store:
    """Indexes over users, accounts and messages. `World` adds what people do."""

    def __init__(self, data_dir: Path | None = None) -> None:
        """Load what `data_dir` holds, or begin empty (and keep nothing when it is None)."""
        self.lock = threading.RLock()
        self.clock = Clock()
        self.mint = Mint()
        self.data_dir = data_dir
        self.journal = Journal(data_dir / "world.jsonl" if data_dir else None)
        self._media_in_memory: dict[str, bytes] = {}
        self._forget()
        for row in self.journal.items("account"):
            self._index_account(_restored(Account, row))
        for row in self.journal.items("user"):
            self._index_user(_restored(User, row))
        for row in self.journal.items("media"):
            self._media[row["id"]] = Media(**row)
        for row in self.journal.items("message"):
            row["media"] = [Media(**item) for item in row["media"]]
            self._index_message(_restored(Message, row))
        for row in self.journal.items("token"):
            self._tokens[row["token"]] = Token(**row)
        self.settings: dict[str, Any] = {}  # switches of the simulated platforms, see docs/sandbox.md
        for row in self.journal.items("settings"):
            self.settings = row
        for offset in self.journal.items("clock"):
            self.clock.advance(offset)

    def _forget(self) -> None:
        self._accounts: dict[tuple[str, str], Account] = {}
        self._users: dict[tuple[str, str], User] = {}
        self._usernames: dict[tuple[str, str], str] = {}
        self._people: dict[str, list[User]] = defaultdict(list)
        self._messages: dict[str, Message] = {}
        self._by_ref: dict[tuple[str, str], str] = {}
        self._by_thread: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._by_sender: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._by_mention: dict[str, list[str]] = defaultdict(list)
        self._by_parent: dict[str, list[str]] = defaultdict(list)
        self._roots: dict[str, list[str]] = defaultdict(list)
        self._posts: list[str] = []  # every post on X, Mastodon and Bluesky, as they were said
        self._media: dict[str, Media] = {}
        self._chats: dict[str, Chat] = {}
        self._tokens: dict[str, Token] = {}

    # -- tokens of log-in pages --------------------------------------------------------------------------------------
    def issue(self, token: str, kind: str, life: timedelta | None = None, **facts: Any) -> Token:
        """Give out a token, for ever without a `life`."""
        now = self.now()
        made = Token(token, kind, now.timestamp(), (now + life).timestamp() if life else 0.0, **facts)
        with self.lock:
            self._tokens[token] = made
            self.journal.put("token", token, made)
        return made

    def token(self, token: str, kind: str = "") -> Token | None:
        """The token, of that kind, unless it ended or its account took it back."""
        found = self._tokens.get(token)
        if found is None or (kind and found.kind != kind):
            return None
        ended = found.expires and found.expires <= self.now().timestamp()
        return None if ended or self.taken_back(found) else found

    def taken_back(self, token: Token) -> bool:
        """Whether an account it reaches was revoked after it was given out."""
        ids = {token.account, *token.reaches}
        return any(
            account.extra.get("revoked") and token.issued <= float(account.extra.get("revoked_at") or 0)
            for account in self._accounts.values()
            if account.id in ids
        )

    def known_token(self, token: str) -> Token | None:
        """The token, one that ended too."""
        return self._tokens.get(token)

    def use_up(self, token: str) -> None:
        """Forget a token that works once."""
        with self.lock:
            if self._tokens.pop(token, None):
                self.journal.put("token", token, None)

    # -- indexing ----------------------------------------------------------------------------------------------------
    def _index_account(self, account: Account) -> None:
        self._accounts[account.platform, account.id] = account

    def _index_user(self, user: User) -> None:
        self._users[user.platform, user.id] = user
        if user.username:
            self._usernames[user.platform, user.username.lower()] = user.id
        if not user.is_brand:
            self._people[user.person].append(user)

    def _index_message(self, message: Message) -> None:
        id = message.id
        self._messages[id] = message
        if message.platform in ("x", "mastodon"):
            self.mint.seen(id)
        if message.ref:
            self._by_ref.setdefault((message.platform, message.ref), id)
        self._by_sender[message.platform, message.sender].append(id)
        for user in message.mentions:
            self._by_mention[user].append(id)
        for item in message.media:
            self._media[item.id] = item
        if message.kind in PRIVATE_KINDS:
            self._index_private(message)
            return
        self._by_thread[message.platform, message.thread].append(id)
        if message.parent:
            self._by_parent[message.parent].append(id)
        elif message.account:
            self._roots[message.account].append(id)
        if message.platform in ("x", "mastodon", "bluesky"):
            self._posts.append(id)

    def _index_private(self, message: Message) -> None:
        customer = (message.to or "") if message.by_brand else message.sender
        chat = self._chats.get(message.thread)
        if chat is None:
            chat = self._chats[message.thread] = Chat(message.thread, message.platform, message.account or "", customer)
        chat.messages.append(message.id)
        chat.updated_at = max(filter(None, (chat.updated_at, message.at)))
        if not message.by_brand:
            chat.last_user_at = max(filter(None, (chat.last_user_at, message.at)))

    def save(self, record: Account | User | Message) -> None:
        """Write a changed thing to the journal."""
        kind = type(record).__name__.lower()
        self.journal.put(kind, record.id if kind == "message" else f"{record.platform}:{record.id}", record)

    # -- time --------------------------------------------------------------------------------------------------------
    def now(self) -> datetime:
        """The world clock's now (aware, UTC)."""
        return self.clock.now()

    # -- accounts and users ------------------------------------------------------------------------------------------
    def accounts(self, platform: str | None = None) -> list[Account]:
        """All brand accounts by creation, without pages that only carry an Instagram account."""
        every = (account for account in self._accounts.values() if not account.extra.get("implicit"))
        return [account for account in every if platform in (None, account.platform)]

    def account(self, platform: str, key: str | None = None) -> Account | None:
        """The account with this id, username or name; the platform's first one when `key` is None or empty."""
        if not key:
            return next(iter(self.accounts(platform)), None)
        if (platform, key) in self._accounts:
            return self._accounts[platform, key]
        needle = key.lower().lstrip("@")
        return next((a for a in self.accounts(platform) if needle in (a.username.lower(), a.name.lower())), None)

    def every_account(self) -> list[Account]:
        """All accounts, pages that only carry an Instagram account included."""
        return list(self._accounts.values())

    def page_of(self, account: Account) -> Account:
        """The Facebook page an Instagram account is linked to; a page itself."""
        return self._accounts["facebook", account.extra.get("page_id", account.id)]

    def instagram_of(self, page_id: str) -> Account | None:
        """The Instagram account linked to a page."""
        return next((a for a in self.accounts("instagram") if a.extra.get("page_id") == page_id), None)

    def user(self, platform: str, key: str) -> User | None:
        """The user (a brand's account included) with this id or username, or None."""
        found = self._users.get((platform, key))
        return found or self._users.get((platform, self._usernames.get((platform, key.lower().lstrip("@")), "")))

    def people(self) -> dict[str, list[User]]:
        """person key → that human's users (one per platform); brands are left out."""
        return {key: list(users) for key, users in self._people.items()}

    # -- messages ----------------------------------------------------------------------------------------------------
    def message(self, id: str) -> Message | None:
        """The message with this id, deleted ones and old versions included."""
        return self._messages.get(id)

    def newest_version(self, message: Message) -> Message:
        """What an edited X post became; the message itself elsewhere."""
        return self._messages[message.versions[-1]] if message.versions else message

    def messages(
        self,
        platform: str | None = None,
        account: str | None = None,
        ref: str | None = None,
        since: datetime | None = None,
    ) -> list[Message]:
        """Everything said (newest version of each), oldest first."""
        found = (m for m in self._messages.values() if not m.superseded)
        chosen = [
            m
            for m in found
            if platform in (None, m.platform)
            and account in (None, m.account)
            and ref in (None, m.ref)
            and (since is None or m.at >= since)
        ]
        return sorted(chosen, key=lambda m: m.at)

    def by_ref(self, platform: str, ref: str) -> Message | None:
        """What was said under this idempotency key."""
        id = self._by_ref.get((platform, ref))
        return self._messages[id] if id else None

    def thread(self, platform: str, thread: str) -> list[Message]:
        """What was said in a public thread (`Message.thread`), oldest first."""
        return self._live(self._by_thread.get((platform, thread), ()))

    def replies(self, id: str) -> list[Message]:
        """What answers this post or comment directly, oldest first."""
        return self._live(self._by_parent.get(id, ()))

    def mentioning(self, user: str, newest: int | None = None) -> list[Message]:
        """X posts that name this user or answer them (at most the `newest` ones), oldest first."""
        ids = self._by_mention.get(user, [])
        if newest is None:
            return self._live(ids)
        found = (self._messages[id] for id in reversed(ids))
        return list(islice((m for m in found if not m.deleted and not m.superseded), newest))[::-1]

    def by(self, platform: str, user: str) -> list[Message]:
        """What this user said, oldest first."""
        return self._live(self._by_sender.get((platform, user), ()))

    def posts(self, platform: str = "x") -> list[Message]:
        """Every post on X (or another platform of posts), oldest first."""
        return [message for message in self._live(self._posts) if message.platform == platform]

    def posts_of(self, account: str, kinds: Iterable[str]) -> list[Message]:
        """Root posts of these kinds that belong to an account (its feed, visitors' posts, tags …), oldest first."""
        kind_set = set(kinds)
        return [m for m in self._live(self._roots.get(account, ())) if m.kind in kind_set]

    def _live(self, ids: Iterable[str]) -> list[Message]:
        found = (self._messages[id] for id in ids)
        return [m for m in found if not m.deleted and not m.superseded]

    # -- chats -------------------------------------------------------------------------------------------------------
    def chat(self, id: str) -> Chat | None:
        """The private chat with this id."""
        return self._chats.get(id)

    def chat_between(self, platform: str, account: str, user: str) -> Chat | None:
        """The private chat of an account and a user, if they ever wrote."""
        return self._chats.get(chat_id(platform, account, user))

    def chats(self, platform: str | None = None, account: str | None = None, user: str | None = None) -> list[Chat]:
        """Private chats, last active first."""
        chosen = [
            chat
            for chat in self._chats.values()
            if platform in (None, chat.platform) and account in (None, chat.account) and user in (None, chat.user)
        ]
        return sorted(chosen, key=lambda chat: chat.updated_at or self.now(), reverse=True)

    def chat_messages(self, chat: Chat) -> list[Message]:
        """What was said in a private chat, removed messages included, oldest first."""
        return sorted((self._messages[id] for id in chat.messages), key=lambda m: m.at)

    # -- media -------------------------------------------------------------------------------------------------------
    def media(self, id: str) -> Media | None:
        """The file with this id."""
        return self._media.get(id)

    def media_bytes(self, id: str) -> bytes | None:
        """The bytes of a Media, or None when there are none."""
        if self.data_dir is None:
            return self._media_in_memory.get(id)
        path = self.data_dir / "media" / id
        return path.read_bytes() if id.isalnum() and path.exists() else None

    def _write_media(self, id: str, content: bytes) -> None:
        if self.data_dir is None:
            self._media_in_memory[id] = content
            return
        folder = self.data_dir / "media"
        folder.mkdir(exist_ok=True)
        (folder / id).write_bytes(content)


def chat_id(platform: str, account: str, user: str) -> str:
    """The id of a private chat, the same whoever wrote first."""
    if platform == "x":
        small, large = sorted((account, user), key=lambda id: (len(id), id))
        return f"{small}-{large}"
    if platform == "whatsapp":
        return f"{account}:{user}"
    return "t_" + digits(platform, account, user, length=17, prefix="1")


def _restored(kind: type[Any], row: dict[str, Any]) -> Any:
    known = {item.name for item in fields(kind)}
    moments = {key: parse_moment(row[key]) for key in _MOMENTS & row.keys() if row[key]}
    return kind(**{key: value for key, value in row.items() if key in known} | moments)
