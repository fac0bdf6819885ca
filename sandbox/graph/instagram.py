"""Instagram through Facebook Login: media, comments, replies, mentions, tags."""

from __future__ import annotations

from typing import Any

from sandbox.cdn import media_url, picture_url
from sandbox.clock import iso_offset
from sandbox.graph import errors
from sandbox.graph.context import Context, paged
from sandbox.graph.fields import Field, select
from sandbox.model import Account, Message, WorldError

MAX_COMMENT = 2200
MEDIA_DEFAULTS = ("id",)
COMMENT_DEFAULTS = ("id", "text", "timestamp")


def account_node(context: Context, account: Account) -> dict[str, Any]:
    """The professional account; mentions are read through its fields, by ids that a webhook gave."""
    user = context.world.user("instagram", account.id)
    return {
        "id": account.id,
        "ig_id": account.id[-10:],
        "username": account.username,
        "name": account.name,
        "profile_picture_url": picture_url(context.base, "instagram", account.id),
        "followers_count": user.profile["followers"] if user else 0,
        "follows_count": user.profile["following"] if user else 0,
        "media_count": len(context.world.posts_of(account.id, ("media",))),
        "media": lambda field: media_edge(context, account, ("media",), field),
        "tags": lambda field: media_edge(context, account, ("tag",), field),
        "mentioned_comment": lambda field: _mentioned_comment(context, account, field),
        "mentioned_media": lambda field: _mentioned_media(context, account, field),
    }


def media_edge(
    context: Context, account: Account, kinds: tuple[str, ...], field: Field | None = None
) -> dict[str, Any]:
    """GET /{ig-user}/media and /{ig-user}/tags, newest first."""
    found = sorted(context.world.posts_of(account.id, kinds), key=lambda m: (m.at, m.id), reverse=True)
    fields = field.sub if field else context.fields()
    return paged(context, found, lambda item: select(media_node(context, item), fields, MEDIA_DEFAULTS), nested=field)


def media_node(context: Context, item: Message) -> dict[str, Any]:
    """One post on Instagram."""
    world = context.world
    owner = world.user("instagram", item.sender)
    comments = world.thread("instagram", item.id)[1:]
    url = media_url(world, context.base, item.media[0]) if item.media else picture_url(context.base, "media", item.id)
    video = bool(item.media) and item.media[0].type == "video"
    return {
        "id": item.id,
        "caption": item.text or None,
        "media_type": "VIDEO" if video else "IMAGE",
        "media_product_type": "FEED",
        "media_url": url,
        "thumbnail_url": picture_url(context.base, "media", item.id) if video else None,
        "permalink": f"https://www.instagram.com/p/{item.id[-11:]}/",
        "timestamp": iso_offset(item.at),
        "username": owner.username if owner else None,
        "owner": {"id": item.sender},
        "comments_count": len(comments),
        "like_count": len(item.likes),
        "is_comment_enabled": True,
        "comments": lambda field: comments_edge(context, item, field),
    }


def comments_edge(context: Context, item: Message, field: Field | None = None) -> dict[str, Any]:
    """GET /{media}/comments: top level only, newest first, at most 50 a page."""
    found = sorted(context.world.replies(item.id), key=lambda m: (m.at, m.id), reverse=True)
    return _comments(context, found, f"{item.id}/comments", field)


def replies_edge(context: Context, comment: Message, field: Field | None = None) -> dict[str, Any]:
    """GET /{comment}/replies, oldest first."""
    found = sorted(context.world.replies(comment.id), key=lambda m: (m.at, m.id))
    return _comments(context, found, f"{comment.id}/replies", field)


def _comments(context: Context, found: list[Message], path: str, field: Field | None) -> dict[str, Any]:
    fields = field.sub if field else context.fields()
    return paged(
        context,
        found,
        lambda comment: select(comment_node(context, comment), fields, COMMENT_DEFAULTS),
        path=path,
        usual=50,
        most=50,
        nested=field,
    )


def comment_node(context: Context, comment: Message) -> dict[str, Any]:
    """A comment or reply."""
    world = context.world
    user = world.user("instagram", comment.sender)
    nested = comment.parent if comment.parent != comment.thread else None
    root = world.message(comment.thread)
    return {
        "id": comment.id,
        "text": comment.text,
        "timestamp": iso_offset(comment.at),
        "username": user.username if user else None,
        "from": {"id": comment.sender, "username": user.username if user else None},
        "user": {"id": comment.sender} if comment.by_brand else None,
        "like_count": len(comment.likes),
        "hidden": comment.hidden,
        "parent_id": nested,
        "media": lambda field: select(media_node(context, root), field.sub, MEDIA_DEFAULTS) if root else None,
        "replies": lambda field: replies_edge(context, comment, field),
        "legacy_instagram_comment_id": comment.id,
    }


def _mentioned_comment(context: Context, account: Account, field: Field) -> dict[str, Any] | None:
    comment = context.world.message(field.args.get("comment_id", ""))
    if (
        comment is None
        or comment.deleted
        or comment.account != account.id
        or comment.kind not in ("mention", "comment")
    ):
        raise errors.missing(field.args.get("comment_id", ""))
    return select(comment_node(context, comment), field.sub, COMMENT_DEFAULTS)


def _mentioned_media(context: Context, account: Account, field: Field) -> dict[str, Any] | None:
    item = context.world.message(field.args.get("media_id", ""))
    if item is None or item.deleted or item.platform != "instagram":
        raise errors.missing(field.args.get("media_id", ""))
    mentioned = item.account == account.id or any(
        c.account == account.id for c in context.world.thread("instagram", item.id)
    )
    if not mentioned:
        raise errors.missing(item.id)
    return select(media_node(context, item), field.sub, MEDIA_DEFAULTS)


# -- doing -----------------------------------------------------------------------------------------------------------
def reply(context: Context, target: Message) -> dict[str, Any]:
    """POST /{comment}/replies and POST /{media}/comments; a reply to a reply goes to the comment above it."""
    if target.hidden:
        raise errors.GraphError(100, "(#100) You cannot reply to a hidden comment", 2207008)
    return _say(context, target.id)


def answer_mention(context: Context, account: Account) -> dict[str, Any]:
    """POST /{ig-user}/mentions {media_id, comment_id?, message}."""
    media = context.world.message(context.param("media_id"))
    comment = context.world.message(context.param("comment_id"))
    target = comment or media
    if target is None or target.deleted or target.platform != "instagram":
        raise errors.missing(context.param("comment_id") or context.param("media_id"), "post")
    return _say(context, target.id)


def _say(context: Context, target: str) -> dict[str, Any]:
    text, brand = context.param("message"), context.instagram
    if brand is None:
        raise errors.permission("The page has no Instagram account", 10)
    if not text.strip():
        raise errors.parameter("The parameter message is required")
    if len(text) > MAX_COMMENT:
        raise errors.parameter(f"The comment is longer than {MAX_COMMENT} characters", 2207003)
    try:
        return {"id": context.world.say("instagram", "comment", brand.id, text, in_reply_to=target, via_api=True).id}
    except WorldError as error:
        raise errors.missing(target, "post") from error


def change(context: Context, comment: Message) -> dict[str, Any]:
    """POST /{comment} hide=true|false."""
    hide = context.flag("hide")
    if hide is None:
        raise errors.parameter("The parameter hide is required")
    if comment.by_brand:
        raise errors.permission("You cannot hide your own comment", 10)
    context.world.hide(comment.id, hide)
    return {"success": True}


def delete(context: Context, comment: Message) -> dict[str, Any]:
    """DELETE /{comment}."""
    context.world.remove(comment.id)
    return {"success": True}
