"""Pages, posts and comments of Facebook as Graph nodes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox.cdn import media_url, picture_url
from sandbox.clock import iso_offset
from sandbox.graph.context import Context, paged
from sandbox.graph.fields import Field, select
from sandbox.model import Account, Media, Message, User
from sandbox.store import chat_id

PRIVATE_REPLY_WINDOW = timedelta(days=7)
COMMENT_DEFAULTS = ("created_time", "from", "message", "id")
POST_DEFAULTS = ("created_time", "message", "id")


def page_node(context: Context, page: Account) -> dict[str, Any]:
    """A page."""
    user = context.world.user("facebook", page.id)
    linked = context.world.instagram_of(page.id)
    return {
        "id": page.id,
        "name": page.name,
        "username": page.username,
        "link": f"https://www.facebook.com/{page.username}",
        "category": "Retail",
        "fan_count": user.profile["followers"] if user else 0,
        "followers_count": user.profile["followers"] if user else 0,
        "picture": {"data": {"url": picture_url(context.base, "facebook", page.id), "is_silhouette": False}},
        "access_token": page.credentials["access_token"],
        "instagram_business_account": {"id": linked.id, "username": linked.username} if linked else None,
        "connected_instagram_account": {"id": linked.id, "username": linked.username} if linked else None,
        "feed": lambda field: feed(context, page, field),
    }


def author(context: Context, message: Message) -> dict[str, Any] | None:
    """`from`: absent for people who do not let the page see them."""
    user = context.world.user(message.platform, message.sender)
    if user is None or message.extra.get("anonymous"):
        return None
    return {"id": user.id, "name": user.name, "picture": _picture(context, user)}


def _picture(context: Context, user: User) -> dict[str, Any]:
    return {"data": {"url": picture_url(context.base, user.platform, user.id), "height": 50, "width": 50}}


def feed(context: Context, page: Account, field: Field | None = None, kinds: tuple[str, ...] = ()) -> dict[str, Any]:
    """The page's posts and visitors' posts (or only `kinds`), newest first."""
    posts = context.world.posts_of(page.id, kinds or ("post", "visitor_post"))
    posts = sorted(posts, key=lambda post: (post.at, post.id), reverse=True)
    args = field.args if field else context.call.params
    if args.get("since", "").isdigit():
        posts = [post for post in posts if post.at.timestamp() >= int(args["since"])]
    if args.get("until", "").isdigit():
        posts = [post for post in posts if post.at.timestamp() <= int(args["until"])]
    fields = field.sub if field else context.fields()
    return paged(context, posts, lambda post: select(post_node(context, post), fields, POST_DEFAULTS), nested=field)


def post_node(context: Context, post: Message) -> dict[str, Any]:
    """A post on the page, by itself or a visitor, or one elsewhere that tags the page."""
    world = context.world
    comments = world.thread("facebook", post.id)[1:]
    page = world.account("facebook", post.account or "")
    tags = [{"id": page.id, "name": page.name, "type": "page", "offset": 0, "length": len(page.name)}] if page else []
    return {
        "id": post.id,
        "message": post.text or None,
        "created_time": iso_offset(post.at),
        "updated_time": iso_offset(max([post.at, *(comment.at for comment in comments)])),
        "from": author(context, post),
        "permalink_url": permalink(post),
        "status_type": "added_photos" if post.media else "mobile_status_update",
        "type": "photo" if post.media else "status",
        "is_published": True,
        "is_hidden": post.hidden,
        "full_picture": media_url(world, context.base, post.media[0]) if post.media else None,
        "attachments": {"data": [attachment(context, item, post) for item in post.media]} if post.media else None,
        "message_tags": tags if post.kind == "tagged_post" else None,
        "to": {"data": [{"id": page.id, "name": page.name}]} if page and post.kind != "post" else None,
        "comments": lambda field: comments_edge(context, post, field),
        "likes": lambda field: _counted(post.likes),
        "reactions": lambda field: _counted(post.likes),
        "can_reply_privately": _open_for_private_reply(context, post),
    }


def _counted(likes: list[str]) -> dict[str, Any]:
    return {"data": [{"id": id} for id in likes], "summary": {"total_count": len(likes)}}


def permalink(message: Message) -> str:
    """The public address of a post or comment."""
    owner, _, number = message.thread.partition("_")
    address = f"https://www.facebook.com/{owner}/posts/{number}"
    return address if message.id == message.thread else f"{address}?comment_id={message.id.rsplit('_', 1)[-1]}"


def attachment(context: Context, item: Media, message: Message) -> dict[str, Any]:
    """A picture or film under a post or comment."""
    url = media_url(context.world, context.base, item)
    kind = {"image": "photo", "video": "video_inline", "sticker": "sticker"}.get(item.type, "file_upload")
    media: dict[str, Any] = {"image": {"src": url, "height": 480, "width": 640}}
    if item.type == "video":
        media["source"] = url
    return {"type": kind, "media": media, "target": {"id": item.id, "url": url}, "url": url}


def comments_edge(context: Context, parent: Message, field: Field | None = None) -> dict[str, Any]:
    """Comments under a post, or replies under a comment; `filter=stream` flattens, the default hides hidden ones."""
    args = field.args if field else context.call.params
    world = context.world
    if parent.parent is None and args.get("filter") == "stream":
        found = world.thread(parent.platform, parent.id)[1:]
    else:
        found = [c for c in world.replies(parent.id) if args.get("filter") == "stream" or not c.hidden]
    newest_first = args.get("order", "chronological").startswith("reverse")
    found = sorted(found, key=lambda comment: (comment.at, comment.id), reverse=newest_first)
    fields = field.sub if field else context.fields()
    body = paged(
        context,
        found,
        lambda comment: select(comment_node(context, comment), fields, COMMENT_DEFAULTS),
        path=f"{parent.id}/comments",
        nested=field,
    )
    if args.get("summary") in ("true", "1"):
        body["summary"] = {"order": args.get("order", "chronological"), "total_count": len(found), "can_comment": True}
    return body


def comment_node(context: Context, comment: Message) -> dict[str, Any]:
    """A comment or a reply to one."""
    own = comment.by_brand
    page = comment.account or ""
    above = context.world.message(comment.parent) if comment.parent and comment.parent != comment.thread else None
    private = context.world.chat_between("facebook", page, comment.sender)
    return {
        "id": comment.id,
        "message": comment.text,
        "created_time": iso_offset(comment.at),
        "from": author(context, comment),
        "parent": (lambda field: select(comment_node(context, above), field.sub, COMMENT_DEFAULTS)) if above else None,
        "object": {"id": comment.thread},
        "comment_count": len(context.world.replies(comment.id)),
        "like_count": len(comment.likes),
        "user_likes": page in comment.likes,
        "is_hidden": comment.hidden,
        "is_private": False,
        "can_hide": not own,
        "can_remove": True,
        "can_comment": True,
        "can_like": True,
        "can_reply_privately": _open_for_private_reply(context, comment),
        "private_reply_conversation": {"id": private.id} if private and comment.extra.get("private_reply") else None,
        "message_tags": [],
        "attachment": attachment(context, comment.media[0], comment) if comment.media else None,
        "permalink_url": permalink(comment),
        "comments": lambda field: comments_edge(context, comment, field),
        "likes": lambda field: _counted(comment.likes),
        "reactions": lambda field: _counted(comment.likes),
    }


def _open_for_private_reply(context: Context, message: Message) -> bool:
    young = context.world.now() - message.at <= PRIVATE_REPLY_WINDOW
    return young and not message.by_brand and not message.extra.get("private_reply")


def conversation_of(account: Account, user: str) -> str:
    """The id of the private conversation between an account and a user."""
    return chat_id(account.platform, account.id, user)
