"""From what Facebook tells about posts and comments to our events. Pure: no network, no database.

Sources: Graph API reference of Page feed and Comment (v25.0), Webhooks reference of the Page object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from channels.meta.facebook.payloads import Change, CommentNode, PostNode
from channels.meta.messaging import (
    EMOJI,
    author_of,
    read_messaging,
    shared,
)
from channels.meta.payloads import (
    Entry,
    last_part,
    read_entries,
    read_items,
)
from channels.types import (
    Attachment,
    Direction,
    Edit,
    Hidden,
    Incoming,
    IncomingMessage,
    NotUnderstood,
    Reaction,
    Removal,
    Visibility,
)

POST_ITEMS = frozenset({"post", "status", "photo", "video", "share", "link", "album", "note", "event"})
MEDIA_KINDS = {"photo": "image", "sticker": "sticker", "animated_image_share": "image", "animated_image_video": "video"}


def read_webhook(body: Mapping[str, Any]) -> Iterator[tuple[str, Incoming]]:
    """Yield (page id, event) for every item of a body of object `page`."""
    return read_entries(body, read_entry)


def read_entry(entry: Entry) -> Iterator[Incoming]:
    """Yield the events of one entry: its changes, its messages, and those of a chat another app has in hand."""
    yield from read_items(entry.changes, lambda change: read_change(change, entry))
    yield from read_items([*entry.messaging, *entry.standby], partial(read_messaging, at=entry.time))
    if not (entry.changes or entry.messaging or entry.standby):
        yield NotUnderstood("an entry with nothing in it", {"entry": entry.model_dump(mode="json")})


def read_change(change: Mapping[str, Any], entry: Entry) -> Iterator[Incoming]:
    """Yield the event of one change. Raises ValueError where its shape is strange."""
    field, value = change.get("field"), change.get("value")
    if field not in ("feed", "mention") or not isinstance(value, Mapping):
        yield NotUnderstood(f"a change of field {field}", dict(change))
        return
    parsed = Change.model_validate(value)
    made = parsed.verb == "add" and parsed.created_time
    # In a change to something older, `created_time` is still that older moment.
    at = made or entry.time or parsed.created_time or datetime.now(UTC)
    if parsed.item == "comment":
        yield _comment_change(parsed, at, entry.id, change, mention=field == "mention")
    elif parsed.item in POST_ITEMS:
        yield _post_change(parsed, at, entry.id, change, mention=field == "mention")
    elif parsed.item in ("reaction", "like"):
        yield _reaction_change(parsed, at, entry.id, change)
    else:
        yield NotUnderstood(f"a change of item {parsed.item}", dict(change))


def _comment_change(
    comment: Change, at: datetime, page_id: str, change: Mapping[str, Any], *, mention: bool
) -> Incoming:
    if not comment.comment_id:
        return NotUnderstood("a comment without an id", dict(change))
    comment_id, post_id = comment_key(comment.comment_id, comment.post_id), post_key(comment.post_id, page_id)
    if comment.verb in ("remove", "delete"):
        return Removal(comment_id, at)
    if comment.verb in ("edited", "edit"):
        return Edit(comment_id, comment.message if comment.tells("message") else None, at)
    if comment.verb in ("hide", "unhide"):
        return Hidden(comment_id, comment.verb == "hide", at)
    if comment.verb != "add":
        return NotUnderstood(f"a comment was changed: {comment.verb}", dict(change))
    parent = comment.parent_id
    is_reply = parent and last_part(parent) != last_part(post_id)
    ours = comment.author is not None and comment.author.id == page_id
    author = None if ours or comment.author is None else author_of(comment.author)
    return IncomingMessage(
        external_id=comment_id,
        kind="mention" if mention else "comment",
        direction=Direction.OUTBOUND if ours else Direction.INBOUND,
        visibility=Visibility.PUBLIC,
        sent_at=at,
        text=comment.message,
        text_missing=not comment.tells("message"),
        author=author,
        customer=author,
        thread_id=post_id,
        parent_id=comment_key(parent, comment.post_id) if is_reply else post_id,
        permalink=comment.permalink_url,
        attachments=tuple(_change_files(comment)),
        raw=dict(change),
    )


def _post_change(post: Change, at: datetime, page_id: str, change: Mapping[str, Any], *, mention: bool) -> Incoming:
    if not post.post_id:
        return NotUnderstood("a post without an id", dict(change))
    post_id = post.post_id if mention else post_key(post.post_id, page_id)
    if post.verb in ("remove", "delete"):
        return Removal(post_id, at)
    if post.verb in ("edited", "edit"):
        return Edit(post_id, post.message if post.tells("message") else None, at)
    if post.verb in ("hide", "unhide"):
        return Hidden(post_id, post.verb == "hide", at)
    if post.verb != "add":
        return NotUnderstood(f"a post was changed: {post.verb}", dict(change))
    ours = post.author is not None and post.author.id == page_id
    author = None if ours or post.author is None else author_of(post.author)
    return IncomingMessage(
        external_id=post_id,
        kind="post" if ours else "tag" if mention else "visitor_post",
        direction=Direction.CONTEXT if ours else Direction.INBOUND,
        visibility=Visibility.PUBLIC,
        sent_at=at,
        text=post.message,
        text_missing=not post.tells("message"),
        author=author,
        customer=author,
        thread_id=post_id,
        permalink=post.permalink_url or (post.post.permalink_url if post.post else ""),
        attachments=tuple(_change_files(post)),
        raw=dict(change),
    )


def _reaction_change(reaction: Change, at: datetime, page_id: str, change: Mapping[str, Any]) -> Incoming:
    author = author_of(reaction.author) if reaction.author else None
    if author is None or not (reaction.comment_id or reaction.post_id):
        return NotUnderstood("a reaction of nobody or on nothing", dict(change))
    subject = (
        comment_key(reaction.comment_id, reaction.post_id)
        if reaction.comment_id
        else post_key(reaction.post_id, page_id)
    )
    emoji = "" if reaction.verb in ("remove", "delete") else EMOJI.get(reaction.reaction_type or "like", "👍")
    return Reaction(subject, author, emoji, at)


def _change_files(post: Change) -> Iterator[Attachment]:
    for url in dict.fromkeys(filter(None, [post.photo, *post.photos])):
        yield Attachment("image", url=url)
    if post.video:
        yield Attachment("video", url=post.video)
    if post.link and not (post.photo or post.photos or post.video):
        if post.item == "photo":
            yield Attachment("image", url=post.link)
        elif post.item == "video":
            yield Attachment("video", url=post.link)
        else:
            yield shared(post.link)


def read_post(raw: Mapping[str, Any], page_id: str, *, kind: str) -> IncomingMessage:
    """Return a post of an edge: our own becomes context, others' a message. `kind`: visitor_post or tag.

    Raises ValueError.
    """
    node = PostNode.model_validate(raw)
    ours = node.from_ is not None and node.from_.id == page_id
    author = None if ours or node.from_ is None else author_of(node.from_)
    return IncomingMessage(
        external_id=node.id,
        kind="post" if ours else kind,
        direction=Direction.CONTEXT if ours else Direction.INBOUND,
        visibility=Visibility.PUBLIC,
        sent_at=node.created_time,
        text=node.message or node.story,
        text_missing=not (node.tells("message") or node.story),
        author=author,
        customer=author,
        thread_id=node.id,
        permalink=node.permalink_url,
        attachments=tuple(_edge_files(node.attachments.get("data"))),
        raw=_without_comments(raw),
    )


def read_comment(raw: Mapping[str, Any], post_id: str, page_id: str, *, only_of: str = "") -> IncomingMessage:
    """Return a comment under a post. Raises ValueError.

    `only_of` is for a post elsewhere that names us: what others than its author and we say there is context.
    """
    node = CommentNode.model_validate(raw)
    ours = node.from_ is not None and node.from_.id == page_id
    author = None if ours or node.from_ is None else author_of(node.from_)
    stranger = bool(only_of) and not ours and (author is None or author.external_id != only_of)
    return IncomingMessage(
        external_id=comment_key(node.id, post_id),
        kind="comment",
        direction=Direction.OUTBOUND if ours else Direction.CONTEXT if stranger else Direction.INBOUND,
        visibility=Visibility.PUBLIC,
        sent_at=node.created_time,
        text=node.message,
        text_missing=not node.tells("message"),
        author=author,
        customer=None if stranger else author,
        thread_id=post_id,
        parent_id=comment_key(node.parent.id, post_id) if node.parent else post_id,
        permalink=node.permalink_url,
        attachments=tuple(_edge_files([node.attachment] if node.attachment else [])),
        raw=dict(raw),
    )


def _edge_files(items: object) -> Iterator[Attachment]:
    for item in items if isinstance(items, list) else []:
        if not isinstance(item, Mapping):
            continue
        inner = item.get("subattachments")
        if isinstance(inner, Mapping) and inner.get("data"):
            yield from _edge_files(inner["data"])
            continue
        found, media = str(item.get("type") or ""), item.get("media")
        media = media if isinstance(media, Mapping) else {}
        image = media.get("image")
        picture = str(image.get("src") or "") if isinstance(image, Mapping) else ""
        title = str(item.get("title") or "")
        if "video" in found and media.get("source"):
            yield Attachment("video", url=str(media["source"]), alt_text=title)
        elif found in MEDIA_KINDS or (picture and "share" not in found):
            yield Attachment(MEDIA_KINDS.get(found, "image"), url=picture or str(item.get("url") or ""), alt_text=title)
        else:
            yield shared(str(item.get("url") or ""), title)


def _without_comments(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in raw.items() if name != "comments"}


def comment_key(comment_id: str, post_id: str) -> str:
    """Return a comment's id in one form, {post}_{comment}; webhooks and edges may differ in its first part."""
    if not comment_id:
        return ""
    return f"{last_part(post_id)}_{last_part(comment_id)}" if post_id else comment_id


def post_key(post_id: str, page_id: str) -> str:
    """Return a post's id in one form, {page}_{post}; an id that already has two parts stays."""
    return post_id if "_" in post_id or not post_id else f"{page_id}_{post_id}"


def as_context(message: IncomingMessage) -> IncomingMessage:
    """Return a message as what merely stood above another one."""
    return replace(message, direction=Direction.CONTEXT, customer=None)


def is_public_id(external_id: str) -> bool:
    """Whether an id is a post's or comment's, and not a private message's (m_…)."""
    return "_" in external_id and external_id.replace("_", "").isdigit()
