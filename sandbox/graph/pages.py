"""What a page does: post, comment, edit, hide, like, delete."""

from __future__ import annotations

from typing import Any

from sandbox.file_kinds import mime_of
from sandbox.graph import errors
from sandbox.graph.context import Context
from sandbox.model import Media, Message, WorldError

MAX_COMMENT = 8000


def publish(context: Context, page_id: str) -> dict[str, Any]:
    """POST /{page}/feed."""
    page = context.page
    if page.id != page_id:
        raise errors.permission("Subject does not have permission to post on target page")
    media = [*attached(context), *_attached_media(context)]
    link = context.param("link")
    if link and not link.startswith(("https://", "http://")):
        raise errors.parameter("link URL is not properly formatted", 1500)
    text = _text(context, "message", needed=not (media or link))
    last = next(reversed(context.world.by("facebook", page.id)), None)
    if last is not None and last.kind == "post" and last.text == text and not media:
        raise errors.GraphError(506, "(#506) Duplicate status message", 1455006)
    return {"id": context.world.say("facebook", "post", page.id, text, via_api=True, media=media).id}


def photo(context: Context, page_id: str) -> dict[str, Any]:
    """POST /{page}/photos: seen at once, or kept for a post with `published` false."""
    page = context.page
    if page.id != page_id:
        raise errors.permission("Subject does not have permission to post photos on target page")
    files = list(context.call.files.values())
    if len(files) != 1:
        raise errors.GraphError(324, "(#324) Missing or invalid image file")
    mime = mime_of(files[0].content, files[0].mime)
    if mime not in ("image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff"):
        raise errors.GraphError(324, "(#324) Missing or invalid image file")
    kept = context.world.add_media(files[0].content, mime, files[0].filename)
    if context.flag("published") is False:
        return {"id": kept.id}
    made = context.world.say(
        "facebook", "post", page.id, _text(context, "message", needed=False), via_api=True, media=[kept]
    )
    return {"id": kept.id, "post_id": made.id}


def _attached_media(context: Context) -> list[Media]:
    """The photos that were uploaded before and are named by id."""
    named = context.nested("attached_media") or []
    if not isinstance(named, list) or not all(isinstance(item, dict) for item in named):
        raise errors.parameter("Param attached_media must be an array of objects")
    found = [context.world.media(str(item.get("media_fbid") or "")) for item in named]
    if None in found:
        raise errors.parameter("Invalid photo in attached_media", 2069019)
    return [item for item in found if item]


def comment(context: Context, target: Message) -> dict[str, Any]:
    """POST /{post|comment}/comments."""
    media = attached(context)
    text = _text(context, "message", needed=not media)
    try:
        made = context.world.say(
            "facebook", "comment", context.page.id, text, in_reply_to=target.id, via_api=True, media=media
        )
    except WorldError as error:
        raise errors.missing(target.id, "post") from error
    return {"id": made.id}


def change(context: Context, target: Message) -> dict[str, Any]:
    """POST /{post|comment}: `message` edits one's own, `is_hidden` hides somebody else's."""
    hidden = context.flag("is_hidden")
    if hidden is not None:
        if target.by_brand:
            raise errors.permission("Permissions error: a page cannot hide its own comment")
        context.world.hide(target.id, hidden)
        return {"success": True}
    text = _text(context, "message")
    if not target.by_brand:
        raise errors.permission("Permissions error: only the author can edit this")
    context.world.edit(target.id, text)
    return {"success": True}


def delete(context: Context, target: Message) -> dict[str, Any]:
    """DELETE /{post|comment}."""
    context.world.remove(target.id)
    return {"success": True}


def like(context: Context, target: Message, on: bool) -> dict[str, Any]:
    """POST and DELETE /{post|comment}/likes."""
    context.world.like(target.id, context.page.id, on)
    return {"success": True}


def attached(context: Context) -> list[Media]:
    """A picture given by address, by id, or as a file."""
    world = context.world
    if context.param("attachment_url"):
        return [world.add_media(b"", "image/jpeg", url=context.param("attachment_url"))]
    known = world.media(context.param("attachment_id"))
    if known:
        return [known]
    return [world.add_media(file.content, file.mime, file.filename) for file in context.call.files.values()]


def _text(context: Context, name: str, needed: bool = True) -> str:
    text = context.param(name)
    if needed and not text.strip():
        raise errors.parameter(f"The parameter {name} is required")
    if len(text) > MAX_COMMENT:
        raise errors.parameter(f"Param {name} must be at most {MAX_COMMENT} characters long.")
    return text
