"""Bluesky's posts and messages as ours. Pure: no network, no Django.

Lexicons app.bsky.feed.defs#postView, app.bsky.feed.post, app.bsky.embed.*, app.bsky.notification.listNotifications and
chat.bsky.convo.defs#messageView (2026-09).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from channels.bluesky.records import place_of, web_address
from channels.bluesky.richtext import readable
from channels.errors import STRANGE
from channels.types import Attachment, Author, Direction, Incoming, IncomingMessage, NotUnderstood, Visibility
from webcare.lib import json_parts

Json = Mapping[str, Any]

INVALID = "handle.invalid"  # what stands for a handle that no longer leads to its owner
BELIEVED = timedelta(days=1)  # a post says itself when it was written; further back it is a wrong clock, or a lie


def objects(items: object) -> list[Json]:
    """The objects of a list; whatever else stands in their place says nothing."""
    return [item for item in items if isinstance(item, Mapping)] if isinstance(items, list | tuple) else []


def read_post(view: object, own_id: str, *, parent: object = None, as_context: bool = False) -> Incoming:
    """Read a post view; `parent` is the view of what it answers, where that came along."""
    try:
        return _post(json_parts.mapping(view), own_id, parent, as_context)
    except STRANGE as error:
        return NotUnderstood(f"post: {type(error).__name__}", {"post": view})


def read_feed_item(item: object, own_id: str) -> Incoming | None:
    """Read an item of a feed; None for a repost, and for what is pinned on top."""
    if isinstance(item, Mapping) and item.get("reason"):
        return None
    if not isinstance(item, Mapping):
        return NotUnderstood("feed: no object", {"item": item})
    reply = item.get("reply")
    return read_post(item.get("post"), own_id, parent=reply.get("parent") if isinstance(reply, Mapping) else None)


def _post(view: Json, own_id: str, parent_view: object, as_context: bool) -> IncomingMessage:
    uri, author, record = (
        json_parts.named(view["uri"]),
        author_of(json_parts.mapping(view["author"])),
        json_parts.mapping(view["record"]),
    )
    if place_of(uri) is None:
        raise ValueError("This is no address of a record.")
    ours, reply = author.external_id == own_id, record.get("reply")
    parent = _ref(reply, "parent")
    direction, customer = _direction(ours, own_id, parent, _ref(reply, "root"), parent_view, as_context)
    text, told = record.get("text"), moment(view.get("indexedAt") or record["createdAt"])
    return IncomingMessage(
        external_id=uri,
        kind=_kind(direction, own_id, parent),
        direction=direction,
        visibility=Visibility.PUBLIC,
        sent_at=_written(record.get("createdAt"), told),
        text=readable(text, record.get("facets")) if isinstance(text, str) else "",
        text_missing=not isinstance(text, str),
        author=None if ours else author,
        customer=customer,
        thread_id=_ref(reply, "root") or uri,
        parent_id=parent,
        permalink=web_address(uri, author.handle),
        attachments=tuple(_attachments(view.get("embed"), text if isinstance(text, str) else "")),
        raw=dict(view),
    )


def _direction(
    ours: bool, own_id: str, parent: str, root: str, parent_view: object, as_context: bool
) -> tuple[Direction, Author | None]:
    """Say which way a post goes, and of an answer of ours whom it is for (None: what it answers decides)."""
    if not ours:
        return (Direction.CONTEXT if as_context else Direction.INBOUND), None
    if not parent or (_is_of(parent, own_id) and _is_of(root, own_id)):
        return Direction.CONTEXT, None
    author = parent_view.get("author") if isinstance(parent_view, Mapping) else None
    if _is_of(parent, own_id) or not isinstance(author, Mapping):
        return Direction.OUTBOUND, None
    try:
        return Direction.OUTBOUND, author_of(author)
    except STRANGE:
        return Direction.OUTBOUND, None


def _kind(direction: Direction, own_id: str, parent: str) -> str:
    if direction is Direction.INBOUND:
        return "reply" if _is_of(parent, own_id) else "mention"
    return "reply" if parent else "post"


def _is_of(uri: str, did: str) -> bool:
    return bool(did) and uri.startswith(f"at://{did}/")


def _written(said: object, indexed: datetime) -> datetime:
    """When a post was written: as it says itself, where that can be believed."""
    try:
        written = moment(said)
    except STRANGE:
        return indexed
    return written if indexed - BELIEVED <= written <= indexed else indexed


def author_of(profile: Json) -> Author:
    """Make an Author of a profile view: whom its DID names, whatever their handle is by then."""
    count, handle = profile.get("followersCount"), json_parts.said(profile, "handle")
    handle = "" if handle == INVALID else handle
    return Author(
        external_id=json_parts.named(profile["did"]),
        name=json_parts.said(profile, "displayName") or handle,
        handle=handle,
        avatar_url=json_parts.web(json_parts.said(profile, "avatar")),
        followers=count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None,
    )


def _attachments(embed: object, text: str) -> Iterable[Attachment]:
    """Yield a post's pictures, its film, the card of a link, and what it quotes."""
    if not isinstance(embed, Mapping):
        return
    for picture in objects(embed.get("images")):
        yield Attachment(
            "image", url=json_parts.web(json_parts.said(picture, "fullsize")), alt_text=json_parts.said(picture, "alt")
        )
    if embed.get("$type") == "app.bsky.embed.video#view":
        # A film comes as a playlist of pieces: its still is shown, and the post itself plays it.
        yield Attachment(
            "image", url=json_parts.web(json_parts.said(embed, "thumbnail")), alt_text=json_parts.said(embed, "alt")
        )
    card = embed.get("external")
    if (
        isinstance(card, Mapping)
        and json_parts.web(json_parts.said(card, "uri"))
        and json_parts.said(card, "uri") not in text
    ):
        yield Attachment("share", url=json_parts.said(card, "uri"), text=json_parts.said(card, "title"))
    if isinstance(embed.get("media"), Mapping):  # a quote with pictures
        yield from _attachments(embed["media"], text)
    yield from _quoted(embed.get("record"))


