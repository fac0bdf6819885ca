"""X's posts and private messages as ours. Pure: no network, no Django.

Shapes: X API v2 reference, object models "Post", "User", "Media" and "DM event" (2026-08).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from channels.errors import STRANGE
from channels.types import Attachment, Author, Direction, Incoming, IncomingMessage, NotUnderstood, Visibility
from channels.x.texts import as_written, without_last_link

Json = Mapping[str, Any]

SNOWFLAKE_EPOCH_MS = 1288834974657  # an X id holds the moment it was made, in its upper bits
LONGEST_ID = 19  # digits of an X id
EDIT_WINDOW = timedelta(hours=1, minutes=5)


@dataclass(frozen=True, slots=True)
class Included:
    """What came along with a page: users, posts, media and polls by id, and the ids of what could not be shown."""

    users: Mapping[str, Json] = field(default_factory=dict)
    posts: Mapping[str, Json] = field(default_factory=dict)
    media: Mapping[str, Json] = field(default_factory=dict)
    polls: Mapping[str, Json] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()

    @classmethod
    def of(cls, answer: Json) -> Included:
        """Index the `includes` and `errors` of an API answer or of a webhook's `data`."""
        includes = answer.get("includes")
        lists = includes if isinstance(includes, Mapping) else {}
        return cls(
            users=_by(lists.get("users"), "id"),
            posts={**_by(lists.get("tweets"), "id"), **_by(lists.get("posts"), "id")},
            media=_by(lists.get("media"), "media_key"),
            polls=_by(lists.get("polls"), "id"),
            missing=frozenset(
                str(error.get("resource_id") or error.get("value"))
                for error in objects(answer.get("errors"))
                if error.get("parameter") in ("referenced_tweets.id", "referenced_posts.id", "ids", "id")
            ),
        )


def objects(items: object) -> list[Json]:
    """The objects of a list; whatever else stands in their place says nothing."""
    return [item for item in items if isinstance(item, Mapping)] if isinstance(items, list | tuple) else []


def _by(items: object, key: str) -> dict[str, Json]:
    return {str(item[key]): item for item in objects(items) if key in item}


def read_posts(answer: Json, own_id: str, *, kind: str = "", as_context: bool = False) -> list[Incoming]:
    """Read an answer's posts, oldest first; a post that cannot be read becomes NotUnderstood and spoils no other."""
    included = Included.of(answer)
    return [
        event
        for post in oldest_first(objects(answer.get("data")))
        for event in read_post(post, included, own_id, kind=kind, as_context=as_context)
    ]


def read_post(
    post: Json, included: Included, own_id: str, *, kind: str = "", as_context: bool = False
) -> list[Incoming]:
    """Read one post: [] for a retweet, else one event."""
    try:
        return [] if parent_of(post, "retweeted") else [_post(post, included, own_id, kind, as_context)]
    except STRANGE as error:
        return [NotUnderstood(f"post: {type(error).__name__}", dict(post))]


def _post(post: Json, included: Included, own_id: str, kind: str, as_context: bool) -> IncomingMessage:
    external_id, author_id = str(post["id"]), str(post["author_id"])
    versions = versions_of(post) or [external_id]
    created = moment(post["created_at"])
    parent = parent_of(post, "replied_to")
    direction, customer = _direction(post, included, own_id, as_context)
    handle = str((included.users.get(author_id) or {}).get("username") or "")
    return IncomingMessage(
        external_id=external_id,
        kind=_kind(post, own_id, direction) if direction is not Direction.INBOUND or not kind else kind,
        direction=direction,
        visibility=Visibility.PUBLIC,
        sent_at=_first_written(versions, created),
        text="\n".join([text_of(post), *_choices(post, included)]).strip(),
        author=None if author_id == own_id else author_of(author_id, included.users.get(author_id)),
        customer=customer,
        thread_id=str(post.get("conversation_id") or external_id),
        parent_id=parent,
        parent_missing=parent in included.missing,
        permalink=f"https://x.com/{handle or 'i'}/status/{external_id}",
        attachments=attachments_of(post, included),
        first_external_id=versions[0],
        edited_at=created if len(versions) > 1 else None,
        raw=dict(post),
    )


