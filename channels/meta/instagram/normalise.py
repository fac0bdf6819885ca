"""From what Instagram tells about media, comments and mentions to our events. Pure: no network, no database.

Sources: Instagram Platform reference (IG Media, IG Comment, mentioned_comment, mentioned_media), Webhooks reference of
the Instagram object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from channels.meta.instagram.payloads import (
    CommentChange,
    CommentNode,
    MediaNode,
    MentionChange,
)
from channels.meta.messaging import author_of, read_messaging
from channels.meta.payloads import (
    Entry,
    Person,
    read_entries,
    read_items,
)
from channels.types import Attachment, Author, Direction, Incoming, IncomingMessage, NotUnderstood, Visibility

LOOKUP = "lookup"  # the reason that asks for Connector.complete


def read_webhook(body: Mapping[str, Any]) -> Iterator[tuple[str, Incoming]]:
    """Yield (Instagram account's id, event) for every item of a body of object `instagram`."""
    return read_entries(body, read_entry)


def read_entry(entry: Entry) -> Iterator[Incoming]:
    """Yield the events of one entry: its changes, its messages, and those of a chat another app has in hand."""
    yield from read_items(entry.changes, lambda change: [read_change(change, entry)])
    yield from read_items([*entry.messaging, *entry.standby], partial(read_messaging, at=entry.time))
    if not (entry.changes or entry.messaging or entry.standby):
        yield NotUnderstood("an entry with nothing in it", {"entry": entry.model_dump(mode="json")})


def read_change(change: Mapping[str, Any], entry: Entry) -> Incoming:
    """Return the event of one change; a mention, which is ids only, as a look-up. Raises ValueError."""
    field, value = change.get("field"), change.get("value")
    if field in ("comments", "live_comments") and isinstance(value, Mapping):
        return _comment_change(CommentChange.model_validate(value), change, entry)
    if field == "mentions" and isinstance(value, Mapping):
        mention = MentionChange.model_validate(value)
        if mention.media_id or mention.comment_id:
            return NotUnderstood(LOOKUP, {"mention": mention.model_dump()})
    return NotUnderstood(f"a change of field {field}", dict(change))


def _comment_change(comment: CommentChange, change: Mapping[str, Any], entry: Entry) -> Incoming:
    comment_id = comment.id or comment.comment_id
    media_id = comment.media.id if comment.media else comment.media_id
    if not comment_id:
        return NotUnderstood("a comment without an id", dict(change))
    ours = comment.from_.id == entry.id
    author = None if ours else author_of(comment.from_)
    return IncomingMessage(
        external_id=comment_id,
        kind="comment",
        direction=Direction.OUTBOUND if ours else Direction.INBOUND,
        visibility=Visibility.PUBLIC,
        sent_at=entry.time or datetime.now(UTC),
        text=comment.text,
        text_missing=not comment.tells("text"),
        author=author,
        customer=author,
        thread_id=media_id,
        parent_id=comment.parent_id or media_id,
        raw=dict(change),
    )


def read_media(raw: Mapping[str, Any], *, kind: str = "") -> IncomingMessage:
    """Return a media node: our own is context, `kind` tag or mention makes it a message of who posted it.

    Raises ValueError.
    """
    node = MediaNode.model_validate(raw)
    person = _poster(node)
    return IncomingMessage(
        external_id=node.id,
        kind=kind or "post",
        direction=Direction.INBOUND if kind else Direction.CONTEXT,
        visibility=Visibility.PUBLIC,
        sent_at=node.timestamp or datetime.now(UTC),
        text=node.caption,
        text_missing=not node.tells("caption"),
        author=person if kind else None,
        customer=person if kind else None,
        thread_id=node.id,
        permalink=node.permalink,
        attachments=tuple(_pictures(node)),
        raw={name: value for name, value in raw.items() if name != "comments"},
    )


def read_comments(items: object, media: IncomingMessage, own_id: str, own_handle: str) -> Iterator[Incoming]:
    """Yield comments and the replies under them."""
    for raw in items if isinstance(items, list) else []:
        yield from read_items([raw], lambda item: [read_comment(item, media, own_id, own_handle)])
        replies = raw.get("replies") if isinstance(raw, Mapping) else None
        if isinstance(replies, Mapping):
            read_reply = partial(
                read_comment, media=media, own_id=own_id, own_handle=own_handle, above=str(raw.get("id") or "")
            )
            yield from read_items(replies.get("data", []), lambda item, read=read_reply: [read(item)])  # type: ignore[misc]


def read_comment(
    raw: Mapping[str, Any],
    media: IncomingMessage,
    own_id: str,
    own_handle: str,
    *,
    above: str = "",
    kind: str = "comment",
) -> IncomingMessage:
    """Return one comment under a media node; `above` is the comment it answers. Raises ValueError."""
    node = CommentNode.model_validate(raw)
    who = node.author
    ours = who.id == own_id or bool(own_handle and who.username.lower() == own_handle.lower())
    author = None if ours else author_of(who)
    return IncomingMessage(
        external_id=node.id,
        kind=kind,
        direction=Direction.OUTBOUND if ours else Direction.INBOUND,
        visibility=Visibility.PUBLIC,
        sent_at=node.timestamp,
        text=node.text,
        text_missing=not node.tells("text"),
        author=author,
        customer=author,
        thread_id=media.external_id,
        parent_id=node.parent_id or above or media.external_id,
        permalink=media.permalink,
        raw={name: value for name, value in raw.items() if name != "replies"},
    )


def read_mentioned_comment(raw: Mapping[str, Any], media_id: str, own_id: str, own_handle: str) -> list[Incoming]:
    """Return a comment elsewhere that names us, after its post, where told.

    Raises ValueError.
    """
    node = CommentNode.model_validate(raw)
    media_of_comment = raw.get("media")
    media = dict(media_of_comment) if isinstance(media_of_comment, Mapping) else {}
    media.setdefault("id", media_id)
    media.setdefault("timestamp", node.timestamp)  # not told for somebody else's post; the comment came after it
    post = read_media(media)
    person = _poster(MediaNode.model_validate(media))
    comment = read_comment(raw, post, own_id, own_handle, kind="mention")
    if not (post.text or post.permalink):
        return [comment]
    above = replace(post, author=person, raw=jsonable(media))
    return [above, comment]


def as_context(message: IncomingMessage) -> IncomingMessage:
    """Return a message as what merely stood above another one."""
    return replace(message, direction=Direction.CONTEXT, customer=None)


def jsonable(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return a payload whose moments are text again."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in raw.items()}


def _poster(node: MediaNode) -> Author | None:
    return author_of(Person(username=node.username))


def _pictures(node: MediaNode) -> Iterator[Attachment]:
    if node.media_type == "VIDEO" and (node.media_url or node.thumbnail_url):
        yield Attachment("video", url=node.media_url) if node.media_url else Attachment("image", url=node.thumbnail_url)
    elif node.media_url:
        yield Attachment("image", url=node.media_url)
