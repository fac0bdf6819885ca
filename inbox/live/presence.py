"""Who is looking at a conversation, and who is typing. Kept in Redis for seconds: losing it loses nothing.

Only codes travel over the live stream, to who may see the conversation; names are asked for by pages.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import redis

from inbox.live import announce
from inbox.models import Conversation, User

EVERY = 10  # seconds between two words from a page
SECONDS = 2 * EVERY  # without a word somebody is gone
MOST = 100  # conversations a page asks about at once
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Viewer:
    """A colleague at a conversation."""

    pk: int
    name: str
    initials: str
    typing: bool
    noting: bool = False  # what they type is a note between colleagues, and no customer's business


def arrive(conversation: Conversation, user: User, *, typing: bool = False, noting: bool = False) -> None:
    """Note that somebody has a conversation in front of them. Tells open pages when that is news. Never raises."""
    key, now = _key(conversation.code), time.time()
    does = {"typing": typing, "noting": typing and noting}
    state = json.dumps({"name": user.name, "initials": user.initials, "until": now + SECONDS, **does})
    try:
        with announce.redis_now().pipeline(transaction=False) as line:
            line.hget(key, str(user.pk))
            line.hset(key, str(user.pk), state)
            line.expire(key, SECONDS)
            before = _read(user.pk, line.execute()[0], now)
    except (redis.RedisError, OSError) as error:
        _away(error)
        return
    if before is None or (before.typing, before.noting) != (typing, typing and noting):
        announce.publish_presence([conversation])


def leave(conversation: Conversation, user: User) -> None:
    """Note that somebody went on to something else. Never raises."""
    try:
        left = announce.redis_now().hdel(_key(conversation.code), str(user.pk))
    except (redis.RedisError, OSError) as error:
        _away(error)
        return
    if left:
        announce.publish_presence([conversation])


def viewers_of(codes: Collection[Any], *, besides: User) -> dict[str, list[Viewer]]:
    """Return who else is at each of these conversations, in one question to Redis; nobody where Redis is away."""
    there = everybody_at(codes).items()
    others = {code: [one for one in people if one.pk != besides.pk] for code, people in there}
    return {code: people for code, people in others.items() if people}


def everybody_at(codes: Collection[Any]) -> dict[str, list[Viewer]]:
    """Return who is at each of these conversations, by name."""
    asked = [str(code) for code in codes]
    if not asked:
        return {}
    now = time.time()
    try:
        with announce.redis_now().pipeline(transaction=False) as line:
            for code in asked:
                line.hgetall(_key(code))
            answers = line.execute()
    except (redis.RedisError, OSError) as error:
        _away(error)
        return {}
    found: dict[str, list[Viewer]] = {}
    for code, people in zip(asked, answers, strict=True):
        present = [_read(int(pk), state, now) for pk, state in people.items()]
        there = sorted((person for person in present if person), key=lambda person: person.name)
        if there:
            found[code] = there
    return found


def attach_viewers(rows: Iterable[Conversation], *, reader: User) -> None:
    """Hang on each row who else is looking at it, for the templates."""
    rows = list(rows)
    looking = viewers_of([row.code for row in rows], besides=reader)
    for row in rows:
        row.looking = looking.get(str(row.code), [])  # type: ignore[attr-defined]  # for the template


def _key(code: Any) -> str:
    return f"webcare:here:{code}"


def _read(pk: int, state: Any, now: float) -> Viewer | None:
    """Make a colleague of what Redis holds; None for nothing, or for one who has not been heard of since."""
    if not state:
        return None
    values = json.loads(state)
    if values["until"] <= now:
        return None
    return Viewer(pk, values["name"], values["initials"], values["typing"], values.get("noting", False))


def _away(error: Exception) -> None:
    log.warning("Redis is away (%s): nobody sees who is looking.", type(error).__name__)
