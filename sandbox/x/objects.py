"""Posts, users, media and direct messages as JSON, with the fields and expansions that were asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sandbox.cdn import media_url, picture_url
from sandbox.clock import iso_z, millis, parse_moment
from sandbox.ids import digits
from sandbox.model import Media, Message, User
from sandbox.world import World
from sandbox.x.errors import missing
from sandbox.x.weight import LIMIT, reply_weight
from sandbox.x.wording import language_of, media_key, served

ALL = None  # every field, as webhooks send
Fields = frozenset[str] | None


@dataclass
class Wanted:
    """What a request asks to see."""

    post: Fields
    user: Fields
    media: Fields
    dm: Fields
    poll: Fields
    expansions: frozenset[str]

    @classmethod
    def of(cls, params: dict[str, str]) -> Wanted:
        """Read tweet.fields (or post.fields), user.fields, media.fields, dm_event.fields and expansions."""

        def names(*keys: str) -> frozenset[str]:
            return frozenset(name for key in keys for name in params.get(key, "").split(",") if name)

        return cls(
            names("tweet.fields", "post.fields") | {"id", "text", "edit_history_tweet_ids"},
            names("user.fields") | {"id", "name", "username"},
            names("media.fields") | {"media_key", "type"},
            names("dm_event.fields") | {"id", "text", "event_type"},
            names("poll.fields") | {"id", "options"},
            names("expansions"),
        )


def pick(full: dict[str, Any], fields: Fields) -> dict[str, Any]:
    """The asked fields that have a value."""
    return {key: value for key, value in full.items() if value is not None and (fields is None or key in fields)}


def post_json(world: World, post: Message, fields: Fields, base: str) -> dict[str, Any]:
    """One post."""
    parent = world.message(post.parent) if post.parent else None
    references = [{"type": "replied_to", "id": post.parent}] if post.parent else []
    if post.extra.get("quoted"):
        references.insert(0, {"type": "quoted", "id": post.extra["quoted"]})
    asked = _Everything() if fields is None else fields
    # the sum is the most it can weigh: most posts need no exact count
    long = 2 * len(post.text) + 23 * post.text.count(".") > LIMIT and reply_weight(post.text) > LIMIT
    history = post.versions or [post.id]
    page = page_of(world, post)
    text, found = served(world, post.text[: LIMIT - 1] + "…" if long else post.text, post.media, page)
    attachments = {
        "media_keys": [media_key(item) for item in post.media],
        "poll_ids": [poll_id(post)] if post.extra.get("poll") else [],
    }
    full = {
        "id": post.id,
        "text": text,
        "edit_history_tweet_ids": history,
        "author_id": post.sender,
        "created_at": iso_z(post.at),
        "conversation_id": post.thread,
        "in_reply_to_user_id": parent.sender if parent else None,
        "referenced_tweets": references or None,
        "entities": found or None,
        "attachments": {key: ids for key, ids in attachments.items() if ids} or None,
        "public_metrics": metrics(world, post) if "public_metrics" in asked else None,
        "lang": lang_of(post) if "lang" in asked else None,
        "note_tweet": _note(world, post, page) if long else None,
        "possibly_sensitive": False,
        "reply_settings": "everyone",
        "source": "sandbox",
        "edit_controls": _edit_controls(post, history) if "edit_controls" in asked else None,
    }
    return pick(full, fields)


def page_of(world: World, message: Message) -> str:
    """A post's own address on X."""
    sender = world.user("x", message.sender)
    return f"https://x.com/{sender.username if sender else 'i'}/status/{message.id}"


def lang_of(post: Message) -> str:
    """The language a post says it is in, else what it looks like."""
    return str(post.extra.get("lang") or language_of(post.text))


def _note(world: World, post: Message, page: str) -> dict[str, Any]:
    text, found = served(world, post.text, post.media, page)
    return {"text": text} | ({"entities": found} if found else {})


def poll_id(post: Message) -> str:
    """The id of a post's poll."""
    return digits("poll", post.id, length=19)


