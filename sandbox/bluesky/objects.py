"""Profiles, posts and messages as the app view shows them.

Lexicons app.bsky.actor.defs, app.bsky.feed.defs, app.bsky.embed.images and chat.bsky.convo.defs (2026-09).
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any

from sandbox import cdn
from sandbox.addressing import BLUESKY_DOMAIN, bluesky_user
from sandbox.model import Account, Chat, Media, Message, User
from sandbox.world import World

POST = "app.bsky.feed.post"
_LINK = re.compile(r"https?://[^\s<>\"]+")
_NAME = re.compile(r"(?<![\w@/])@([A-Za-z0-9][A-Za-z0-9.-]*[A-Za-z0-9])")


def handle_of(user: User) -> str:
    """Somebody's handle: a name of this server unless they have a domain of their own."""
    return (user.username if "." in user.username else f"{user.username}.{BLUESKY_DOMAIN}").lower()


def moment(at: datetime) -> str:
    """A time as the app view writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def cid_of(*parts: object) -> str:
    """A content's id, always the same for the same content."""
    digest = hashlib.sha256(json.dumps(parts, default=str).encode()).digest()
    return "b" + base64.b32encode(b"\x01\x71\x12\x20" + digest).decode().lower().rstrip("=")


def uri_of(message: Message) -> str:
    """A post's address."""
    return f"at://{message.sender}/{POST}/{message.id}"


def ref_of(message: Message) -> dict[str, str]:
    """A post by address and content."""
    return {"uri": uri_of(message), "cid": cid_of(message.id, message.text)}


def profile_json(world: World, user: User, base: str, caller: Account, *, whole: bool = False) -> dict[str, Any]:
    """A profile as `caller` sees it."""
    viewer: dict[str, Any] = {"muted": False, "blockedBy": caller.id in user.profile.get("blocks", [])}
    key = (caller.extra.get("block_keys") or {}).get(user.id)
    if key:
        viewer["blocking"] = f"at://{caller.id}/app.bsky.graph.block/{key}"
    shown: dict[str, Any] = {
        "did": user.id,
        "handle": handle_of(user),
        "displayName": user.name,
        "avatar": cdn.picture_url(base, "bluesky", user.id),
        "viewer": viewer,
        "labels": [],
    }
    if whole:
        shown |= {"followersCount": int(user.profile.get("followers", 0)), "postsCount": 1, "followsCount": 1}
    return shown


def record_json(world: World, message: Message) -> dict[str, Any]:
    """The record of a post: what its author put into their repository."""
    made = message.extra.get("record")
    if isinstance(made, dict):
        return made
    record: dict[str, Any] = {"$type": POST, "text": message.text, "createdAt": moment(message.at), "langs": ["nl"]}
    if facets := facets_of(world, message.text):
        record["facets"] = facets
    parent, root = (world.message(id) if id else None for id in (message.parent, message.thread))
    if parent is not None:
        record["reply"] = {"root": ref_of(root or parent), "parent": ref_of(parent)}
    if message.media:
        images = [{"image": blob_json(item), "alt": str(message.extra.get("alt") or "")} for item in message.media]
        record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
    return record


def facets_of(world: World, text: str) -> list[dict[str, Any]]:
    """Links and names in a text, as the app marks them: by bytes."""
    found: list[dict[str, Any]] = []
    for link in _LINK.finditer(text):
        found.append(_facet(text, link.span(), {"$type": "app.bsky.richtext.facet#link", "uri": link.group()}))
    for name in _NAME.finditer(text):
        if user := bluesky_user(world, name.group(1)):
            found.append(_facet(text, name.span(), {"$type": "app.bsky.richtext.facet#mention", "did": user.id}))
    return found


def _facet(text: str, span: tuple[int, int], feature: dict[str, str]) -> dict[str, Any]:
    begins, ends = (len(text[:place].encode()) for place in span)
    return {"index": {"byteStart": begins, "byteEnd": ends}, "features": [feature]}


def blob_json(item: Media) -> dict[str, Any]:
    """A file as records point at it."""
    return {"$type": "blob", "ref": {"$link": cid_of(item.id)}, "mimeType": item.mime, "size": item.size}


def post_json(world: World, message: Message, base: str, caller: Account) -> dict[str, Any]:
    """A post view."""
    author = world.user("bluesky", message.sender)
    viewer: dict[str, Any] = {"threadMuted": False, "replyDisabled": bool(message.extra.get("closed"))}
    key = (caller.extra.get("like_keys") or {}).get(message.id)
    if key:
        viewer["like"] = f"at://{caller.id}/app.bsky.feed.like/{key}"
    reposted = (caller.extra.get("repost_keys") or {}).get(message.id)
    if reposted:
        viewer["repost"] = f"at://{caller.id}/app.bsky.feed.repost/{reposted}"
    shown: dict[str, Any] = {
        "uri": uri_of(message),
        "cid": cid_of(message.id, message.text),
        "author": profile_json(world, author, base, caller) if author else {},
        "record": record_json(world, message),
        "replyCount": len(world.replies(message.id)),
        "repostCount": int(bool(reposted)),
        "likeCount": len(message.likes),
        "quoteCount": 0,
        "indexedAt": moment(message.at),
        "viewer": viewer,
        "labels": [],
    }
    embed = embed_json(world, message, base)
    if embed:
        shown["embed"] = embed
    return shown


def embed_json(world: World, message: Message, base: str) -> dict[str, Any] | None:
    """What a post shows below its words."""
    if not message.media:
        return None
    told = [image.get("alt", "") for image in record_json(world, message).get("embed", {}).get("images", [])]
    images = [
        {"thumb": url, "fullsize": url, "alt": alt}
        for url, alt in zip((cdn.media_url(world, base, item) for item in message.media), told, strict=False)
    ]
    return {"$type": "app.bsky.embed.images#view", "images": images}


def message_json(world: World, message: Message, caller: Account) -> dict[str, Any]:
    """A private message view."""
    shown: dict[str, Any] = {
        "$type": "chat.bsky.convo.defs#messageView",
        "id": message.id,
        "rev": message.id,
        "text": message.text,
        "sender": {"did": message.sender},
        "sentAt": moment(message.at),
    }
    if facets := facets_of(world, message.text):
        shown["facets"] = facets
    return shown


def convo_json(world: World, chat: Chat, base: str, caller: Account) -> dict[str, Any]:
    """A conversation view."""
    said = [message for message in world.chat_messages(chat) if not message.deleted]
    users = [world.user("bluesky", id) for id in (chat.account, chat.user)]
    members = [profile_json(world, user, base, caller) for user in users if user]
    shown: dict[str, Any] = {
        "id": chat.id,
        "rev": said[-1].id if said else "2222222222222",
        "members": [{key: one[key] for key in ("did", "handle", "displayName", "avatar")} for one in members],
        "muted": False,
        "unreadCount": 0,
        "status": "accepted",
    }
    if said:
        shown["lastMessage"] = message_json(world, said[-1], caller)
    return shown