def versions_of(post: Json) -> list[str]:
    """Return the ids of a post's versions, oldest first; of one just made X says [""]."""
    return [str(version) for version in post.get("edit_history_tweet_ids") or () if version]


def text_of(post: Json) -> str:
    """Return a post's whole text as its author wrote it. Raises KeyError where there is none."""
    long = post.get("note_tweet") or {}
    urls = (long.get("entities") or {}).get("urls") or (post.get("entities") or {}).get("urls") or ()
    return as_written(str(long.get("text") or post["text"]), [*urls, *_media_links(post)])


def _choices(post: Json, included: Included) -> list[str]:
    """Return a poll's options, a line each. They are words of the author's, so they are read and found as such."""
    polls = [included.polls.get(str(key)) or {} for key in (post.get("attachments") or {}).get("poll_ids") or ()]
    options = [option for poll in polls for option in objects(poll.get("options"))]
    return [f"\u25cb {option['label']}" for option in options if option.get("label")]


def _direction(post: Json, included: Included, own_id: str, as_context: bool) -> tuple[Direction, Author | None]:
    """Say which way a post goes, and for an answer of ours whom it answers (None: its parent decides)."""
    if str(post["author_id"]) != own_id:
        return (Direction.CONTEXT if as_context else Direction.INBOUND), None
    answered, parent = str(post.get("in_reply_to_user_id") or ""), parent_of(post, "replied_to")
    if not parent:
        return Direction.CONTEXT, None
    if answered and answered != own_id:
        return Direction.OUTBOUND, author_of(answered, included.users.get(answered))
    # An answer to ourselves: the next part of a longer post, or the next part of a longer answer. X keeps the
    # customer's name among the mentions of the second.
    if parent in included.posts and not parent_of(included.posts[parent], "replied_to"):
        return Direction.CONTEXT, None
    for mention in (post.get("entities") or {}).get("mentions") or ():
        if str(mention.get("id") or own_id) != own_id:
            return Direction.OUTBOUND, author_of(str(mention["id"]), included.users.get(str(mention["id"])))
    return Direction.OUTBOUND, None


def _kind(post: Json, own_id: str, direction: Direction) -> str:
    if direction is Direction.INBOUND:
        return "reply" if str(post.get("in_reply_to_user_id") or "") == own_id else "mention"
    return "reply" if parent_of(post, "replied_to") else "post"


def author_of(external_id: str, user: Json | None) -> Author:
    """Make an Author of a User object; of the bare id where the user did not come along."""
    user = user or {}
    followers = (user.get("public_metrics") or {}).get("followers_count", user.get("followers_count"))
    verified = user.get("verified")
    return Author(
        external_id=external_id,
        name=str(user.get("name") or ""),
        handle=str(user.get("username") or user.get("screen_name") or ""),
        # `_normal` is 48 px; 400 px has the same address with another suffix
        avatar_url=str(user.get("profile_image_url") or user.get("profile_image_url_https") or "").replace(
            "_normal.", "_400x400."
        ),
        followers=followers if isinstance(followers, int) else None,
        verified=verified if isinstance(verified, bool) else None,
        location=str(user.get("location") or ""),
    )


def attachments_of(item: Json, included: Included) -> tuple[Attachment, ...]:
    """Return the pictures and films of a post or private message."""
    keys = (item.get("attachments") or {}).get("media_keys") or ()
    return tuple(_attachment(str(key), included.media.get(str(key)) or {}) for key in keys)


def _attachment(key: str, medium: Json) -> Attachment:
    films = [
        variant
        for variant in objects(medium.get("variants"))
        if variant.get("content_type") == "video/mp4" and variant.get("url")
    ]
    best: Json = max(films, key=lambda variant: int(variant.get("bit_rate") or 0), default={})
    moves = medium.get("type") in ("video", "animated_gif")
    if moves and (best or medium.get("url")):
        kind, url, mime = "video", best.get("url") or medium["url"], "video/mp4"
    else:
        # Of a moving picture in a private message X may tell a still only: better that than nothing.
        kind, url, mime = "image", medium.get("url") or medium.get("preview_image_url"), ""
    return Attachment(
        kind=kind, url=str(url or ""), external_id=key, mime_type=mime, alt_text=str(medium.get("alt_text") or "")
    )