def poll_json(world: World, post: Message, fields: Fields) -> dict[str, Any]:
    """The poll of a post: `extra["poll"]` has its options and for how many minutes one can vote."""
    poll = post.extra["poll"]
    minutes = int(poll.get("minutes") or 1440)
    ends = post.at + timedelta(minutes=minutes)
    full = {
        "id": poll_id(post),
        "options": [{"position": n, "label": label, "votes": 0} for n, label in enumerate(poll["options"], 1)],
        "duration_minutes": minutes,
        "end_datetime": iso_z(ends),
        "voting_status": "open" if ends > world.now() else "closed",
    }
    return pick(full, fields)


class _Everything:
    def __contains__(self, name: object) -> bool:
        return True


def _edit_controls(post: Message, history: list[str]) -> dict[str, Any]:
    return {
        "edits_remaining": 6 - len(history),
        "is_edit_eligible": post.parent is None,
        "editable_until": iso_z(post.at + timedelta(hours=1)),
    }


def metrics(world: World, post: Message) -> dict[str, int]:
    """The counts under a post."""
    replies = len(world.replies(post.id))
    return {
        "retweet_count": 0,
        "reply_count": replies,
        "like_count": len(post.likes),
        "quote_count": 0,
        "bookmark_count": 0,
        "impression_count": 9 + 13 * replies + 7 * len(post.likes),
    }


def user_json(user: User, fields: Fields, base: str) -> dict[str, Any]:
    """One user."""
    profile = user.profile
    full = {
        "id": user.id,
        "name": user.name,
        "username": user.username,
        "created_at": iso_z(parse_moment(profile["created_at"])),
        "description": profile["description"],
        "location": profile["location"] or None,
        "profile_image_url": picture_url(base, user.platform, user.id),
        "protected": profile["protected"],
        "verified": profile["verified"],
        "verified_type": "business" if user.is_brand else "blue" if profile["verified"] else "none",
        "receives_your_dm": profile["receives_dm"],
        "public_metrics": {
            "followers_count": profile["followers"],
            "following_count": profile["following"],
            "tweet_count": profile["posts"],
            "listed_count": 0,
            "like_count": 0,
        },
    }
    return pick(full, fields)


def media_json(world: World, item: Media, fields: Fields, base: str) -> dict[str, Any]:
    """One attached photo or video."""
    address = media_url(world, base, item)
    video, moving = item.type == "video", item.mime == "image/gif"
    full = {
        "media_key": media_key(item),
        "type": "animated_gif" if moving else "video" if video else "photo",
        "url": None if video or moving else address,
        # X makes a film of a moving picture; here only its still can be had, as X gives it now and then.
        "preview_image_url": address if moving else picture_url(base, "media", item.id) if video else None,
        "variants": [{"content_type": item.mime, "url": address, "bit_rate": 832000}] if video else None,
        "duration_ms": 12000 if video else None,
        "width": 1200,
        "height": 900,
        "alt_text": None,
    }
    return pick(full, fields)


def dm_json(world: World, message: Message, fields: Fields) -> dict[str, Any]:
    """One direct message (event type MessageCreate)."""
    text, found = served(world, message.text, message.media, _dm_page(message))
    full = {
        "id": message.id,
        "event_type": "MessageCreate",
        "text": text,
        "sender_id": message.sender,
        "dm_conversation_id": message.thread,
        "created_at": iso_z(message.at),
        "attachments": {"media_keys": [media_key(item) for item in message.media]} if message.media else None,
        "entities": found or None,
    }
    return pick(full, fields)


def _dm_page(message: Message) -> str:
    return f"https://x.com/messages/media/{message.id}"


def included(
    world: World, posts: Iterable[Message], asked_fields: Wanted, base: str
) -> tuple[dict[str, Any], list[Any]]:
    """`includes` for posts, and `errors` for what could not be expanded (deleted parents)."""
    users: dict[str, User] = {}
    others: dict[str, Message] = {}
    files: dict[str, Media] = {}
    errors: list[Any] = []
    posts = list(posts)
    polls = [post for post in posts if post.extra.get("poll")]
    for post in posts:
        _expand(world, post, asked_fields, users, others, files, errors)
    found: dict[str, Any] = {}
    if users:
        found["users"] = [user_json(user, asked_fields.user, base) for user in users.values()]
    if others:
        found["tweets"] = [post_json(world, post, asked_fields.post, base) for post in others.values()]
    if files:
        found["media"] = [media_json(world, item, asked_fields.media, base) for item in files.values()]
    if "attachments.poll_ids" in asked_fields.expansions and polls:
        found["polls"] = [poll_json(world, post, asked_fields.poll) for post in polls]
    return found, errors


