"""YouTube's comments and videos as ours. Pure: no network, no database.

YouTube Data API reference, resources "comments", "commentThreads" and "videos" (2026-09).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from channels.errors import STRANGE
from channels.types import Attachment, Author, Direction, Incoming, IncomingMessage, NotUnderstood, Visibility
from webcare.lib import json_parts

Json = Mapping[str, Any]

WATCH = "https://www.youtube.com/watch?v="
HELD = frozenset({"heldForReview", "likelySpam", "rejected"})
_NAMED = re.compile(r"\s*@([\w.\-·]{2,60})", re.UNICODE)
_PICTURES = ("high", "standard", "maxres", "medium", "default")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with what is not part of a message: whether YouTube holds it back ("" where that is not told)."""

    message: IncomingMessage
    status: str = ""
    replies: int = 0  # to a top-level one


def objects(items: object) -> list[Json]:
    """The objects of a list; whatever else stands in their place says nothing."""
    return [item for item in items if isinstance(item, Mapping)] if isinstance(items, list | tuple) else []


def read_threads(items: object, own_id: str) -> Iterator[Comment | NotUnderstood]:
    """Yield the comments of threads, each thread's own first. One that cannot be read spoils no other."""
    for item in items if isinstance(items, list) else []:
        yield from read_thread(item, own_id)


def read_thread(item: object, own_id: str) -> Iterator[Comment | NotUnderstood]:
    """Yield a thread's top-level comment, and the replies that came along, oldest first."""
    try:
        thread = json_parts.mapping(item)["snippet"]
        count = thread.get("totalReplyCount")
        top = _comment(json_parts.mapping(thread["topLevelComment"]), own_id)
        yield replace(top, replies=count if isinstance(count, int) else 0)
    except STRANGE as error:
        yield NotUnderstood(f"thread: {type(error).__name__}", {"thread": item})
        return
    came_along = json_parts.mapping(item).get("replies")
    replies = came_along.get("comments") if isinstance(came_along, Mapping) else None
    yield from read_replies(replies, own_id, top.message)


def read_replies(items: object, own_id: str, top: IncomingMessage) -> Iterator[Comment | NotUnderstood]:
    """Yield what was answered to a top-level comment, oldest first.

    Whom an answer of ours is for stands in its first word, where it is not the one who began.
    """
    listed = items if isinstance(items, list) else []
    # They come newest first, and several may have been written in the same second.
    read = [read_comment(item, own_id, top=top) for item in reversed(listed)]
    yield from (one for one in read if isinstance(one, NotUnderstood))
    comments = sorted((one for one in read if isinstance(one, Comment)), key=lambda one: one.message.sent_at)
    authors = (one.message.author for one in comments)
    people = {author.handle.lower(): author for author in authors if author is not None and author.handle}
    for one in comments:
        yield _addressed(one, people) if one.message.direction == Direction.OUTBOUND else one


def read_comment(item: object, own_id: str, *, top: IncomingMessage | None = None) -> Comment | NotUnderstood:
    """Read one comment; `top` is the one it hangs under, where that is known."""
    try:
        return _comment(json_parts.mapping(item), own_id, top)
    except STRANGE as error:
        return NotUnderstood(f"comment: {type(error).__name__}", {"comment": item})


def _comment(item: Json, own_id: str, top: IncomingMessage | None = None) -> Comment:
    external_id, told = json_parts.named(item["id"]), json_parts.mapping(item["snippet"])
    video = json_parts.said(told, "videoId") or (top.parent_id if top else "")
    parent = json_parts.said(told, "parentId") or (top.external_id if top else "")
    author = author_of(told)
    ours = author is not None and author.external_id == own_id
    published, updated = moment(told["publishedAt"]), moment(told.get("updatedAt") or told["publishedAt"])
    direction = Direction.INBOUND if not ours else Direction.OUTBOUND if parent else Direction.CONTEXT
    text = told.get("textOriginal")
    if not isinstance(text, str):
        text = told.get("textDisplay")
    message = IncomingMessage(
        external_id=external_id,
        kind="comment",
        direction=direction,
        visibility=Visibility.PUBLIC,
        sent_at=published,
        text=text if isinstance(text, str) else "",
        text_missing=not isinstance(text, str),
        author=None if ours else author,
        customer=None if ours else author,
        thread_id=parent or external_id,
        parent_id=parent or video,
        permalink=f"{WATCH}{video}&lc={external_id}" if video else "",
        attachments=_picture(told, external_id),
        edited_at=updated if updated > published else None,
        raw=dict(item),
    )
    return Comment(message, json_parts.said(told, "moderationStatus"))


def author_of(told: Json) -> Author | None:
    """Return who wrote a comment; None where YouTube names no channel: their account is gone."""
    channel = told.get("authorChannelId")
    external_id = json_parts.named(channel["value"]) if isinstance(channel, Mapping) and channel.get("value") else ""
    if not external_id:
        return None
    shown, picture = json_parts.said(told, "authorDisplayName").strip(), json_parts.said(told, "authorProfileImageUrl")
    handle = shown[1:] if shown.startswith("@") else ""
    return Author(external_id, name="" if handle else shown, handle=handle, avatar_url=_https(picture))


def read_video(item: object, own_id: str) -> Incoming:
    """Return a video as the post that comments stand under: its title, its address and its picture."""
    try:
        video = json_parts.mapping(item)
        external_id, told = json_parts.named(video["id"]), json_parts.mapping(video["snippet"])
        channel = json_parts.said(told, "channelId")
        author = None if channel in ("", own_id) else Author(channel, name=json_parts.said(told, "channelTitle"))
        return IncomingMessage(
            external_id=external_id,
            kind="post",
            direction=Direction.CONTEXT,
            visibility=Visibility.PUBLIC,
            sent_at=moment(told["publishedAt"]),
            text=json_parts.said(told, "title"),
            author=author,
            thread_id=external_id,
            permalink=f"{WATCH}{external_id}",
            attachments=_thumbnail(told, external_id),
            raw=dict(video),
        )
    except STRANGE as error:
        return NotUnderstood(f"video: {type(error).__name__}", {"video": item})


def moment(text: object) -> datetime:
    """Read Google's time ("2026-01-15T12:05:00Z") as an aware time in UTC. Raises ValueError, TypeError."""
    if not isinstance(text, str):
        raise TypeError("A time is a text.")
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _addressed(one: Comment, people: Mapping[str, Author]) -> Comment:
    named = _NAMED.match(one.message.text)
    customer = people.get(named.group(1).lower()) if named else None
    return replace(one, message=replace(one.message, customer=customer)) if customer else one


def _picture(told: Json, external_id: str) -> tuple[Attachment, ...]:
    # A picture or moving picture in a comment; its address holds for six hours ("comments", snippet.imageUrl).
    url = _https(json_parts.said(told, "imageUrl"))
    return (Attachment("image", url=url, external_id=external_id),) if url else ()


def _thumbnail(told: Json, external_id: str) -> tuple[Attachment, ...]:
    sizes = told.get("thumbnails")
    shown: Iterable[object] = (sizes.get(name) for name in _PICTURES) if isinstance(sizes, Mapping) else ()
    for size in shown:
        url = _https(json_parts.said(size, "url")) if isinstance(size, Mapping) else ""
        if url:
            return (Attachment("image", url=url, external_id=external_id, alt_text=json_parts.said(told, "title")),)
    return ()


def _https(url: str) -> str:
    # Some of Google's addresses have no scheme.
    return f"https:{url}" if url.startswith("//") else url