def _media_links(post: Json) -> Sequence[Json]:
    """Return a post's links to its own media, where X lists them."""
    return [
        {"url": medium.get("url"), "media_key": medium.get("id_str")}
        for medium in (post.get("entities") or {}).get("media") or ()
    ]


def read_private_messages(answer: Json, own_id: str) -> list[Incoming]:
    """Read the DM events of an answer, oldest first."""
    included = Included.of(answer)
    return [read_private_message(event, included, own_id) for event in oldest_first(objects(answer.get("data")))]


def read_private_message(event: Json, included: Included, own_id: str) -> Incoming:
    """Read one DM event; what is no message (someone joins a group) is NotUnderstood."""
    if event.get("event_type") not in (None, "MessageCreate"):
        return NotUnderstood(f"dm: {event.get('event_type')}", dict(event))
    try:
        sender, thread = str(event["sender_id"]), str(event.get("dm_conversation_id") or "")
        ours = sender == own_id
        other = other_side(thread, own_id) if ours else sender
        if not other:
            # A group has no one customer the answer belongs to.
            return NotUnderstood("dm: our message in a group", dict(event))
        attachments = (*attachments_of(event, included), *_shared_posts(event, included))
        text = text_of({**event, "text": event.get("text") or ""})
        return IncomingMessage(
            external_id=str(event["id"]),
            kind="dm",
            direction=Direction.OUTBOUND if ours else Direction.INBOUND,
            visibility=Visibility.PRIVATE,
            sent_at=moment(event["created_at"]),
            text=without_last_link(text) if attachments else text,
            author=None if ours else author_of(sender, included.users.get(sender)),
            customer=author_of(other, included.users.get(other)) if ours else None,
            thread_id=thread,
            attachments=attachments,
            raw=dict(event),
        )
    except STRANGE as error:
        return NotUnderstood(f"dm: {type(error).__name__}", dict(event))


def _shared_posts(event: Json, included: Included) -> tuple[Attachment, ...]:
    shared = []
    for reference in event.get("referenced_tweets") or ():
        post = included.posts.get(str(reference.get("id"))) or {}
        text = text_of(post) if post.get("text") else ""
        shared.append(Attachment(kind="share", url=f"https://x.com/i/status/{reference['id']}", text=text))
    return tuple(shared)


def other_side(conversation_id: str, own_id: str) -> str:
    """Return who else is in a one-to-one conversation ("smallerId-largerId"); "" for a group."""
    ids = conversation_id.split("-")
    return next((person_id for person_id in ids if person_id != own_id), "") if len(ids) == 2 and own_id in ids else ""


def parent_of(post: Json, relation: str) -> str:
    """Return the id this post has a relation to (replied_to, quoted, retweeted); "" where there is none."""
    references = post.get("referenced_tweets") or post.get("referenced_posts") or ()
    return next((str(reference["id"]) for reference in references if reference.get("type") == relation), "")


def oldest_first(items: Iterable[Json]) -> list[Json]:
    """Sort by id: ids grow with time, and the platform answers newest first."""
    return sorted(items, key=lambda item: number_of(str(item.get("id") or "0")))


def number_of(external_id: str) -> int:
    """Return an id as a number to compare by; 0 for what is no number."""
    fits = external_id.isascii() and external_id.isdigit() and len(external_id) <= LONGEST_ID
    return int(external_id) if fits else 0


def moment(text: str) -> datetime:
    """Read X's time ("2026-01-15T12:05:00.000Z") as an aware time in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def made_at(external_id: str) -> datetime:
    """Return the moment an id was made."""
    return datetime.fromtimestamp(((number_of(external_id) >> 22) + SNOWFLAKE_EPOCH_MS) / 1000, UTC)


def id_at(moment: datetime) -> int:
    """Return the lowest id that can have been made at a moment."""
    return max(1, (int(moment.timestamp() * 1000) - SNOWFLAKE_EPOCH_MS) << 22)


def _first_written(versions: Sequence[str], created: datetime) -> datetime:
    """Return when the first version was written: an edited post's `created_at` is that of its newest version."""
    first = made_at(versions[0])
    return first if len(versions) > 1 and timedelta(0) <= created - first <= EDIT_WINDOW else created
