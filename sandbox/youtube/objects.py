"""Channels, videos, comments and threads as the API shows them.

YouTube Data API reference, resources "channels", "videos", "comments" and "commentThreads" (2026-09).
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sandbox import cdn
from sandbox.clock import parse_moment
from sandbox.model import Account, Message, User
from sandbox.world import World

PUBLISHED = "published"
WITH_THREAD = 5  # replies that come along with a thread
_LINK = re.compile(r"https?://[^\s<]+")


def status_of(message: Message) -> str:
    """Whether a comment stands there for all, is held, or was rejected."""
    return str(message.extra.get("moderation") or PUBLISHED)


def moment(at: datetime) -> str:
    """A time as the API writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def etag(*parts: object) -> str:
    """A short mark of what is shown."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:27]


def comment_json(
    world: World, message: Message, base: str, caller: Account, *, plain: bool, moderation: bool = False
) -> dict[str, Any]:
    """A comment. `moderation`: its status is told, which only the channel's owner sees, and not when asked by id."""
    author = world.user("youtube", message.sender)
    changed = parse_moment(message.extra["edited_at"]) if message.extra.get("edited_at") else message.at
    snippet: dict[str, Any] = {
        "channelId": message.account,
        "videoId": message.thread,
        "textDisplay": message.text if plain else _html(message.text),
        **_author(author, base),
        "canRate": True,
        "viewerRating": "like" if caller.id in message.likes else "none",
        "likeCount": len(message.likes),
        "publishedAt": moment(message.at),
        "updatedAt": moment(changed),
    }
    if world.settings.get("youtube_text_original", True) or message.sender == caller.id:
        snippet["textOriginal"] = message.text
    if message.parent != message.thread:
        snippet["parentId"] = message.parent
    if moderation and message.account == caller.id:
        snippet["moderationStatus"] = status_of(message)
    mark = etag(message.id, message.text, len(message.likes), status_of(message))
    return {"kind": "youtube#comment", "etag": mark, "id": message.id, "snippet": snippet}


def thread_json(
    world: World, top: Message, base: str, caller: Account, *, plain: bool, parts: Sequence[str], status: str
) -> dict[str, Any]:
    """A top-level comment with some of what was answered to it. `status` is "" where it was asked for by id."""
    under = [reply for reply in world.replies(top.id) if status_of(reply) == (status or PUBLISHED)]
    shown: dict[str, Any] = {"kind": "youtube#commentThread", "etag": etag(top.id, top.text, len(under)), "id": top.id}
    told = {"plain": plain, "moderation": bool(status)}
    if "snippet" in parts:
        shown["snippet"] = {
            "channelId": top.account,
            "videoId": top.thread,
            "topLevelComment": comment_json(world, top, base, caller, **told),
            "canReply": not comments_are_off(world, top.thread),
            "totalReplyCount": sum(1 for reply in world.replies(top.id) if status_of(reply) == PUBLISHED),
            "isPublic": status_of(top) == PUBLISHED,
        }
    if "replies" in parts and under:
        newest = under[: -WITH_THREAD - 1 : -1]
        shown["replies"] = {"comments": [comment_json(world, reply, base, caller, **told) for reply in newest]}
    return shown


def comments_are_off(world: World, video: str) -> bool:
    """Whether a video takes no comments."""
    found = world.message(video)
    return found is None or bool(found.extra.get("comments_off"))


def channel_json(world: World, account: User, base: str, parts: Sequence[str]) -> dict[str, Any]:
    """A channel."""
    shown: dict[str, Any] = {"kind": "youtube#channel", "etag": etag(account.id, account.name), "id": account.id}
    if "snippet" in parts:
        shown["snippet"] = {
            "title": account.name,
            "description": str(account.profile.get("description") or ""),
            "customUrl": f"@{account.username}",
            "publishedAt": str(account.profile.get("created_at") or ""),
            "thumbnails": _thumbnails(cdn.picture_url(base, "youtube", account.id)),
        }
    if "statistics" in parts:
        followers = account.profile.get("followers", 0)
        hidden = bool(account.profile.get("hides_followers"))
        count = {} if hidden else {"subscriberCount": str(followers)}
        shown["statistics"] = {"viewCount": "1000", "hiddenSubscriberCount": hidden, "videoCount": "3", **count}
    return shown


def video_json(world: World, video: Message, base: str, parts: Sequence[str]) -> dict[str, Any]:
    """A video."""
    channel = world.user("youtube", video.sender)
    shown: dict[str, Any] = {"kind": "youtube#video", "etag": etag(video.id, video.text), "id": video.id}
    picture = cdn.media_url(world, base, video.media[0]) if video.media else f"{base}/cdn/none/{video.id}.jpg"
    if "snippet" in parts:
        shown["snippet"] = {
            "publishedAt": moment(video.at),
            "channelId": video.sender,
            "title": video.text,
            "description": str(video.extra.get("description") or ""),
            "thumbnails": _thumbnails(picture),
            "channelTitle": channel.name if channel else "",
            "categoryId": "22",
            "liveBroadcastContent": "none",
        }
    if "statistics" in parts:
        count = len([one for one in world.thread("youtube", video.id) if one.id != video.id])
        shown["statistics"] = {"viewCount": "840", "likeCount": str(len(video.likes)), "commentCount": str(count)}
    return shown


def _author(author: User | None, base: str) -> dict[str, Any]:
    """Who wrote it. Of a closed account only a name is left."""
    if author is None:
        return {"authorDisplayName": "", "authorProfileImageUrl": "", "authorChannelUrl": ""}
    return {
        "authorDisplayName": f"@{author.username}",
        "authorProfileImageUrl": cdn.picture_url(base, "youtube", author.id),
        "authorChannelUrl": f"http://www.youtube.com/@{author.username}",
        "authorChannelId": {"value": author.id},
    }


def _thumbnails(url: str) -> dict[str, Any]:
    sizes = {"default": (120, 90), "medium": (320, 180), "high": (480, 360)}
    return {name: {"url": url, "width": width, "height": height} for name, (width, height) in sizes.items()}


def _html(text: str) -> str:
    escaped = html.escape(text, quote=True).replace("\n", "<br>")
    return _LINK.sub(lambda found: f'<a href="{found.group()}">{found.group()}</a>', escaped)
