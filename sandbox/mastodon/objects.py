"""Accounts and statuses as the API shows them.

Mastodon API, entities "Account", "Status", "MediaAttachment", "Poll" and "Notification" (2026-09).
"""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import Any

from sandbox import cdn
from sandbox.addressing import MASTODON_DOMAIN, fediverse_named
from sandbox.clock import parse_moment
from sandbox.model import Account, Media, Message, User
from sandbox.world import World

_JOINED = "2023-05-08T00:00:00.000Z"
_MENTION = re.compile(r"(?<![=/\w])@[a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?(?:@[\w.-]+\w+)?", re.IGNORECASE)
_PIECE = re.compile(rf"(https?://[^\s<>\"]+)|({_MENTION.pattern})|(?<![\w/])#(\w+)", re.IGNORECASE)


def moment(at: datetime) -> str:
    """A time as the API writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def visibility_of(message: Message) -> str:
    """Who can read it."""
    return "direct" if message.kind == "dm" else str(message.extra.get("visibility") or "public")


def countable(text: str) -> int:
    """How long a text counts: a link 23 characters, and of a name only what stands before the server's."""
    short = re.sub(r"https?://[^\s<>\"]+", "x" * 23, text)
    return len(_MENTION.sub(lambda found: "@" + found.group().split("@")[1], short))


def reaches(world: World, message: Message) -> list[User]:
    """Whom a status names."""
    ids = list(message.mentions)
    if message.to:
        ids = [message.to, *ids]
    users = (world.user("mastodon", id) for id in dict.fromkeys([*ids, *fediverse_named(world, message.text)]))
    return [user for user in users if user is not None and user.id != message.sender]


def account_json(user: User, base: str) -> dict[str, Any]:
    """An account. Somebody of another server has its name behind theirs."""
    name, _at, server = user.username.partition("@")
    picture = cdn.picture_url(base, "mastodon", user.id)
    profile = f"https://{server}/@{name}" if server else f"{base}/@{name}"
    return {
        "id": user.id,
        "username": name,
        "acct": user.username,
        "display_name": user.name,
        "locked": False,
        "bot": False,
        "discoverable": None,
        "indexable": False,
        "group": False,
        "created_at": str(user.profile.get("created_at") or _JOINED),
        "note": f"<p>{html.escape(str(user.profile.get('description') or ''))}</p>",
        "url": profile,
        "uri": profile,
        "avatar": picture,
        "avatar_static": picture,
        "header": picture,
        "header_static": picture,
        "followers_count": int(user.profile.get("followers", 0)),
        "following_count": int(user.profile.get("following", 0)),
        "statuses_count": int(user.profile.get("posts", 0)),
        "last_status_at": None,
        "hide_collections": None,
        "noindex": False,
        "roles": [],
        "emojis": [],
        "fields": [],
    }


def status_json(world: World, message: Message, base: str, caller: Account) -> dict[str, Any]:
    """A status as `caller` sees it."""
    sender = world.user("mastodon", message.sender)
    parent = world.message(message.parent) if message.parent else None
    named = reaches(world, message)
    name = sender.username.partition("@")[0] if sender else "weg"
    edited = message.extra.get("edited_at")
    return {
        "id": message.id,
        "created_at": moment(message.at),
        "in_reply_to_id": parent.id if parent and not parent.deleted else None,
        "in_reply_to_account_id": parent.sender if parent else None,
        "sensitive": bool(message.extra.get("spoiler")),
        "spoiler_text": str(message.extra.get("spoiler") or ""),
        "visibility": visibility_of(message),
        "language": "nl",
        "uri": f"{base}/users/{name}/statuses/{message.id}",
        "url": f"{base}/@{name}/{message.id}",
        "replies_count": len(world.replies(message.id)),
        "reblogs_count": len(message.extra.get("boosts") or ()),
        "favourites_count": len(message.likes),
        "quotes_count": 0,
        "edited_at": moment(parse_moment(edited)) if edited else None,
        "favourited": caller.id in message.likes,
        "reblogged": caller.id in (message.extra.get("boosts") or ()),
        "muted": False,
        "bookmarked": False,
        "content": content_of(world, message, base),
        "filtered": [],
        "reblog": None,
        "application": {"name": "Web", "website": None},
        "account": account_json(sender, base) if sender else {},
        "media_attachments": [medium_json(world, item, base) for item in message.media],
        "mentions": [_mention_json(user, base) for user in named],
        "tags": [{"name": tag.lower(), "url": f"{base}/tags/{tag}"} for tag in re.findall(r"#(\w+)", message.text)],
        "emojis": [],
        "quote": None,
        "quote_approval": {"automatic": ["public"], "manual": [], "current_user": "automatic"},
        "card": None,
        "poll": _poll_json(message),
    }


def medium_json(world: World, item: Media, base: str) -> dict[str, Any]:
    """A picture, film or sound."""
    url = cdn.media_url(world, base, item)
    kind = item.type if item.type in ("image", "video", "audio") else "unknown"
    told = world.settings.get(f"mastodon_alt_{item.id}")
    return {
        "id": item.id, "type": kind, "url": url, "preview_url": url, "remote_url": None,
        "preview_remote_url": None, "text_url": None, "description": told, "meta": {}, "blurhash": None,
    }  # fmt: skip


def content_of(world: World, message: Message, base: str) -> str:
    """A status's words as HTML: paragraphs, breaks, links with hidden parts, and names as cards."""
    people = {user.username.lower(): user for user in reaches(world, message)}

    def piece(found: re.Match[str]) -> str:
        link, name, tag = found.group(1), found.group(2), found.group(3)
        if link:
            return _link(html.unescape(link))
        if tag:
            return f'<a href="{base}/tags/{tag}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'
        user = people.get(name.lower().removeprefix("@").removesuffix(f"@{MASTODON_DOMAIN}"))
        if user is None:
            return name
        address, short = account_json(user, base)["url"], user.username.partition("@")[0]
        card = f'<a href="{address}" class="u-url mention">@<span>{short}</span></a>'
        return f'<span class="h-card" translate="no">{card}</span>'

    paragraphs = re.split(r"\n{2,}", html.escape(message.text, quote=False))
    return "".join(f"<p>{_PIECE.sub(piece, part).replace(chr(10), '<br />')}</p>" for part in paragraphs)


def _link(address: str) -> str:
    scheme, rest = address.split("://", 1)
    shown, hidden = rest[:30], rest[30:]
    classes = ' class="ellipsis"' if hidden else ""
    href = html.escape(address)
    return (
        f'<a href="{href}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{scheme}://</span><span{classes}>{html.escape(shown)}</span>'
        f'<span class="invisible">{html.escape(hidden)}</span></a>'
    )


def _mention_json(user: User, base: str) -> dict[str, Any]:
    shown = account_json(user, base)
    return {key: shown[key] for key in ("id", "username", "url", "acct")}


def _poll_json(message: Message) -> dict[str, Any] | None:
    options = message.extra.get("poll")
    if not isinstance(options, list):
        return None
    shown = [{"title": str(option), "votes_count": 0} for option in options]
    return {
        "id": f"1{message.id}", "expires_at": None, "expired": False, "multiple": False, "votes_count": 0,
        "voters_count": 0, "voted": False, "own_votes": [], "options": shown, "emojis": [],
    }  # fmt: skip


def notification_id(message: Message) -> str:
    """A notification's number: of another row than the status's, and growing with it."""
    return str(int(message.id) - 10**17)
