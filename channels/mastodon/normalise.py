"""Mastodon's notifications and statuses as ours. Pure: no network, no Django.

Mastodon API, entities "Status", "Notification", "Account", "MediaAttachment", "Poll" and "Quote" (2026-09).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from channels.errors import STRANGE
from channels.mastodon.html import text_of
from channels.types import Attachment, Author, Direction, Incoming, IncomingMessage, NotUnderstood, Visibility
from webcare.lib import json_parts

Json = Mapping[str, Any]

OPEN = frozenset({"public", "unlisted"})  # the others are for followers, or for who is named
SPOKEN = ("mention", "quote")  # the notifications that say something to us; a quote since Mastodon 4.5
_KINDS = {"image": "image", "gifv": "video", "video": "video", "audio": "audio"}


def objects(items: object) -> list[Json]:
    """The objects of a list; whatever else stands in their place says nothing."""
    return [item for item in items if isinstance(item, Mapping)] if isinstance(items, list | tuple) else []


def full_acct(acct: str, domain: str) -> str:
    """Return who somebody is everywhere, as `user@instance`: who is at home on our own server comes without it."""
    plain = acct.strip().lstrip("@")
    return plain if "@" in plain or not plain or not domain else f"{plain}@{domain}"


def read_notifications(items: object, own_id: str) -> list[Incoming]:
    """Read a page of notifications, oldest first. One that cannot be read spoils no other.

    One whose status is gone stays in the list, with null for it: it tells nothing.
    """
    found: list[Incoming] = []
    for item in reversed(items if isinstance(items, list) else []):
        if isinstance(item, Mapping) and item.get("type") in SPOKEN and item.get("status", item) is not None:
            found.append(read_status(item.get("status"), own_id))
        elif not isinstance(item, Mapping):
            found.append(NotUnderstood("notification: no object", {"notification": item}))
    return found


def read_statuses(items: object, own_id: str, *, as_context: bool = False) -> list[Incoming]:
    """Read a page of statuses, oldest first: they come newest first.

    What was only boosted is left out, and what we said to our followers alone: it is for no customer.
    """
    listed = items if isinstance(items, list) else []
    return [
        read_status(item, own_id, as_context=as_context)
        for item in reversed(listed)
        if not (isinstance(item, Mapping) and (item.get("reblog") or _is_for_nobody(item, own_id)))
    ]


def read_status(item: object, own_id: str, *, as_context: bool = False) -> Incoming:
    """Read one status; what is none is kept as not understood."""
    try:
        return _status(json_parts.mapping(item), own_id, as_context)
    except STRANGE as error:
        return NotUnderstood(f"status: {type(error).__name__}", {"status": item})


def _status(item: Json, own_id: str, as_context: bool) -> IncomingMessage:
    external_id, account = _id(item["id"]), json_parts.mapping(item["account"])
    author = author_of(account, domain_of(own_id))
    is_public = json_parts.said(item, "visibility") in OPEN
    ours, parent = author.external_id == own_id, _optional_id(item.get("in_reply_to_id"))
    direction, customer = _direction(item, own_id, ours, as_context, is_public)
    edited = item.get("edited_at")
    return IncomingMessage(
        external_id=external_id,
        kind=_kind(item, own_id, direction, is_public),
        direction=direction,
        visibility=Visibility.PUBLIC if is_public else Visibility.PRIVATE,
        sent_at=moment(item["created_at"]),
        text=words_of(item),
        text_missing=not isinstance(item.get("content"), str),
        author=None if ours else author,
        customer=customer,
        thread_id=parent or external_id,
        parent_id=parent,
        permalink=json_parts.web(json_parts.said(item, "url")) or json_parts.web(json_parts.said(item, "uri")),
        attachments=(*attachments_of(item), *_quoted(item)),
        edited_at=moment(edited) if edited else None,
        raw=dict(item),
    )


def _direction(
    item: Json, own_id: str, ours: bool, as_context: bool, is_public: bool
) -> tuple[Direction, Author | None]:
    """Say which way a status goes, and of one of ours whom it is for (None: its parent decides)."""
    if not ours:
        return (Direction.CONTEXT if as_context else Direction.INBOUND), None
    answered, people = _optional_id(item.get("in_reply_to_account_id")), _named(item, own_id)
    to_ourselves = answered in ("", _optional_id(json_parts.mapping(item["account"]).get("id")))
    named = people.get(answered) or (next(iter(people.values()), None) if to_ourselves or not is_public else None)
    if not is_public:
        if named is None:
            raise ValueError("A private post of ours that reaches nobody.")
        return Direction.OUTBOUND, named
    # The next part of a post of ours names nobody; the next part of an answer does.
    if not _optional_id(item.get("in_reply_to_id")) or (to_ourselves and named is None):
        return Direction.CONTEXT, None
    return Direction.OUTBOUND, named


def _is_for_nobody(item: Json, own_id: str) -> bool:
    """Whether a status is one of ours for followers only, which names nobody."""
    account = item.get("account")
    ours = isinstance(account, Mapping) and full_acct(json_parts.said(account, "acct"), domain_of(own_id)).lower()
    return ours == own_id and item.get("visibility") in ("private", "direct") and not _named(item, own_id)


def _named(item: Json, own_id: str) -> dict[str, Author]:
    """Whom a status names besides us, by the id they have on our server."""
    people = {
        _optional_id(mention.get("id")): author_of(mention, domain_of(own_id))
        for mention in objects(item.get("mentions"))
        if json_parts.said(mention, "acct")
    }  # fmt: skip
    return {local: person for local, person in people.items() if person.external_id != own_id}


def _answers_us(item: Json, own_id: str) -> bool:
    ours = {
        _optional_id(mention.get("id")) for mention in objects(item.get("mentions"))
        if full_acct(json_parts.said(mention, "acct"), domain_of(own_id)).lower() == own_id
    }  # fmt: skip
    return _optional_id(item.get("in_reply_to_account_id")) in ours - {""}


def _kind(item: Json, own_id: str, direction: Direction, is_public: bool) -> str:
    if not is_public:
        return "dm"
    if direction is Direction.INBOUND:
        return "reply" if _answers_us(item, own_id) else "mention"
    return "reply" if _optional_id(item.get("in_reply_to_id")) else "post"


def words_of(item: Json) -> str:
    """Return what a status says: its content warning, its words, and the options of a poll, each on a line."""
    return _words(item, shows_quote=_told_quote(item) is not None)


def _words(item: Json, *, shows_quote: bool) -> str:
    warning, content = json_parts.said(item, "spoiler_text").strip(), item.get("content")
    words = text_of(content, _people(item), without_quote=shows_quote) if isinstance(content, str) else ""
    poll = item.get("poll")
    options = objects(poll.get("options")) if isinstance(poll, Mapping) else []
    choices = [f"\u25cb {json_parts.said(option, 'title')}" for option in options if json_parts.said(option, "title")]
    return "\n".join(part for part in (warning, words, *choices) if part)


def _people(item: Json) -> dict[str, str]:
    """Whom a status names, by the address of their profile."""
    return {
        json_parts.said(mention, "url"): json_parts.said(mention, "acct") for mention in objects(item.get("mentions"))
        if json_parts.said(mention, "url") and json_parts.said(mention, "acct")
    }  # fmt: skip


def domain_of(own_id: str) -> str:
    """Return the domain our own account is at home on."""
    return own_id.partition("@")[2]


def author_of(account: Json, domain: str) -> Author:
    """Make an Author of an account: its id is `user@instance`, the same on whichever server one reads it.

    The number in `id` is our own server's, and another one elsewhere. Raises TypeError where there is no name.
    """
    handle = full_acct(json_parts.said(account, "acct"), domain)
    if not handle:
        raise TypeError("This account has no name.")
    followers = account.get("followers_count")
    return Author(
        external_id=handle.lower(),
        name=json_parts.said(account, "display_name") or json_parts.said(account, "username"),
        handle=handle,
        avatar_url=json_parts.web(json_parts.said(account, "avatar_static") or json_parts.said(account, "avatar")),
        followers=followers
        if isinstance(followers, int) and not isinstance(followers, bool) and followers >= 0
        else None,
    )


def attachments_of(item: Json) -> Iterable[Attachment]:
    """Yield a status's pictures, films and sounds with their descriptions."""
    for medium in objects(item.get("media_attachments")):
        yield Attachment(
            kind=_KINDS.get(json_parts.said(medium, "type"), "file"),
            # Our own server keeps a copy; where it does not, the file is where it was put first.
            url=json_parts.web(json_parts.said(medium, "url")) or json_parts.web(json_parts.said(medium, "remote_url")),
            external_id=_optional_id(medium.get("id")),
            alt_text=json_parts.said(medium, "description"),
        )


