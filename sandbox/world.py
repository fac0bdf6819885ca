"""The world: people, brand accounts, posts, comments, private chats, and what each of them does.

Pure Python, one method per thing people do; each method locks the world, writes the journal and tells listeners.
Nothing here knows HTTP or a platform's JSON. Looking things up is inherited from `Store`, adding accounts and users
from `People`.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.addressing import Place, named, place
from sandbox.model import KINDS, PLATFORMS, Account, Chat, Event, Listener, Media, Message, User, WorldError
from sandbox.people import People

STATUS_RANK = {"accepted": 0, "sent": 1, "delivered": 2, "read": 3, "failed": 4}
X_EDIT_WINDOW, X_EDITS = timedelta(hours=1), 5
CHAT_EDIT_WINDOW, REVOKE_WINDOW = timedelta(minutes=15), timedelta(days=2)


class World(People):
    """Everything that is, in memory; kept in `data_dir` so that the next process continues with the same world."""

    def __init__(self, data_dir: Path | None = None) -> None:
        """Load what `data_dir` holds, or begin empty (and keep nothing when it is None)."""
        super().__init__(data_dir)
        self._listeners: list[Listener] = []

    # -- listening ---------------------------------------------------------------------------------------------------
    def listen(self, callback: Listener) -> Callable[[], None]:
        """Call `callback(event)` after everything that happens, under the lock (be quick); returns the unsubscribe."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback) if callback in self._listeners else None

    def _tell(self, name: str, message: Message | None = None, actor: str | None = None, **detail: Any) -> None:
        event = Event(name, message, actor, detail)
        for callback in list(self._listeners):
            callback(event)

    # -- time --------------------------------------------------------------------------------------------------------
    def set_clock(self, moment: datetime | None, advance_seconds: float = 0) -> datetime:
        """Set the world's clock (None: real time), let it jump, and return its now."""
        with self.lock:
            if moment is not None or not advance_seconds:
                self.clock.set(moment)
            self.clock.advance(advance_seconds)
            self.journal.put("clock", "offset", self.clock.offset.total_seconds())
            self._tell("clock")
            return self.now()

    def set_settings(self, settings: dict[str, Any]) -> None:
        """Change switches of the simulated platforms; null goes back to what is usual."""
        with self.lock:
            merged = self.settings | settings
            self.settings = {key: value for key, value in merged.items() if value is not None}
            self.journal.put("settings", "all", self.settings)

    # -- doing -------------------------------------------------------------------------------------------------------
    def say(
        self,
        platform: str,
        kind: str,
        sender: str,
        text: str = "",
        *,
        to: str | None = None,
        in_reply_to: str | None = None,
        media: Sequence[Media] = (),
        at: datetime | None = None,
        ref: str | None = None,
        via_api: bool = False,
        metadata: str | None = None,
        extra: dict[str, Any] | None = None,
    ) -> Message:
        """Somebody (a customer or the brand itself, by user id) says something; the one door for every kind in KINDS.

        `to`: id or username of the account (for the brand: of the customer, in private chats). `ref` already used
        returns that message and nothing happens. Comments without `in_reply_to` go to the account's newest post.
        Raises WorldError when the platform would not have it (unknown parent, no account …).
        """
        extra = dict(extra or {})
        with self.lock:
            if kind not in KINDS.get(platform, ()):
                raise WorldError(f"{platform} has no {kind}; it has {', '.join(KINDS.get(platform, PLATFORMS))}")
            said_before = self.by_ref(platform, ref) if ref else None
            if said_before is not None:
                return said_before
            user = self._person(platform, sender)
            if kind == "mention" and not in_reply_to and extra.get("where") != "caption":
                in_reply_to = self.say("instagram", "media", user.id, extra={"foreign": True}, at=at).id
            spot = place(self, platform, kind, user, text, to, in_reply_to, extra)
            self._refuse_blocked(platform, user, spot, extra)
            message = Message(
                **vars(spot),
                platform=platform,
                kind=kind,
                sender=user.id,
                text=text,
                at=at or self.now(),
                media=list(media),
                ref=ref,
                by_brand=user.is_brand,
                via_api=via_api,
                metadata=metadata,
                status="accepted" if user.is_brand and spot.to else None,
                extra=extra,
            )
            return self._add(message)

    def _person(self, platform: str, id: str) -> User:
        user = self.user(platform, id)
        if user is None:
            raise WorldError(f"nobody on {platform} has id {id}")
        return user

    def _add(self, message: Message) -> Message:
        message.hidden = message.extra.get("moderation", "published") != "published"
        self._index_message(message)
        self.save(message)
        if message.kind == "reaction" and message.parent:
            self._set_reaction(self._messages[message.parent], message.sender, message.text or None)
        self._tell("added", message, message.sender)
        return message

    def _refuse_blocked(self, platform: str, user: User, spot: Place, extra: dict[str, Any]) -> None:
        """Whoever was blocked is neither heard nor reached. On X only private messages are kept away."""
        account = self._accounts.get((platform, spot.account or ""))
        other = spot.to if user.is_brand else user.id
        if account is None or other not in self.blocked_by(account) or (spot.to is None and platform == "x"):
            return
        if platform == "youtube":  # they are not told
            extra["moderation"] = "rejected"
            return
        raise WorldError(f"{account.name} has blocked this person")

    def _need(self, id: str) -> Message:
        message = self._messages.get(id)
        if message is None or message.deleted:
            raise WorldError(f"there is nothing with id {id}")
        return message

    def edit(self, id: str, text: str) -> Message:
        """The sender edits it. X: a new post with a new id is returned; elsewhere the same message with a new text."""
        with self.lock:
            message = self.newest_version(self._need(id))
            self._refuse_edit(message)
            if message.platform == "x":
                return self._edit_post(message, text)
            message.edits.append(message.text)
            message.text = text
            if message.platform in ("youtube", "mastodon"):
                message.extra["edited_at"] = self.now().isoformat()
            self.save(message)
            self._tell("edited", message, message.sender)
            return message

    def _refuse_edit(self, message: Message) -> None:
        age = self.now() - message.at
        private = message.thread in self._chats
        if message.platform == "x" and (private or message.parent):
            raise WorldError("X lets nobody edit replies or direct messages")
        if message.platform == "x" and (age > X_EDIT_WINDOW or len(message.versions) > X_EDITS):
            raise WorldError("X allows 5 edits within one hour")
        if message.platform == "instagram" and not private and message.kind in ("comment", "mention"):
            raise WorldError("Instagram has no editing of comments")
        if private and message.platform != "mastodon" and age > CHAT_EDIT_WINDOW:
            raise WorldError(f"{message.platform} messages can be edited for 15 minutes")

    def _edit_post(self, old: Message, text: str) -> Message:
        id = self.mint.snowflake()
        versions = [*(old.versions or [old.id]), id]
        root = id if old.thread == old.id and not self.replies(old.id) else old.thread
        mentions = [user for user in named(self, text) if user != old.sender]
        new = replace(old, id=id, text=text, mentions=mentions, thread=root, ref=None, edits=[*old.edits, old.text])
        for version in versions[:-1]:
            self._messages[version].versions = versions
            self._messages[version].superseded = True
            self.save(self._messages[version])
        new.versions, new.superseded = versions, False
        self._index_message(new)
        self.save(new)
        self._tell("edited", new, new.sender)
        return new

    def remove(self, id: str) -> Message:
        """Delete or unsend it (X: all its versions; Facebook, Instagram and YouTube: its replies too)."""
        with self.lock:
            message = self._need(id)
            if message.platform == "whatsapp" and self.now() - message.at > REVOKE_WINDOW:
                raise WorldError("WhatsApp messages can be deleted for everyone for 2 days")
            for version in message.versions or [message.id]:
                self._messages[version].deleted = True
                self.save(self._messages[version])
            self._tell("removed", self.newest_version(message), message.sender)
            if message.platform in ("facebook", "instagram", "youtube"):
                for reply in self.replies(message.id):
                    self.remove(reply.id)
            return message

    def like(self, id: str, user: str, on: bool = True) -> Message:
        """A user likes it, or takes the like back."""
        with self.lock:
            message = self._need(id)
            if (user in message.likes) != on:
                message.likes.append(user) if on else message.likes.remove(user)
                self.save(message)
                self._tell("liked" if on else "unliked", message, user)
            return message

    def react(self, id: str, user: str, emoji: str | None) -> Message:
        """A user reacts with an emoji to a private message; None takes the reaction back."""
        with self.lock:
            message = self._need(id)
            if message.platform == "whatsapp":  # there a reaction is a message of its own
                to = message.sender if message.sender != user else message.to
                self.say("whatsapp", "reaction", user, emoji or "", to=to, in_reply_to=id)
                return message
            self._set_reaction(message, user, emoji)
            self._tell("reacted", message, user, emoji=emoji)
            return message

    def _set_reaction(self, message: Message, user: str, emoji: str | None) -> None:
        if emoji is None:
            message.reactions.pop(user, None)
        else:
            message.reactions[user] = emoji
        chat = self._chats.get(message.thread)
        if chat is not None and chat.user == user:
            chat.last_user_at = self.now()
        self.save(message)

    def hide(self, id: str, on: bool = True) -> Message:
        """The brand hides a comment or reply, or shows it again."""
        with self.lock:
            message = self._need(id)
            if message.hidden != on:
                message.hidden = on
                self.save(message)
                self._tell("hidden" if on else "unhidden", message, message.account)
            return message

    def moderate(self, id: str, status: str) -> Message:
        """YouTube: a comment is shown, held for review, taken for spam, or rejected."""
        with self.lock:
            self._need(id).extra["moderation"] = status
            return self.hide(id, status != "published")

    def set_status(self, id: str, status: str, **detail: Any) -> Message:
        """A brand's private message is sent, delivered, read or failed (kept: the furthest; told: each)."""
        with self.lock:
            message = self._messages[id]
            if STATUS_RANK[status] > STATUS_RANK.get(message.status or "accepted", 0):
                message.status = status
                self.save(message)
            self._tell("status", message, status=status, **detail)
            return message

    def mark_read(self, chat: str, reader: str) -> None:
        """A user (or the brand's account) has read everything in that private chat."""
        with self.lock:
            found = self._chats.get(chat)
            if found is None:
                return
            last = self._messages[found.messages[-1]]
            self._tell("read", last, reader, chat=found)

    def add_media(
        self, content: bytes, mime: str, filename: str = "", type: str = "", url: str | None = None, id: str = ""
    ) -> Media:
        """Keep a file's bytes and return the Media to hand to `say`."""
        with self.lock:
            id = id or self.mint.snowflake()
            kind = type or mime.split("/")[0]
            kind = kind if kind in ("image", "video", "audio", "sticker") else "document"
            filename = filename or f"{kind}{mimetypes.guess_extension(mime) or ''}"
            media = Media(id, kind, mime, filename, len(content), hashlib.sha256(content).hexdigest(), url)
            if content:
                self._write_media(id, content)
            self._media[id] = media
            self.journal.put("media", id, media)
            return media

    def clear(self, keep_accounts: bool = False) -> None:
        """An empty world (with its brand accounts when they are kept)."""
        with self.lock:
            kept = list(self._accounts.values()) if keep_accounts else []
            self._forget()
            self._media_in_memory.clear()
            self.journal.clear()
            self.clock.set(None)
            self.settings = {}
            for account in kept:
                account.subscribed, account.failing_since = None, None
                self._add_account(account)
            self._tell("cleared", keep_accounts=keep_accounts)


__all__ = ["Account", "Chat", "Event", "Listener", "Media", "Message", "User", "World", "WorldError"]
