"""The world: people, brand accounts, posts, comments, private chats, and what each of them does.

Pure Python, one method per thing people do; each method takes the world's lock, writes the journal and tells the
listeners (webhooks, live phone pages) before it returns. Nothing here knows HTTP or a platform's JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox.model import Account, Chat, Event, Listener, Media, Message, User


class World:
    """Everything that is, in memory; kept in `data_dir` so that the next process continues with the same world."""

    def __init__(self, data_dir: Path | None = None) -> None:
        """Load what `data_dir` holds, or begin empty (and keep nothing when it is None)."""

    # -- listening ---------------------------------------------------------------------------------------------------
    def listen(self, callback: Listener) -> Callable[[], None]:
        """Call `callback(event)` after everything that happens, under the lock (so: be quick); returns the unsubscribe."""

    # -- time --------------------------------------------------------------------------------------------------------
    def now(self) -> datetime:
        """The world clock's now (aware, UTC)."""

    # -- accounts and users ------------------------------------------------------------------------------------------
    def add_account(self, platform: str, name: str, username: str = "", id: str = "", page_id: str = "") -> Account:
        """Create a brand's account, or return the one that has this username, name or id (idempotent)."""

    def accounts(self, platform: str | None = None) -> list[Account]:
        """All brand accounts in order of creation."""

    def account(self, platform: str, key: str | None = None) -> Account | None:
        """The account with this id, username or name; the platform's first one when `key` is None or empty."""

    def add_user(
        self, platform: str, *, id: str = "", username: str = "", name: str = "", person: str = "",
        phone: str | None = None, profile: dict[str, Any] | None = None,
    ) -> User:
        """Find the user by id, else username, else create them. Give the same `person` key to join platforms.

        WhatsApp: id is the phone number's digits (wa_id); id "" with a username makes a person without a visible phone.
        """

    def user(self, platform: str, key: str) -> User | None:
        """The user (a brand's account included) with this id or username, or None."""

    def people(self) -> dict[str, list[User]]:
        """person key → that human's users (one per platform); brands are left out."""

    # -- doing -------------------------------------------------------------------------------------------------------
    def say(
        self, platform: str, kind: str, sender: str, text: str = "", *, to: str | None = None,
        in_reply_to: str | None = None, media: Sequence[Media] = (), at: datetime | None = None, ref: str | None = None,
        via_api: bool = False, metadata: str | None = None, extra: dict[str, Any] | None = None,
    ) -> Message:
        """Somebody (a customer or the brand itself, by user id) says something; the one door for every kind in KINDS.

        `to`: id or username of the account (for the brand: of the customer, in private chats). `ref` already used
        returns that message and nothing happens. Comments without `in_reply_to` go to the account's newest post.
        Raises WorldError when the platform would not have it (unknown parent, no account …).
        """

    def edit(self, id: str, text: str) -> Message:
        """The sender edits it. X: a new post with a new id is returned; elsewhere the same message with a new text."""

    def remove(self, id: str) -> Message:
        """Delete or unsend it (X: all its versions)."""

    def like(self, id: str, user: str, on: bool = True) -> Message:
        """A user likes it, or takes the like back."""

    def react(self, id: str, user: str, emoji: str | None) -> Message:
        """A user reacts with an emoji to a private message; None takes the reaction back."""

    def hide(self, id: str, on: bool = True) -> Message:
        """The brand hides a comment or reply, or shows it again."""

    def set_status(self, id: str, status: str, **detail: Any) -> Message:
        """A brand's private message is sent, delivered, read or failed."""

    def mark_read(self, chat: str, reader: str) -> None:
        """A user (or the brand's account) has read everything in that private chat."""

    def add_media(self, content: bytes, mime: str, filename: str = "", type: str = "", url: str | None = None) -> Media:
        """Keep a file's bytes and return the Media to hand to `say`."""

    def media_bytes(self, id: str) -> bytes | None:
        """The bytes of a Media, or None when there are none."""

    # -- looking -----------------------------------------------------------------------------------------------------
    def message(self, id: str) -> Message | None:
        """The message with this id, deleted ones and old versions included."""

    def messages(
        self, platform: str | None = None, account: str | None = None, ref: str | None = None, since: datetime | None = None,
    ) -> list[Message]:
        """Everything said (newest version of each), oldest first."""

    def thread(self, platform: str, thread: str) -> list[Message]:
        """What was said in a public thread (`Message.thread`), oldest first."""

    def mentioning(self, user: str) -> list[Message]:
        """X posts that name this user or answer them, oldest first."""

    def by(self, platform: str, user: str) -> list[Message]:
        """What this user said, oldest first."""

    def posts_of(self, account: str, kinds: Iterable[str]) -> list[Message]:
        """Root posts of these kinds that belong to an account (its feed, visitors' posts, tags …), oldest first."""

    def chat(self, id: str) -> Chat | None:
        """The private chat with this id."""

    def chat_between(self, platform: str, account: str, user: str) -> Chat | None:
        """The private chat of an account and a user, if they ever wrote."""

    def chats(self, platform: str | None = None, account: str | None = None, user: str | None = None) -> list[Chat]:
        """Private chats, last active first."""

    def clear(self, keep_accounts: bool = False) -> None:
        """An empty world."""


__all__ = ["Account", "Chat", "Event", "Listener", "Media", "Message", "User", "World"]
