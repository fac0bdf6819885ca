"""What changed: told at once through Redis, and asked for afterwards by a token, so that nothing is missed.

Only the codes of conversations travel. The page fetches what it shows, and access is checked at every fetch.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import redis
from django.conf import settings
from django.db.models import QuerySet
from redis.backoff import NoBackoff
from redis.retry import Retry

from inbox.models import Conversation, User
from inbox.models.user import accounts_read_by
from webcare.lib.on_commit import after_commit
from webcare.lib.prepared import Given, NoneOf, Prepared
from webcare.lib.statements import fetch

CHANNEL = "webcare:changes"
MOST = 200  # conversations named to a page that was away; it asks for everything anew when more changed
CHANGE, PRESENCE, TOLD, CUSTOMER = "change", "presence", "told", "customer"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Changes:
    """The newest changes since a token: the conversations' codes, the token to ask with next, whether there is more.

    `people` are the codes of whom they are with: a page shows the same person's other conversations, new ones too.
    """

    codes: list[UUID]
    token: int
    more: bool = False
    people: frozenset[UUID] = frozenset()


def announce(conversation_ids: Collection[int]) -> None:
    """Tell every open page, after the commit, that these conversations changed. Never raises when Redis is away."""
    if conversation_ids:
        found = fetch("SELECT code FROM inbox_conversation WHERE id = ANY(%s::bigint[])", [list(conversation_ids)])
        after_commit(_publish, [code for (code,) in found])


def token() -> int:
    """Return where we are now: whatever commits later is found by asking for changes since this token.

    It is the oldest running transaction, so that late commits are not missed.
    """
    ((now,),) = fetch("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    return int(now)


def changed_since(since: int, user: User) -> Changes:
    """Return what changed since a token in conversations this person may see, newest first.

    A conversation may be named again though it changed only once. None is left out, unless more changed than a page can
    take: then `more` says that everything has to be asked for anew.
    """
    now = token()
    since = min(since, now)
    if user.practice_seat is not None:
        return _changes(_changed_in_practice(since=since, seat=user.practice_seat), now)
    found = (
        _all_changed(since=since)
        if user.is_admin
        else _changed(since=since, reader=user.pk, closed=list(user.closed_teams))
    )
    return _changes(found, now)


def _changes(found: Sequence[tuple[UUID, UUID]], now: int) -> Changes:
    people = frozenset(person for _code, person in found[:MOST])
    return Changes([code for code, _person in found[:MOST]], now, len(found) > MOST, people)


@Prepared
def _all_changed() -> Any:
    return _newest_changes(Conversation.objects.filter(account__practice=None))


@Prepared
def _changed() -> Any:
    readable = accounts_read_by(Given("reader"), is_admin=False)
    accounts = readable.order_by().values("pk")
    return _newest_changes(Conversation.objects.filter(NoneOf("team_id", "closed"), account__in=accounts))


@Prepared
def _changed_in_practice() -> Any:
    return _newest_changes(Conversation.objects.filter(account__practice=Given("seat")))


def _newest_changes(rows: QuerySet[Conversation]) -> Any:
    changed = rows.filter(version__gte=Given("since")).order_by("-version", "-pk")
    return changed.values_list("code", "identity__contact__code")[: MOST + 1]


def publish_presence(rows: Collection[Conversation]) -> None:
    """Tell who may see a conversation that somebody came to it, left it or is typing. Nothing in it changed."""
    _publish([row.code for row in rows], PRESENCE, where=[(row.account_id, row.team_id) for row in rows])


def publish_customer(rows: Collection[Conversation]) -> None:
    """Tell who may see a conversation that its customer came, left or is typing. Nothing in it changed."""
    _publish([row.code for row in rows], CUSTOMER, where=[(row.account_id, row.team_id) for row in rows])


def publish_told(codes: Collection[UUID]) -> None:
    """Tell people that they were told something: their pages ask for it."""
    _publish(codes, TOLD)


def _publish(
    codes: Collection[UUID], event: str = CHANGE, *, where: Sequence[tuple[int, int | None]] | None = None
) -> None:
    """Publish codes, with the account and team of each where whoever listens is asked whether they may see it."""
    told = {"event": event, "ids": [str(code) for code in codes]} | ({"where": where} if where else {})
    try:
        redis_now().publish(CHANNEL, json.dumps(told))
    except (redis.RedisError, OSError) as error:
        log.warning("Redis is away (%s): open pages catch up by asking.", type(error).__name__)


@cache
def redis_now() -> redis.Redis:
    """The connection for what is live: it gives up within two seconds; pages do without it."""
    return connection_to(settings.REDIS_URL)


def connection_to(url: str) -> redis.Redis:
    """Return a connection that retries once, after a restart, and never waits."""
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 1))