def _expand(
    world: World, post: Message, asked_fields: Wanted, users: dict[str, User], others: dict[str, Message],
    files: dict[str, Media], errors: list[Any],
) -> None:  # fmt: skip
    def add_user(id: str | None) -> None:
        user = world.user("x", id) if id else None
        if user:
            users[user.id] = user

    asked = asked_fields.expansions
    if "author_id" in asked or "sender_id" in asked:
        add_user(post.sender)
    if "participant_ids" in asked:
        add_user(post.to)
        add_user(post.sender)
    if "entities.mentions.username" in asked:
        for id in post.mentions:
            add_user(id)
    if "attachments.media_keys" in asked:
        files.update({item.id: item for item in post.media})
    parent = world.message(post.parent) if post.parent and post.kind == "post" else None
    if parent and "in_reply_to_user_id" in asked:
        add_user(parent.sender)
    if not asked & {"referenced_tweets.id", "referenced_tweets.id.author_id"}:
        return
    for reference in (post.parent if post.kind == "post" else None, post.extra.get("quoted")):
        other = world.message(str(reference)) if reference else None
        if other is None:
            continue
        if other.deleted:
            errors.append(missing(other.id, "referenced_tweets.id"))
            continue
        others[other.id] = other
        if "referenced_tweets.id.author_id" in asked:
            add_user(other.sender)


def everything() -> Wanted:
    """All fields, as webhooks carry them."""
    expansions = {"author_id", "attachments.media_keys", "attachments.poll_ids", "entities.mentions.username"}
    return Wanted(ALL, ALL, ALL, ALL, ALL, frozenset(expansions))


def direct_message_v1(world: World, message: Message, base: str) -> dict[str, Any]:
    """The older shape in which webhooks carry direct messages (X Activity API, event payloads)."""
    text, found = served(world, message.text, message.media, _dm_page(message))
    urls = [url for url in found.get("urls", ()) if "media_key" not in url]
    data: dict[str, Any] = {
        "text": text,
        "entities": {"hashtags": [], "symbols": [], "user_mentions": [], "urls": urls},
    }
    if message.media:
        short = next(url["url"] for url in found["urls"] if "media_key" in url)
        data["attachment"] = {"type": "media", "media": _medium_v1(world, message.media[0], short, base)}
    elif message.extra.get("location"):
        data["attachment"] = {"type": "location", "location": _location_v1(message.extra["location"])}
    return {
        "type": "message_create",
        "id": message.id,
        "created_timestamp": str(millis(message.at)),
        "message_create": {
            "target": {"recipient_id": message.to},
            "sender_id": message.sender,
            "message_data": data,
        },
    }


def _medium_v1(world: World, item: Media, short: str, base: str) -> dict[str, Any]:
    address = media_url(world, base, item)
    kind = {"image": "photo", "video": "video"}.get(item.type, "photo")
    medium = {"id": int(item.id), "id_str": item.id, "media_url_https": address, "url": short, "type": kind}
    if kind == "video":
        medium["media_url_https"] = picture_url(base, "media", item.id)
        medium["video_info"] = {"variants": [{"bitrate": 832000, "content_type": item.mime, "url": address}]}
    return medium


def _location_v1(place: dict[str, Any]) -> dict[str, Any]:
    """A named place, or a point; longitude first."""
    if place.get("name"):
        return {"type": "shared_place", "shared_place": {"place": {"id": "1", "full_name": place["name"]}}}
    point = [place.get("longitude"), place.get("latitude")]
    shared = {"coordinates": {"type": "Point", "coordinates": point}}
    return {"type": "shared_coordinate", "shared_coordinate": shared}
