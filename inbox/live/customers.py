"""Whether a customer is there and types, where a platform tells that as it happens. In Redis, for seconds.

Named by the identity's id there, which nobody can guess. Losing it loses nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import redis

from channels.models import Account
from channels.platforms import PLATFORMS
from inbox.live import announce
from inbox.models import Conversation

SECONDS = 40  # without a word somebody is gone
TYPING = 6
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class There:
    """A customer at the other side. `page` is where on our site, as far as they let us know."""

    here: bool = True
    typing: bool = False
    page: str = ""
    title: str = ""


def note(external_id: str, *, typing: bool, page: str = "", title: str = "") -> bool:
    """Note that somebody is there; return whether that is news. Never raises."""
    now, key = time.time(), _key(external_id)
    facts: dict[Any, Any] = {"until": now + SECONDS, "typing": now + TYPING if typing else 0.0}
    facts |= {"page": page, "title": title} if page else {}
    try:
        with announce.redis_now().pipeline(transaction=False) as line:
            line.hgetall(key)
            line.hset(key, mapping=facts)
            line.expire(key, SECONDS)
            before = _read(line.execute()[0], now)
    except (redis.RedisError, OSError) as error:
        _away(error)
        return False
    return before is None or before.typing != typing or bool(page and before.page != page)


def stay(external_ids: Collection[str]) -> None:
    """Note that these are still there. Never raises."""
    until = time.time() + SECONDS
    try:
        with announce.redis_now().pipeline(transaction=False) as line:
            for external_id in external_ids:
                line.hset(_key(external_id), "until", str(until))
                line.expire(_key(external_id), SECONDS)
            line.execute()
    except (redis.RedisError, OSError) as error:
        _away(error)


def leave(external_id: str) -> None:
    """Note that somebody went. Never raises."""
    try:
        announce.redis_now().delete(_key(external_id))
    except (redis.RedisError, OSError) as error:
        _away(error)


def there(external_ids: Collection[str]) -> dict[str, There]:
    """Return who of these is there, in one question; nobody where Redis is away."""
    asked, now = list(external_ids), time.time()
    if not asked:
        return {}
    try:
        with announce.redis_now().pipeline(transaction=False) as line:
            for external_id in asked:
                line.hgetall(_key(external_id))
            answers = line.execute()
    except (redis.RedisError, OSError) as error:
        _away(error)
        return {}
    found = ((external_id, _read(state, now)) for external_id, state in zip(asked, answers, strict=True))
    return {external_id: state for external_id, state in found if state}


def attach(rows: Iterable[Conversation]) -> None:
    """Hang on each row whether its customer is there, for the templates; None where their channel does not tell."""
    rows = list(rows)
    told = {row.pk: row.identity.external_id for row in rows if not row.is_public and _is_live(row.account)}
    found = there(list(told.values()))
    for row in rows:
        state = found.get(told[row.pk], There(here=False)) if row.pk in told else None
        row.customer = state  # type: ignore[attr-defined]  # for the template


def _is_live(account: Account) -> bool:
    return account.platform in PLATFORMS and account.capabilities.live


def _key(external_id: str) -> str:
    return f"webcare:there:{external_id}"


def _read(state: dict[bytes, bytes], now: float) -> There | None:
    """Make of it what Redis holds; None for nothing, or for one who has not been heard of since."""
    values = {name.decode(): value.decode() for name, value in state.items()}
    if float(values.get("until") or 0) <= now:
        return None
    return There(True, float(values.get("typing") or 0) > now, values.get("page", ""), values.get("title", ""))


def _away(error: Exception) -> None:
    log.warning("Redis is away (%s): nobody sees whether customers are there.", type(error).__name__)