def _quoted(record: object) -> Iterable[Attachment]:
    inner = record.get("record") if isinstance(record, Mapping) and "value" not in record else record
    quoted = inner if isinstance(inner, Mapping) else {}
    author, value = quoted.get("author"), quoted.get("value")
    handle = json_parts.said(author, "handle") if isinstance(author, Mapping) else ""
    address = web_address(json_parts.said(quoted, "uri"), "" if handle == INVALID else handle)
    if address:
        yield Attachment(
            "share", url=address, text=json_parts.said(value, "text") if isinstance(value, Mapping) else ""
        )


def read_message(view: object, own_id: str, customer_id: str, convo_id: str) -> Incoming:
    """Read one private message of a conversation with `customer_id`."""
    try:
        told = json_parts.mapping(view)
        ours = json_parts.named(json_parts.mapping(told["sender"])["did"]) == own_id
        text = told.get("text")
        return IncomingMessage(
            external_id=json_parts.named(told["id"]),
            kind="dm",
            direction=Direction.OUTBOUND if ours else Direction.INBOUND,
            visibility=Visibility.PRIVATE,
            sent_at=moment(told["sentAt"]),
            text=readable(text, told.get("facets")) if isinstance(text, str) else "",
            text_missing=not isinstance(text, str),
            author=None if ours else Author(customer_id),
            customer=Author(customer_id) if ours else None,
            thread_id=convo_id,
            attachments=tuple(_attachments(told.get("embed"), "")),
            raw=dict(told),
        )
    except STRANGE as error:
        return NotUnderstood(f"message: {type(error).__name__}", {"message": view})


def moment(text: object) -> datetime:
    """Read a time ("2026-01-15T12:05:00.000Z") as an aware time in UTC. Raises ValueError, TypeError."""
    if not isinstance(text, str):
        raise TypeError("A time is a text.")
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _ref(reply: object, name: str) -> str:
    found = reply.get(name) if isinstance(reply, Mapping) else None
    return json_parts.said(found, "uri") if isinstance(found, Mapping) else ""
