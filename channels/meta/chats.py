"""Private chats of Messenger and Instagram over the Conversations API: reading them back, and finding what we sent.

Source: Graph API reference, Page conversations edge (v25.0). Only the 20 newest messages of a chat can be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeGuard

from pydantic import Field

from channels.errors import ChannelError
from channels.meta.graph import Graph, after_cursor
from channels.meta.memory import Memory, moment_of
from channels.meta.messaging import (
    ELSEWHERE,
    Envelope,
    private_message,
    shared,
)
from channels.meta.payloads import (
    Moment,
    Payload,
    Person,
    read_items,
)
from channels.meta.removals import Removals
from channels.types import (
    Attachment,
    Author,
    Incoming,
    IncomingMessage,
    NotUnderstood,
    OutgoingReply,
    Page,
    SendResult,
    Shown,
    ShownKind,
)

READABLE = 20
CHATS_PER_PAGE = 25
PAGES_PER_ROUND = 3  # the edge allows two calls a second; catching up goes on in the next round
OVERLAP = 120  # seconds: a chat may be listed a little after it moved
MESSAGE_FIELDS = "id,created_time,from,to,message,attachments,shares,sticker"
EXTRA_FIELDS = {"messenger": "", "instagram": ",story,is_unsupported"}


class Listed(Payload):
    """`{"data": […]}` around a list."""

    data: list[Any] = Field(default_factory=list)


class People(Payload):
    """`to` or `participants`."""

    data: list[Person] = Field(default_factory=list)


class ChatMessage(Payload):
    """One message of a chat."""

    id: str
    created_time: Moment
    message: str = ""
    from_: Person = Field(default_factory=Person, alias="from")
    to: People = Field(default_factory=People)
    attachments: Listed = Field(default_factory=Listed)
    shares: Listed = Field(default_factory=Listed)
    sticker: str = ""
    story: dict[str, Any] = Field(default_factory=dict)
    is_unsupported: bool = False


class Chat(Payload):
    """One chat of the edge."""

    id: str
    updated_time: Moment
    participants: People = Field(default_factory=People)
    messages: Listed = Field(default_factory=Listed)


class Chats:
    """The private chats of one page or Instagram account."""

    def __init__(self, graph: Graph, *, page_id: str, own_ids: frozenset[str], own_handle: str, platform: str) -> None:
        """`platform` is Meta's word: messenger or instagram. `own_ids` and `own_handle` tell our own messages."""
        self.graph, self.page_id, self.platform = graph, page_id, platform
        self.own_ids, self.own_handle = own_ids, own_handle.lower()
        self.fields = (
            f"id,updated_time,participants,messages.limit({READABLE}){{{MESSAGE_FIELDS}{EXTRA_FIELDS[platform]}}}"
        )

    def fetch(self, cursor: Mapping[str, Any]) -> Page:
        """Return the messages of chats that moved since the round before, newest last."""
        memory = Memory(cursor.get("memory"))
        since, after = int(cursor.get("since") or 0), str(cursor.get("after") or "")
        newest = int(cursor.get("newest") or 0)
        events: list[Incoming] = []
        args = {"after": after} if after else {}
        for page in self.graph.pages(self._edge, most=PAGES_PER_ROUND, **self._args, limit=CHATS_PER_PAGE, **args):
            after, moved = after_cursor(page), 0
            for raw in page.get("data", []):
                at = self._updated(raw)
                newest = max(newest, at)
                if at >= since - OVERLAP:
                    moved = moved + 1
                    events.extend(self._read_chat(raw, memory))
            if moved < len(page.get("data", [])):
                after = ""
                break
        if after:  # not through yet: `since` moves once all chats between were read
            return self._page(
                events, {"since": since, "newest": newest, "after": after, "memory": memory.stored()}, more=True
            )
        return self._page(events, {"since": max(since, newest), "memory": memory.stored()})

    def find(self, reply: OutgoingReply) -> SendResult | None:
        """Look for a message of ours among the newest of one person's chat: same text, not from before its question."""
        for raw in self.graph.read(self._edge, **self._args, user_id=reply.recipient_id).get("data", []):
            for event in self._messages(raw):
                if _is_sent(event, reply):
                    return SendResult(event.external_id)
        return None

    def find_in(self, chat_id: str, reply: OutgoingReply) -> SendResult | None:
        """Look for a message of ours in one chat."""
        raw = self.graph.read(chat_id, fields=self.fields)
        return next((SendResult(event.external_id) for event in self._messages(raw) if _is_sent(event, reply)), None)

    @property
    def _edge(self) -> str:
        return f"{self.page_id}/conversations"

    @property
    def _args(self) -> dict[str, Any]:
        return {"platform": self.platform, "fields": self.fields}

    def _page(self, events: list[Incoming], cursor: dict[str, Any], *, more: bool = False) -> Page:
        rest = self.graph.rest_until
        return Page(tuple(sorted(events, key=moment_of)), cursor, more=more and rest is None, next_poll=rest)

    def _updated(self, raw: Any) -> int:
        try:
            return int(Chat.model_validate(raw).updated_time.timestamp())
        except ValueError:
            return 0

    def _read_chat(self, raw: Any, memory: Memory) -> Iterator[Incoming]:
        thread = str(raw.get("id") or "") if isinstance(raw, Mapping) else ""
        shown: dict[str, int] = {}
        count = 0
        for event in self._messages(raw):
            count += 1
            if isinstance(event, IncomingMessage):
                shown[event.external_id] = int(event.sent_at.timestamp())
                yield from memory.news(event, thread)
            else:
                yield event
        # What is older than the readable ones is answered as if it were deleted: only what would be shown counts.
        since = 0 if count < READABLE else min(shown.values(), default=0) + 1
        yield from Removals(self.graph, memory).among(thread, shown, since)

    def _messages(self, raw: Any) -> Iterator[Incoming]:
        try:
            chat = Chat.model_validate(raw)
        except ValueError:
            yield NotUnderstood("a chat of strange shape", {"chat": raw})
            return
        other = next((person for person in chat.participants.data if not self._is_ours(person)), None)
        yield from read_items(reversed(chat.messages.data), lambda item: [self._message(item, chat, other)])

    def _message(self, item: Mapping[str, Any], chat: Chat, other: Person | None) -> Incoming:
        message = ChatMessage.model_validate(item)
        ours = self._is_ours(message.from_)
        recipient = next((person for person in message.to.data if not self._is_ours(person)), other or Person())
        sender = message.from_ if message.from_.id else other or Person()
        # The list of participants knows names where a message only has ids.
        people = {person.id: person for person in chat.participants.data}
        envelope = Envelope(
            sender=people.get(sender.id, sender) if not sender.name else sender,
            recipient=people.get(recipient.id, recipient) if not recipient.name else recipient,
            timestamp=message.created_time,
        )
        attachments = tuple(_files(message))
        mentioned = bool(message.story.get("mention"))
        return private_message(
            message.id,
            envelope,
            ours=ours,
            kind="story_mention" if mentioned else "unsupported" if message.is_unsupported else "dm",
            text=message.message,
            text_missing=not message.tells("message"),
            attachments=attachments,
            shown=tuple(_shown(message)),
            raw=item,
        )

    def _is_ours(self, person: Person) -> bool:
        return person.id in self.own_ids or bool(person.username and person.username.lower() == self.own_handle)