def _quoted(item: Json) -> Iterable[Attachment]:
    """Yield the status that is quoted, with all that it says. What it quotes itself stays a link in its words."""
    told = _told_quote(item)
    if told is not None:
        yield Attachment("share", url=json_parts.said(told, "url"), text=_words(told, shows_quote=False))


def _told_quote(item: Json) -> Json | None:
    """Return the status that is quoted, where its author lets it be shown. Only then it comes along."""
    quote = item.get("quote")
    told = quote.get("quoted_status") if isinstance(quote, Mapping) and quote.get("state") == "accepted" else None
    return told if isinstance(told, Mapping) and json_parts.web(json_parts.said(told, "url")) else None


def moment(text: object) -> datetime:
    """Read Mastodon's time ("2026-01-15T12:05:00.000Z") as an aware time in UTC. Raises ValueError, TypeError."""
    if not isinstance(text, str):
        raise TypeError("A time is a text.")
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _id(value: object) -> str:
    found = _optional_id(value)
    if not found:
        raise TypeError("This is no id.")
    return found


def _optional_id(value: object) -> str:
    """An id as text. Servers of other makers give letters, and a few give numbers."""
    if isinstance(value, bool):
        return ""
    return str(value) if isinstance(value, int) else value if isinstance(value, str) else ""