def _files(message: ChatMessage) -> Iterator[Attachment]:
    for item in message.attachments.data:
        kind, data = next(
            (
                (kind, item[name])
                for name, kind in (("image_data", "image"), ("video_data", "video"), ("audio_data", "audio"))
                if item.get(name)
            ),
            ("", dict[str, Any]()),
        )
        mime = str(item.get("mime_type") or "")
        kind = kind or (mime.split("/")[0] if mime.split("/")[0] in ("image", "video", "audio") else "file")
        url = str(data.get("url") or item.get("file_url") or "")
        if not url and isinstance(item.get("generic_template"), Mapping):
            template = item["generic_template"]
            if template.get("media_url"):
                yield shared(str(template["media_url"]))
            continue
        size = item.get("size")
        yield Attachment(
            kind,
            url=url,
            mime_type=mime,
            filename=str(item.get("name") or ""),
            size=size if isinstance(size, int) and size > 0 else None,
        )
    for item in message.shares.data:
        yield shared(str(item.get("link") or ""), str(item.get("name") or item.get("description") or ""))
    if message.sticker:
        yield Attachment("sticker", url=message.sticker)
    mention, answered = message.story.get("mention"), message.story.get("reply_to")
    if isinstance(mention, Mapping):
        yield Attachment("image", url=str(mention.get("link") or ""))
    if isinstance(answered, Mapping) and answered.get("link"):
        yield shared(str(answered["link"]))
    if message.is_unsupported and not message.message:
        yield Attachment("share", text=ELSEWHERE)


def _shown(message: ChatMessage) -> Iterator[Shown]:
    """The story it answers, and a bot's cards."""
    answered = message.story.get("reply_to")
    if isinstance(answered, Mapping):
        yield Shown(ShownKind.STORY, reference=str(answered.get("id") or ""))
    for item in message.attachments.data:
        card = item.get("generic_template") if isinstance(item, Mapping) else None
        if isinstance(card, Mapping) and (card.get("title") or card.get("subtitle")):
            title, words = str(card.get("title") or ""), str(card.get("subtitle") or "")
            yield Shown(ShownKind.TEMPLATE, title=title, words=words)


def _is_sent(event: Incoming, reply: OutgoingReply) -> TypeGuard[IncomingMessage]:
    return isinstance(event, IncomingMessage) and is_this(event, reply)


def is_this(event: IncomingMessage, reply: OutgoingReply, *, slack: timedelta = timedelta(minutes=1)) -> bool:
    """Whether a message of our own may be this answer: the same words, and not from before what it answers."""
    if event.author is not None or event.text.split() != reply.text.split() or event.external_id in reply.others:
        return False
    if not reply.text and not event.attachments:
        return False
    return reply.last_inbound_at is None or event.sent_at >= reply.last_inbound_at - slack


def profile_of(graph: Graph, author: Author, attempts: tuple[str, ...]) -> Author:
    """Return an author with the profile Meta tells; unchanged where the person did not agree to be known.

    Some tokens refuse a whole call for one field, so poorer lists are tried after it.
    """
    for fields in attempts:
        try:
            profile = graph.read(author.external_id, fields=fields)
        except ChannelError as error:
            if error.reason in ("reauth", "rate_limited", "unreachable"):
                raise
            continue
        name = str(profile.get("name") or f"{profile.get('first_name') or ''} {profile.get('last_name') or ''}".strip())
        followers, verified = profile.get("follower_count"), profile.get("is_verified_user")
        return replace(
            author,
            name=name or author.name,
            handle=str(profile.get("username") or author.handle),
            avatar_url=str(profile.get("profile_pic") or author.avatar_url),
            followers=followers if isinstance(followers, int) else author.followers,
            verified=verified if isinstance(verified, bool) else author.verified,
        )
    return author
